import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { check } from './command';
import type { Installation } from './installations';

/** npm's flags for a short and quiet installation. */
export const NPM_FLAGS = ['--prefer-offline', '--no-audit', '--no-fund'];

/** The package of a package manager that has its command. */
function packageOf({ manager, managerVersion }: Installation): string {
  return manager === 'yarn' && !managerVersion.startsWith('1.') ? '@yarnpkg/cli-dist' : manager;
}

/** The package with the program of Node for this machine: it has no install script, which `node` has. */
function nodePackage(): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${platform}-${process.arch}`;
}

/** Installs the Node and the package manager of an installation into a folder. */
export async function installToolchain(folder: string, installation: Installation): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const { node, managerVersion } = installation;
  const packages = [`${nodePackage()}@${node}`, `${packageOf(installation)}@${managerVersion}`];
  await check('npm', ['install', ...NPM_FLAGS, ...packages], { cwd: folder });
}

/** The environment in which its Node and its package manager are those on the PATH. */
export function toolchainEnvironment(folder: string): Record<string, string> {
  const bin = join(folder, 'node_modules', '.bin');
  return {
    PATH: [bin, process.env.PATH].join(delimiter),
    YARN_ENABLE_TELEMETRY: 'false',
  };
}
