/** The promises of docs/security.md with their tests, for `npm run test:attack` and for a test that all are there. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '../..');

/** Each row of the table: the promise, and the paths of its tests from the root of the repository. */
function promises() {
  const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const [, section = ''] = text.split('## Promises and their tests\n');
  const rows = section.split('\n## ')[0].match(/^\| .* \|$/gm) ?? [];
  return rows
    .filter((row) => !/^\| (promise|---) /.test(row))
    .map((row) => {
      const [, promise = '', tests = ''] = row.split(/ ?\| ?/);
      return { promise, tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, path]) => fromRoot(path)) };
    });
}

function fromRoot(path) {
  if (/^(tools|e2e)\//.test(path)) return path;
  return path.startsWith('nvs-core/') ? `packages/${path}` : `packages/nx-esp32-factory/test/${path}`;
}

module.exports = { promises };
