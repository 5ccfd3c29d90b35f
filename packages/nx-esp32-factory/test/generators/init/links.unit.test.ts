/** Links to apps: followed inside the workspace, refused where they lead out of it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { logger } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { espIdfApps, findApp } from '../../../src/generators/init/find-app';
import initGenerator from '../../../src/generators/init/generator';
import { Draft } from '../../../src/init';
import { LIGHT } from './fixtures';

let folder: string;
let root: string;
beforeEach(() => {
  jest.spyOn(logger, 'info').mockImplementation(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'init-links-'));
  root = join(folder, 'workspace');
  for (const app of ['workspace/apps/light', 'elsewhere/lamp'])
    for (const [name, text] of Object.entries(LIGHT)) write(join(folder, app, name), text);
  write(join(root, 'package.json'), '{"name": "workspace", "private": true}');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const find = (argument: string) => {
  const tree = new FsTree(root, false);
  return findApp(tree, new Draft(tree), argument, root);
};

it('follows a link to an app of the workspace', () => {
  symlinkSync('light', join(root, 'apps/link'));
  expect(find('apps/link')).toEqual({ name: 'light', root: 'apps/light' });
});

it('refuses a link to an app outside, whichever folder is the link', () => {
  symlinkSync(join(folder, 'elsewhere/lamp'), join(root, 'apps/lamp'));
  symlinkSync(join(folder, 'elsewhere'), join(root, 'other'));
  for (const argument of ['apps/lamp', 'other/lamp']) {
    expect(() => find(argument)).toThrow('init.link-outside');
    expect(() => find(argument)).toThrow(join(folder, 'elsewhere/lamp'));
  }
});

it('works in a workspace that a link leads to', () => {
  symlinkSync(root, join(folder, 'link'));
  const tree = new FsTree(join(folder, 'link'), false);
  expect(findApp(tree, new Draft(tree), 'apps/light', tree.root).root).toBe('apps/light');
});

it('lists an app once, by its own folder', () => {
  symlinkSync('light', join(root, 'apps/link'));
  symlinkSync(join(folder, 'elsewhere/lamp'), join(root, 'apps/lamp'));
  const tree = new FsTree(root, false);
  expect(espIdfApps(tree, new Draft(tree))).toEqual(['apps/light']);
});

it('refuses a linked credentials folder before anything changes', async () => {
  mkdirSync(join(folder, 'keys'));
  symlinkSync(join(folder, 'keys'), join(root, 'apps/light/credentials'));
  const tree = new FsTree(root, false);
  const run = initGenerator(tree, { project: 'apps/light', skipFormat: true });
  await expect(run).rejects.toThrow('files.link');
  expect(tree.listChanges()).toEqual([]);
});
