import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './command';
import { PACKAGES, tarballOf } from './packages';

/** The folder of the installed workspace of a version of Nx: copied for each test that needs one. */
export function templateOf(version: string): string {
  const folder = process.env.E2E_TEMPLATES;
  if (folder === undefined)
    throw new Error('E2E_TEMPLATES is not set: global-setup.ts installs the workspaces');
  return join(folder, version);
}

/** Why a workspace was left out; undefined for one that is there. */
export function whyMissing(version: string): string | undefined {
  try {
    return readFileSync(`${templateOf(version)}.missing`, 'utf8');
  } catch {
    return undefined;
  }
}

/** Installs Nx and the packed packages into a workspace, from hand-written files. */
export async function installTemplate(
  version: string,
  options: { readonly optional: boolean },
): Promise<void> {
  const folder = templateOf(version);
  mkdirSync(folder, { recursive: true });
  const packages = Object.fromEntries(PACKAGES.map((name) => [name, `file:${tarballOf(name)}`]));
  writeJson(join(folder, 'package.json'), {
    name: 'workspace',
    version: '0.0.0',
    private: true,
    devDependencies: { nx: version, '@nx/devkit': version, ...packages },
  });
  writeJson(join(folder, 'nx.json'), {
    analytics: false,
    neverConnectToCloud: true,
    cacheDirectory: '.nx/cache',
    plugins: ['nx-esp32-factory/plugin'],
  });
  writeFileSync(join(folder, '.gitignore'), 'node_modules/\n.nx/\ndist/\nfactory-output/\nsecret/\n.env*\n');
  try {
    await check('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });
    await check('git', ['init', '--quiet'], { cwd: folder });
  } catch (error) {
    if (!options.optional) throw error;
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(`${folder}.missing`, String(error));
  }
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
