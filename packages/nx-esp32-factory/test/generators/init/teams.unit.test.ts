/** Development credentials of a team: in git, or in each clone its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { FactoryError, parseCertificate } from 'nvs-core';
import { readInputs } from '../../../src/inputs';
import { contents, init, LIGHT, readConfig, readText, workspace } from './fixtures';

const ROOT = 'apps/light';
const FOLDER = `${ROOT}/credentials`;
const ids = (tree: Tree, folder = FOLDER) => {
  const { vendorId, productId } = parseCertificate(new Uint8Array(tree.read(`${folder}/dac.pem`) ?? [])).ids;
  return { vendorId, productId };
};
const credentialsIn = (tree: Tree) =>
  Object.keys(contents(tree)).filter((path) => path.startsWith(`${FOLDER}/`));

/** What a clone has: everything but what git ignores. */
async function clone(options: object = {}): Promise<Tree> {
  const tree = workspace({ [ROOT]: LIGHT });
  await init(tree, { project: 'light', vendorId: '0xFFF3', productId: '0x8123', keys: 'local', ...options });
  for (const path of credentialsIn(tree)) tree.delete(path);
  return tree;
}

describe('development credentials', () => {
  it('are committed: git ignores none of them, and the output says so', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    const { output } = await init(tree, { project: 'light' });
    expect(readText(tree, '.gitignore')).not.toContain('credentials');
    expect(output).toContain('Commit the credentials');
  });

  it('of --keys local are ignored by git with the PAA, and the output says what a clone does', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    const { output } = await init(tree, { project: 'light', keys: 'local' });
    expect(readText(tree, '.gitignore')).toContain(`\n/${FOLDER}/\n`);
    expect(output).toContain('npx nx g nx-esp32-factory:init light --credentials\n');
    expect(output).not.toContain('Commit');

    const root = mkdtempSync(join(tmpdir(), 'init-ignored-'));
    try {
      writeFileSync(join(root, '.gitignore'), readText(tree, '.gitignore'));
      const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
      git('init', '--quiet');
      const paths = ['dac-key.pem', 'dac.pem', 'cd.der', 'paa-trust-store/paa.der'].map(
        (name) => `${FOLDER}/${name}`,
      );
      expect(git('check-ignore', ...paths).trim()).toBe(paths.join('\n'));
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it.each([true, 'development'] as const)(
    'are made anew in a clone with --credentials (%s), with the ids of the config, which stays',
    async (credentials) => {
      const tree = await clone();
      const config = readText(tree, `${ROOT}/factory.config.json`);
      const { output } = await init(tree, { project: 'light', credentials });
      expect(ids(tree)).toEqual({ vendorId: 0xfff3, productId: 0x8123 });
      expect(credentialsIn(tree)).toContain(`${FOLDER}/paa-trust-store/paa.der`);
      expect(readText(tree, `${ROOT}/factory.config.json`)).toBe(config);
      expect(output).toContain('--paa-trust-store-path');
    },
  );

  it('are made where a config has another folder for them', async () => {
    const tree = await clone();
    const file = `${ROOT}/factory.config.json`;
    tree.write(file, readText(tree, file).replaceAll('credentials/', '../../shared/dev/'));
    await init(tree, { project: 'light', credentials: true, keys: 'local' });
    expect(ids(tree, 'shared/dev')).toEqual({ vendorId: 0xfff3, productId: 0x8123 });
    expect(readText(tree, '.gitignore')).toContain('/shared/dev/\n');
  });

  it('that are complete are left unchanged', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    await init(tree, { project: 'light' });
    tree.write(`${FOLDER}/dac-key.pem`, 'written after the Tree');
    const before = contents(tree);
    const { output } = await init(tree, { project: 'light', credentials: true });
    expect(output).toContain('init.credentials-exist');
    expect(contents(tree)).toEqual(before);
  });

  it.each<[string, (config: Record<string, Record<string, unknown>>) => void, string]>([
    [
      'a real vendor id',
      (config) => Object.assign(config.deviceInstanceInfo ?? {}, { vendorId: '0x131B' }),
      'its vendor id is 0x131B',
    ],
    [
      'another name',
      (config) =>
        Object.assign(config.attestation ?? {}, { certificationDeclaration: { file: 'x/cd2.der' } }),
      'names cd2.der, not cd.der',
    ],
    [
      'another folder',
      (config) => Object.assign(config.attestation ?? {}, { certificationDeclaration: { file: 'x/cd.der' } }),
      'in several folders',
    ],
    [
      'a variable',
      (config) => Object.assign(config.attestation ?? {}, { certificationDeclaration: { env: 'CD' } }),
      'names no file',
    ],
    [
      'a path outside the workspace',
      (config) =>
        Object.assign(config.attestation ?? {}, { certificationDeclaration: { file: '/x/cd.der' } }),
      'outside the workspace',
    ],
    [
      'another trust store',
      (config) => Object.assign(config.attestation ?? {}, { trust: { paa: { folder: 'roots' } } }),
      'attestation.trust.paa is not',
    ],
  ])('are not made for a config with %s', async (_, change, reason) => {
    const tree = await clone();
    const config = readConfig(tree, ROOT);
    change(config);
    tree.write(`${ROOT}/factory.config.json`, JSON.stringify(config));
    const before = contents(tree);
    const run = init(tree, { project: 'light', credentials: true });
    await expect(run).rejects.toThrow('init.credentials-not-development');
    await expect(run).rejects.toThrow(reason);
    expect(contents(tree)).toEqual(before);
  });

  it('are not mixed with what is left of another set', async () => {
    const tree = await clone();
    tree.write(`${FOLDER}/dac.pem`, 'another');
    await expect(init(tree, { project: 'light', credentials: true })).rejects.toThrow(
      'init.credentials-partial',
    );
  });

  it('with --no-credentials are added later', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    const { output } = await init(tree, { project: 'light', credentials: false });
    expect(output).toContain('init.credentials-placeholders');
    const { output: again } = await init(tree, { project: 'light', credentials: false });
    expect(again).toContain('--credentials had no effect');
  });

  it('--keys is about generated ones', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    const run = init(tree, { project: 'light', keys: 'local', dacKey: 'key.pem' });
    await expect(run).rejects.toThrow('--keys local and --dacKey cannot be used together');
  });
});

describe('the error for development credentials that are missing', () => {
  let root: string;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const error = (config = `${ROOT}/factory.config.json`): FactoryError => {
    try {
      readInputs(join(root, config), { env: {} });
    } catch (thrown) {
      if (thrown instanceof FactoryError) return thrown;
      throw thrown;
    }
    throw new Error('nothing is missing');
  };
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'init-clone-'));
    const tree = await clone();
    for (const [path, text] of Object.entries(contents(tree))) if (text !== 'deleted') write(path, text);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('says once what to do, with the command of the Nx workspace', () => {
    write('yarn.lock', '');
    const { findings } = error();
    expect(findings.map(({ code }) => code)).toEqual(['factory.development-credentials-missing']);
    const [finding] = findings;
    for (const name of ['dac.pem', 'dac-key.pem', 'pai.pem', 'cd.der'])
      expect(finding?.message).toContain(`credentials/${name}`);
    expect(finding?.help).toContain('committed');
    expect(finding?.help).toContain('--keys local');
    expect(finding?.help).toMatch(/ yarn nx g nx-esp32-factory:init apps\/light --credentials$/);
  });

  it('has the command of esp32-factory where there is no Nx', () => {
    rmSync(join(root, 'nx.json'));
    expect(error().findings[0]?.help).toMatch(/esp32-factory init \S*apps\/light --credentials$/);
  });

  it('is about a single file, too', () => {
    for (const name of ['dac.pem', 'pai.pem', 'cd.der']) write(`${FOLDER}/${name}`, 'anything');
    const [finding, ...more] = error().findings.filter(({ message }) => message.includes('there is no'));
    expect(finding?.message).toContain('credentials/dac-key.pem');
    expect(more).toEqual([]);
  });

  it.each([
    ['production', '"0xFFF3"', '"0x131B"'],
    ['a name that is no development file', 'credentials/dac.pem', 'credentials/dac1.pem'],
  ])('is not about %s', (_, from, to) => {
    const file = join(root, ROOT, 'factory.config.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    expect(error().findings.map(({ code }) => code)).toContain('files.missing');
  });
});
