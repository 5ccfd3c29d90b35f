import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { initErrors } from '../../errors';
import { withoutStack } from './bad-input';

/** What adds a development dependency in a workspace with this file; the first one that is there counts. */
const ADD_COMMANDS = [
  ['pnpm-workspace.yaml', 'pnpm add --save-dev --workspace-root'],
  ['pnpm-lock.yaml', 'pnpm add --save-dev'],
  ['yarn.lock', 'yarn add --dev'],
  ['bun.lock', 'bun add --dev'],
  ['bun.lockb', 'bun add --dev'],
] as const;

/**
 * Whether a file of ours finds @nx/devkit. Graph and targets do not need it, so it is an optional peer dependency: as a
 * required one, npm would take its newest version, which conflicts with older versions of Nx.
 */
export function hasDevkit(from: string): boolean {
  return resolved('@nx/devkit', from) !== undefined;
}

/** The error init.devkit-missing, with the command that installs it in a workspace. */
export function devkitMissing(root: string): Error {
  const add = ADD_COMMANDS.find(([file]) => existsSync(join(root, file)))?.[1] ?? 'npm install --save-dev';
  return withoutStack(initErrors.error('init.devkit-missing', { nx: nxVersion(root), add }));
}

function nxVersion(root: string): string | undefined {
  const path = resolved('nx/package.json', join(root, 'package.json'));
  return path === undefined ? undefined : createRequire(path)(path).version;
}

function resolved(request: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(request);
  } catch {
    return undefined;
  }
}
