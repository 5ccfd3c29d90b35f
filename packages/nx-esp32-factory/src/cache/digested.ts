import { join, relative } from 'node:path';
import { factoryErrors } from '../errors';
import type { CachedTarget } from './cached-target';
import { digestCommand, quote } from './digest-command';

/**
 * Rejects a cached target whose inputs lack the digest of its config, as with --config or inputs written by hand:
 * changes in files that the config refers to would give stale hits. `config` is a path from the workspace root.
 * Errors: factory.cached-without-digest.
 */
export function assertDigested(
  target: CachedTarget | undefined,
  { config, workspaceRoot }: { readonly config: string; readonly workspaceRoot: string },
): void {
  const word = ` cache-digest ${quote(relative(workspaceRoot, join(workspaceRoot, config)))} `;
  const isDigested = (target?.inputs ?? []).some(
    (input) =>
      typeof input === 'object' &&
      input !== null &&
      'runtime' in input &&
      String(input.runtime).includes(word),
  );
  if (isDigested) return;
  const input = JSON.stringify({ runtime: digestCommand(config, workspaceRoot) });
  throw factoryErrors.error('factory.cached-without-digest', { config, input }, { file: config });
}
