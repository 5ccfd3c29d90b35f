import { join } from 'node:path';
import { findApp } from '../../../src/generators/init/find-app';
import { Draft } from '../../../src/init/draft';
import { APP, type Files, workspace } from './fixtures';

const project = (name: string): Files => ({ ...APP, 'project.json': JSON.stringify({ name }) });
const only = (name: string): Files => ({ [name]: '# only this\n' });

describe('findApp', () => {
  it.each<[string, Record<string, Files>, string, { name: string; root: string }]>([
    ['a project by its name', { 'apps/a': project('light') }, 'light', { name: 'light', root: 'apps/a' }],
    ['a project by its folder', { 'apps/a': project('light') }, 'apps/a', { name: 'light', root: 'apps/a' }],
    [
      'a folder that is not a project',
      { 'apps/light': APP },
      'apps/light/',
      { name: 'light', root: 'apps/light' },
    ],
    [
      'the name of a folder that is not a project',
      { 'a/b/light': APP, 'a/b/lamp': APP },
      'light',
      { name: 'light', root: 'a/b/light' },
    ],
    ['a folder at the root', { light: APP }, 'light', { name: 'light', root: 'light' }],
    [
      'an app with only an sdkconfig.defaults',
      { a: only('sdkconfig.defaults') },
      'a',
      { name: 'a', root: 'a' },
    ],
    ['an app with only an sdkconfig', { a: only('sdkconfig') }, './a', { name: 'a', root: 'a' }],
    [
      'not the apps of components',
      { 'x/managed_components/c/light': APP, light: APP },
      'light',
      { name: 'light', root: 'light' },
    ],
  ])('finds %s', (_, apps, argument, expected) => {
    const tree = workspace(apps);
    expect(findApp(tree, new Draft(tree), argument, tree.root)).toEqual(expected);
  });

  it('finds the folder relative to the current folder', () => {
    const tree = workspace({ 'apps/light': APP, light: APP });
    const find = (argument: string, cwd: string) =>
      findApp(tree, new Draft(tree), argument, join(tree.root, cwd)).root;
    expect(find('.', 'apps/light')).toBe('apps/light');
    expect(find('./light', 'apps')).toBe('apps/light');
    expect(find('light', 'apps')).toBe('light');
    expect(find('../apps/light', 'light')).toBe('apps/light');
  });

  it('finds the root of the workspace, named after its folder', () => {
    const tree = workspace();
    tree.delete('package.json');
    for (const [name, text] of Object.entries(APP)) tree.write(name, text);
    expect(findApp(tree, new Draft(tree), '.', tree.root)).toEqual({ name: 'virtual', root: '.' });
  });
});
