import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import init from '../../../src/generators/init';
import { devkitMissing, hasDevkit } from '../../../src/generators/init/devkit';
import { contents, workspace } from './fixtures';

let root: string;
let plugin: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'devkit-'));
  plugin = write('node_modules/nx-esp32-factory/dist/generators/init/index.js', '');
  write('package.json', '{}');
  write('node_modules/nx/package.json', '{ "name": "nx", "version": "20.8.4" }');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return join(root, path);
}

it.each([
  ['package-lock.json', 'npm install --save-dev'],
  ['pnpm-lock.yaml', 'pnpm add --save-dev'],
  ['pnpm-workspace.yaml', 'pnpm add --save-dev --workspace-root'],
  ['yarn.lock', 'yarn add --dev'],
  ['bun.lock', 'bun add --dev'],
  ['bun.lockb', 'bun add --dev'],
])('with %s, a missing @nx/devkit is added by "%s"', (file, add) => {
  write(file, '');
  expect(hasDevkit(plugin)).toBe(false);
  expect(devkitMissing(root)).toMatchObject({
    message: [
      '✖ init.devkit-missing: generators need @nx/devkit 20.8.4, the version of nx here; it is not installed',
      `  = help: run "${add} @nx/devkit@20.8.4", then the generator again; the targets and "esp32-factory" work without it`,
    ].join('\n'),
    stack: '',
  });
});

it('names no version where nx cannot be found', () => {
  rmSync(join(root, 'node_modules/nx'), { recursive: true });
  expect(devkitMissing(root).message).toContain('"npm install --save-dev @nx/devkit", then');
});

it('accepts @nx/devkit next to the plugin, and one that another package brought', () => {
  write('node_modules/@nx/devkit/package.json', '{ "main": "index.js" }');
  write('node_modules/@nx/devkit/index.js', '');
  expect(hasDevkit(plugin)).toBe(true);
});

it('lets the generator run where it is installed', async () => {
  const tree = workspace();
  const before = contents(tree);
  await init(tree, { skipPackageJson: true, skipFormat: true });
  expect(contents(tree)).not.toEqual(before);
});
