import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config';
import { readInput } from '../../../src/files';
import { SecureApp } from '../../secure-app';

const GUIDE = join(__dirname, '../../../../../docs/guide/secure-storage.md');
const EXAMPLES = [...readFileSync(GUIDE, 'utf8').matchAll(/^```json\n([^`]*)```$/gm)].map(
  ([, text = '']) => JSON.parse(text) as Record<string, unknown>,
);

describe('the examples in the guide', () => {
  it('are all found', () => expect(EXAMPLES.length).toBeGreaterThan(5));

  it.each(EXAMPLES)('%j is a config of the example app', (example) => {
    const app = new SecureApp();
    try {
      const config = JSON.parse(app.read('factory.config.json').toString()) as object;
      app.write('factory.config.json', JSON.stringify({ ...config, ...example }));
      expect(loadConfig(app.config, { readFile: readInput }).config).toMatchObject(
        'chip' in example ? { chip: example.chip } : {},
      );
    } finally {
      app.remove();
    }
  });
});
