import { join } from 'node:path';
import { FactoryError, formatFindings } from 'nvs-core';
import { findApp } from '../../../src/generators/init/find-app';
import { Draft } from '../../../src/init/draft';
import { APP, type Files, workspace } from './fixtures';

const project = (name: string): Files => ({ ...APP, 'project.json': JSON.stringify({ name }) });
const only = (name: string): Files => ({ [name]: '# only this\n' });

/** The error of a call, with its help. */
function textOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof FactoryError) return formatFindings(error.findings);
    throw error;
  }
  return 'no error';
}

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

  it('names the root of the workspace as its package.json does', () => {
    const tree = workspace();
    tree.write('package.json', '{"name": "@shop/lights"}');
    for (const [name, text] of Object.entries(APP)) tree.write(name, text);
    expect(findApp(tree, new Draft(tree), '.', tree.root)).toEqual({ name: '@shop/lights', root: '.' });
  });

  it.each([
    ['{"name": "@shop/light"}', '@shop/light'],
    ['{"name": "@shop/light", "nx": {"name": "lamp"}}', 'lamp'],
    ['{"name": ""}', 'light'],
    ['{', 'light'],
  ])('names an app with the package.json %s that is in no workspaces', (text, name) => {
    const tree = workspace({ 'apps/light': { ...APP, 'package.json': text } });
    expect(findApp(tree, new Draft(tree), 'apps/light', tree.root)).toEqual({ name, root: 'apps/light' });
  });

  it('names an app as the plugin will, and as Nx knows those that the plugin named', () => {
    const apps = { 'a/light': APP, 'b/light': APP, 'c/light': APP };
    const tree = workspace(apps);
    const projects = new Map([
      ['a-light', 'a/light'],
      ['b-light', 'b/light'],
    ]);
    const find = (argument: string) => findApp(tree, new Draft(tree), argument, tree.root, projects);
    expect(find('b/light').name).toBe('b-light');
    expect(find('b-light').root).toBe('b/light');
    expect(find('c/light').name).toBe('c-light');
  });

  it('refuses an app for whose sake the plugin would rename another, with a name that is free', () => {
    const tree = workspace({ 'a/light': APP, 'b/light': APP });
    const projects = new Map([
      ['light', 'a/light'],
      ['b-light', 'libs/x'],
    ]);
    const find = () => findApp(tree, new Draft(tree), 'b/light', tree.root, projects);
    expect(textOf(find)).toContain('init.project-name-taken');
    expect(textOf(find)).toContain('the project in a/light');
    expect(textOf(find)).toContain('write { "name": "b-light-firmware" } to b/light/project.json');
  });

  it('refuses a package.json with a name that is taken, and names that file', () => {
    const tree = workspace({ 'b/light': { ...APP, 'package.json': '{"name": "lamp"}' } });
    const find = () => findApp(tree, new Draft(tree), 'b/light', tree.root, new Map([['lamp', 'libs/lamp']]));
    expect(textOf(find)).toContain('change "name" in b/light/package.json, for example to "b-light"');
  });

  it('finds the root of the workspace, named after its folder', () => {
    const tree = workspace();
    tree.delete('package.json');
    for (const [name, text] of Object.entries(APP)) tree.write(name, text);
    expect(findApp(tree, new Draft(tree), '.', tree.root)).toEqual({ name: 'virtual', root: '.' });
  });
});
