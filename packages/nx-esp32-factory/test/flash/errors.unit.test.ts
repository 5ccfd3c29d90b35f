import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flashErrors } from '../../src/errors/flash';

const rows = readdirSync(__dirname)
  .filter((name) => name.endsWith('.test.ts') && name !== 'errors.unit.test.ts')
  .map((name) => readFileSync(join(__dirname, name), 'utf8'))
  .join('\n');

test.each(flashErrors.codes)('%s is provoked by a test', (code) => {
  expect(rows.includes(`'${code}'`)).toBe(true);
});
