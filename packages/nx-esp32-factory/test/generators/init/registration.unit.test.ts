import { readJson, updateJson } from '@nx/devkit';
import { contents, init, LIGHT, readText, workspace } from './fixtures';

describe('init without a project', () => {
  it('registers the plugin, adds itself and ignore lines, and prints the next steps', async () => {
    const tree = workspace();
    const { output, hasTask } = await init(tree);
    expect(readJson(tree, 'nx.json').plugins).toEqual(['nx-esp32-factory/plugin']);
    expect(Object.keys(readJson(tree, 'package.json').devDependencies)).toEqual(['nx-esp32-factory']);
    expect(readText(tree, '.gitignore')).toBe(
      [
        '# nx-esp32-factory: private keys, and images that contain them',
        '/factory-output/',
        '**/factory-keys/',
        '',
      ].join('\n'),
    );
    expect(hasTask).toBe(true);
    expect(output).toContain('nx g nx-esp32-factory:init <app>');
  });

  it('lists the apps without a config', async () => {
    const { output } = await init(
      workspace({ 'apps/a': LIGHT, 'apps/b': { ...LIGHT, 'factory.config.json': '{}' } }),
    );
    expect(output).toContain('nx g nx-esp32-factory:init apps/a');
    expect(output).not.toContain('apps/b');
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`apps/x${index}`, LIGHT]));
    expect((await init(workspace(many))).output).toContain('and 2 more');
  });

  it('changes nothing the second time', async () => {
    const tree = workspace();
    await init(tree);
    const before = contents(tree);
    const { hasTask } = await init(tree);
    expect(contents(tree)).toEqual(before);
    expect(hasTask).toBe(false);
  });

  it.each([
    ['a string', 'nx-esp32-factory/plugin'],
    ['an object', { plugin: 'nx-esp32-factory/plugin', options: { imageTargetName: 'factory' } }],
  ])('keeps the plugin that is registered as %s, and other plugins', async (_, entry) => {
    const tree = workspace();
    updateJson(tree, 'nx.json', (json) => ({ ...json, plugins: ['other', entry] }));
    await init(tree);
    expect(readJson(tree, 'nx.json').plugins).toEqual(['other', entry]);
  });

  it('adds itself after other plugins', async () => {
    const tree = workspace();
    updateJson(tree, 'nx.json', (json) => ({ ...json, plugins: [{ plugin: 'other' }] }));
    await init(tree);
    expect(readJson(tree, 'nx.json').plugins).toEqual([{ plugin: 'other' }, 'nx-esp32-factory/plugin']);
  });

  it.each(['dependencies', 'devDependencies'])('keeps the versions in %s', async (section) => {
    const tree = workspace();
    const versions = { 'nx-esp32-factory': '0.0.7' };
    updateJson(tree, 'package.json', (json) => ({ ...json, [section]: versions }));
    const before = readText(tree, 'package.json');
    const { hasTask } = await init(tree);
    expect(readText(tree, 'package.json')).toBe(before);
    expect(hasTask).toBe(false);
  });

  it('adds no dependency on itself in its own repository, nor with skipPackageJson', async () => {
    const own = workspace({ 'packages/p': { 'package.json': '{"name": "nx-esp32-factory"}' } });
    updateJson(own, 'package.json', (json) => ({ ...json, workspaces: ['packages/*'] }));
    await init(own);
    expect(readJson(own, 'package.json').devDependencies).not.toHaveProperty('nx-esp32-factory');
    const { hasTask } = await init(workspace(), { skipPackageJson: true });
    expect(hasTask).toBe(false);
  });

  it.each([
    ['keeps existing lines', 'node_modules\n', 'node_modules\n\n', ['/factory-output/', '**/factory-keys/']],
    ['ends the last line', 'tmp', 'tmp\n\n', ['/factory-output/', '**/factory-keys/']],
    ['leaves out what is ignored already', '/factory-output\n', '/factory-output\n\n', ['**/factory-keys/']],
  ])('.gitignore: %s', async (_, before, kept, added) => {
    const tree = workspace();
    tree.write('.gitignore', before);
    await init(tree);
    const header = '# nx-esp32-factory: private keys, and images that contain them';
    expect(readText(tree, '.gitignore')).toBe(`${kept}${[header, ...added].join('\n')}\n`);
  });

  it('keeps the line endings of .gitignore', async () => {
    const tree = workspace();
    tree.write('.gitignore', 'a\r\nb\r\n');
    await init(tree);
    expect(readText(tree, '.gitignore').replaceAll('\r\n', '')).not.toContain('\n');
  });
});
