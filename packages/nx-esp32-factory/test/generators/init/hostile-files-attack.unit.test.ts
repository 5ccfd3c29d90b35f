import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { FsTree } from 'nx/src/generators/tree';
import { INPUT_LIMIT } from '../../../src/files';
import { espIdfApps, findApp } from '../../../src/generators/init/find-app';
import { Draft } from '../../../src/init/draft';
import { APP } from './fixtures';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hostile-tree-'));
  for (const [name, text] of Object.entries(APP)) {
    mkdirSync(dirname(join(root, 'apps/good', name)), { recursive: true });
    writeFileSync(join(root, 'apps/good', name), text);
  }
  mkdirSync(join(root, 'apps/bad'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const KINDS: readonly (readonly [kind: string, code: string, plant: (path: string) => void])[] = [
  ['a pipe', 'files.not-regular', (path) => execFileSync('mkfifo', [path])],
  ['a device', 'files.not-regular', (path) => symlinkSync('/dev/zero', path)],
  ['a link to itself', 'files.failed', (path) => symlinkSync(path, path)],
  [
    'a large file',
    'files.too-large',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, INPUT_LIMIT.firmware + 1);
    },
  ],
];

describe.each(KINDS)('%s', (kind, code, plant) => {
  it('is not read through the Tree', () => {
    plant(join(root, 'apps/bad/sdkconfig'));
    let error: unknown;
    try {
      new Draft(new FsTree(root, false)).readFile('apps/bad/sdkconfig');
    } catch (thrown) {
      error = thrown;
    }
    expect(error instanceof FactoryError && error.code).toBe(code);
  });

  it('in one app does not stop the generator for another', () => {
    plant(join(root, 'apps/bad/CMakeLists.txt'));
    const tree = new FsTree(root, false);
    const draft = new Draft(tree);
    expect(espIdfApps(tree, draft)).toEqual(['apps/good']);
    // Nx 23 itself reads a device to the end of the memory when it looks for projects.
    if (kind !== 'a device') expect(findApp(tree, draft, 'good', root).root).toBe('apps/good');
  });
});
