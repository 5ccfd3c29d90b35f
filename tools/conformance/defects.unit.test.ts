import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defectsDocument, VERSIONS } from './defects';

const root = resolve(__dirname, '../..');

test('docs/peers.md is in step', () => {
  expect(readFileSync(join(root, 'docs/peers.md'), 'utf8')).toBe(defectsDocument());
});

test('the versions are those that are installed', () => {
  const requirements = ['nvs-partition-gen', 'mfg-tool']
    .map((name) => readFileSync(join(root, `tools/peers/requirements-${name}.txt`), 'utf8'))
    .join('\n');
  for (const [tool, version] of Object.entries(VERSIONS))
    expect(requirements).toContain(`${tool}==${version}`);
});
