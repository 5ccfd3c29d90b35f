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
 * Rejects a workspace without @nx/devkit. Graph and targets do not need it, so it is an optional peer dependency: as a
 * required one, npm would take its newest version, which conflicts with older versions of Nx.
 * Errors: init.devkit-missing.
 */
export function assertDevkit(root: string, from = __filename): void {
  if (resolved('@nx/devkit', from) !== undefined) return;
  const nx = nxVersion(root);
  const command = ADD_COMMANDS.find(([file]) => existsSync(join(root, file)))?.[1];
  const params = { nx, add: command ?? 'npm install --save-dev' };
  throw withoutStack(initErrors.error('init.devkit-missing', params));
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
