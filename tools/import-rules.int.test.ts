import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Files = Readonly<Record<string, string>>;

const KEPT: Files = {
  'nvs-core/src/bytes/index.ts': "export * from './a';",
  'nvs-core/src/bytes/a.ts': "import { x } from '../errors';\nimport type { B } from './b';",
  'nvs-core/src/bytes/b.ts': "import zlib from 'node:zlib';",
  'nvs-core/src/index.ts': "export * from './bytes';",
};

const REFUSED: readonly (readonly [what: string, files: Files, problems: readonly string[]])[] = [
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
    'a folder of nvs-core that its package does not export',
    {
      'nx-esp32-factory/src/files/a.ts':
        "import { b } from 'nvs-core/errors';\nimport { c } from 'nvs-core/errors/format';",
    },
    [
      'packages/nx-esp32-factory/src/files/a.ts: "nvs-core/errors/format" is a deep import: packages/nvs-core/package.json does not export it',
    ],
  ],
  [
    'a room that the tables do not have',
    { 'nvs-core/src/helpers/a.ts': '' },
    ['packages/nvs-core/src/helpers/a.ts: room "helpers" is not in the tables of tools/import-rules.mjs'],
  ],
];

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'import-rules-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Checks repositories of some files in one run, since loading TypeScript takes longest. */
function check(repositories: readonly Files[]): { status: number | null; outputs: readonly string[][] } {
  const roots = repositories.map((files) => {
    const root = mkdtempSync(join(work, 'repository-'));
    for (const [name, text] of Object.entries(files)) {
      const file = join(root, 'packages', name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return root;
  });
  const args = [join(__dirname, 'import-rules.mjs'), ...roots];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const outputs = roots.map((root, index) => {
    const [, text = ''] = stdout.split(`${root}:\n`);
    return (
      text
        .split(`${roots[index + 1]}:\n`)[0]
        ?.trim()
        .split('\n') ?? []
    );
  });
  return { status, outputs };
}

test('imports that keep the rules pass', () => {
  expect(check([KEPT, KEPT])).toEqual({
    status: 0,
    outputs: [['import rules: kept'], ['import rules: kept']],
  });
});

describe('refused', () => {
  let checked: ReturnType<typeof check>;
  beforeAll(() => {
    checked = check([...REFUSED.map(([, files]) => files), KEPT]);
  });

  test('ends with 1, although the last repository keeps the rules', () => {
    expect([checked.status, checked.outputs.at(-1)]).toEqual([1, ['import rules: kept']]);
  });

  test.each(REFUSED.map(([what, , problems], index) => ({ what, problems, index })))(
    '$what',
    ({ problems, index }) => {
      expect(checked.outputs[index]?.slice(0, -2)).toEqual(problems);
      expect(checked.outputs[index]?.at(-1)).toMatch(/^1 violations/);
    },
  );
});
