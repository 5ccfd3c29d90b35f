import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'import-rules-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function check(files: Record<string, string>): { status: number | null; output: string[] } {
  for (const [name, text] of Object.entries(files)) {
    const file = join(root, 'packages', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const args = [join(__dirname, 'import-rules.mjs'), root];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}`.trim().split('\n') };
}

test('what keeps the rules passes', () => {
  const { status, output } = check({
    'nvs-core/src/bytes/index.ts': "export * from './a';",
    'nvs-core/src/bytes/a.ts': "import { x } from '../errors';\nimport type { B } from './b';",
    'nvs-core/src/bytes/b.ts': "import zlib from 'node:zlib';",
    'nvs-core/src/index.ts': "export * from './bytes';",
  });
  expect(output).toEqual(['import rules: kept']);
  expect(status).toBe(0);
});

test.each<[string, Record<string, string>, string[]]>([
  [
    'a cycle of one room, although of types',
    {
      'nvs-core/src/nvs/a.ts': "import type { B } from './b';",
      'nvs-core/src/nvs/b.ts': "export { c } from './deep/c';",
      'nvs-core/src/nvs/deep/c.ts': "type A = import('../a').A;",
    },
    [
      'import cycle in packages/nvs-core/src/nvs:',
      '  nvs/a.ts',
      '    imports nvs/b.ts',
      '    imports nvs/deep/c.ts',
      '    imports nvs/a.ts',
    ],
  ],
  [
    'a cycle through an index',
    {
      'nx-esp32-factory/src/files/index.ts': "export * from './a';",
      'nx-esp32-factory/src/files/a.ts': "import { b } from '.';",
    },
    [
      'import cycle in packages/nx-esp32-factory/src/files:',
      '  files/a.ts',
      '    imports files/index.ts',
      '    imports files/a.ts',
    ],
  ],
  [
    'a room below',
    { 'nx-esp32-factory/src/files/a.ts': "import { b } from '../config';" },
    ['packages/nx-esp32-factory/src/files/a.ts: files must not import config ("../config")'],
  ],
  [
    'a built-in',
    { 'nvs-core/src/nvs/a.ts': "import fs from 'fs';" },
    ['packages/nvs-core/src/nvs/a.ts: nvs must not import "fs"'],
  ],
  [
    'the other package by its path',
    { 'nx-esp32-factory/src/files/a.ts': "import { b } from '../../../nvs-core/src/nvs';" },
    [
      'packages/nx-esp32-factory/src/files/a.ts: "../../../nvs-core/src/nvs" leaves the package: import it by name',
    ],
  ],
  [
    'a deep import',
    { 'nx-esp32-factory/src/plugin/a.ts': "import { b } from '@nx/devkit/src/b';" },
    ['packages/nx-esp32-factory/src/plugin/a.ts: "@nx/devkit/src/b" is a deep import'],
  ],
  [
    'a room that the tables do not have',
    { 'nvs-core/src/helpers/a.ts': '' },
    ['packages/nvs-core/src/helpers/a.ts: room "helpers" is not in the tables of tools/import-rules.mjs'],
  ],
])('%s is refused', (_, files, expected) => {
  const { status, output } = check(files);
  expect(output.slice(0, -2)).toEqual(expected);
  expect(status).toBe(1);
});
