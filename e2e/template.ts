import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './command';
import { type Installation, type ManagerName, nameOf } from './installations';
import { tarballOf } from './packages';
import { installToolchain, NPM_FLAGS, toolchainEnvironment } from './toolchain';

/** How each package manager adds a development dependency. */
const ADD: Readonly<Record<ManagerName, readonly string[]>> = {
  npm: ['install', '--save-dev', ...NPM_FLAGS],
  pnpm: ['add', '--save-dev'],
  yarn: ['add', '--dev'],
};

/** The folder of an installed workspace: copied for each test that needs one. */
export function templateOf(installation: Installation): string {
  const folder = process.env.E2E_TEMPLATES;
  if (folder === undefined)
    throw new Error('E2E_TEMPLATES is not set: global-setup.ts installs the workspaces');
  return join(folder, nameOf(installation).replaceAll(/[^a-z0-9.]+/gi, '-'));
}

/** The environment of a workspace: its Node and its package manager. */
export function environmentOf(installation: Installation): Record<string, string> {
  return toolchainEnvironment(`${templateOf(installation)}.toolchain`);
}

/** The program of its Node. */
export function nodeOf(installation: Installation): string {
  return join(`${templateOf(installation)}.toolchain`, 'node_modules', '.bin', 'node');
}

/** Why a workspace was left out; undefined for one that is there. */
export function whyMissing(installation: Installation): string | undefined {
  try {
    return readFileSync(`${templateOf(installation)}.missing`, 'utf8');
  } catch {
    return undefined;
  }
}

/** Installs Nx and then the packed plugin into a workspace without anything else, as a user would. */
export async function installTemplate(installation: Installation): Promise<void> {
  const folder = templateOf(installation);
  mkdirSync(folder, { recursive: true });
  try {
    await installToolchain(`${folder}.toolchain`, installation);
    await installWorkspace(folder, installation, environmentOf(installation));
  } catch (error) {
    if (installation.optional !== true) throw error;
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(`${folder}.missing`, String(error));
  }
}

export async function installWorkspace(
  folder: string,
  { nx, manager, js }: Installation,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  writeJson(join(folder, 'package.json'), { name: 'workspace', version: '0.0.0', private: true });
  // Yarn 4 takes a folder for a part of a project above, if there is one, unless it has its own lockfile.
  if (manager === 'yarn') {
    writeFileSync(join(folder, 'yarn.lock'), '');
    // With Plug'n'Play, its default, Nx 22 does not find its own native binary.
    writeFileSync(join(folder, '.yarnrc.yml'), 'nodeLinker: node-modules\n');
  }
  // pnpm 12 fails unless someone has decided on every install script: that of Nx is not needed.
  if (manager === 'pnpm') writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'allowBuilds:\n  nx: false\n');
  const root = existsSync(join(folder, 'pnpm-workspace.yaml')) ? ['--workspace-root'] : [];
  const add = (...packages: string[]) =>
    check(manager, [...ADD[manager], ...root, ...packages], { cwd: folder, env });
  await add(`nx@${nx}`, ...(js === true ? [`@nx/js@${nx}`] : []));
  await add(tarballOf('nx-esp32-factory'));
  writeJson(join(folder, 'nx.json'), {
    analytics: false,
    neverConnectToCloud: true,
    cacheDirectory: '.nx/cache',
    plugins: ['nx-esp32-factory/plugin'],
  });
  const ignored = ['node_modules/', '.yarn/', '.nx/', 'dist/', 'factory-output/', 'secret/', '.env*'];
  writeFileSync(join(folder, '.gitignore'), `${ignored.join('\n')}\n`);
  await check('git', ['init', '--quiet'], { cwd: folder });
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
