import { createRequire } from 'node:module';
import { join } from 'node:path';
import { initErrors } from '../../errors';
import { adderIn } from '../../files';
import { withoutStack } from './bad-input';

/**
 * Whether a file of ours finds @nx/devkit. Graph and targets do not need it, so it is an optional peer dependency: as a
 * required one, npm would take its newest version, which conflicts with older versions of Nx.
 */
export function hasDevkit(from: string): boolean {
  return resolved('@nx/devkit', from) !== undefined;
}

/** The error init.devkit-missing, with the command that installs it in a workspace. */
export function devkitMissing(root: string): Error {
  return withoutStack(initErrors.error('init.devkit-missing', { nx: nxVersion(root), add: adderIn(root) }));
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
