import { join, relative } from 'node:path';
import { factoryErrors } from '../errors';
import { digestCommand, quote } from './digest-command';

/** What of a target decides whether its cache is exact. */
export interface CachedTarget {
  readonly cache?: boolean;
  readonly inputs?: readonly unknown[];
}

/**
 * Refuses a run that Nx will cache without having asked for the digest of the config that it is made from: with
 * --config, or inputs written by hand, a change in what the config refers to would be a stale hit. Both paths of a
 * config are from the root of the workspace. Errors: factory.cached-without-digest.
 */
export function checkDigested(
  target: CachedTarget | undefined,
  { config, workspaceRoot }: { readonly config: string; readonly workspaceRoot: string },
): void {
  if (target?.cache !== true) return;
  const word = ` cache-digest ${quote(relative(workspaceRoot, join(workspaceRoot, config)))} `;
  const isDigested = (target.inputs ?? []).some(
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
