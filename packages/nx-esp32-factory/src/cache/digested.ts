import { join, relative } from 'node:path';
import { factoryErrors } from '../errors';
import type { CachedTarget } from './cached-target';
import { digestArguments, digestCommand } from './digest-command';

export interface DigestedPaths {
  readonly config: string;
  readonly outputPath: string;
  readonly workspaceRoot: string;
}

/**
 * Rejects a cached target whose inputs lack the digest of its config, as with --config or inputs written by hand:
 * changes in files that the config refers to would give stale hits, and old files would stay in another output folder.
 * `config` and `outputPath` are paths from the workspace root.
 * Errors: factory.cached-without-digest.
 */
export function assertDigested(
  target: CachedTarget | undefined,
  { config, outputPath, workspaceRoot }: DigestedPaths,
): void {
  const normal = (path: string) => relative(workspaceRoot, join(workspaceRoot, path));
  const word = ` ${digestArguments(normal(config), normal(outputPath).replaceAll('\\', '/'))} `;
  const isDigested = (target?.inputs ?? []).some(
    (input) =>
      typeof input === 'object' &&
      input !== null &&
      'runtime' in input &&
      String(input.runtime).includes(word),
  );
  if (isDigested) return;
  const input = JSON.stringify({ runtime: digestCommand(config, outputPath, workspaceRoot) });
  throw factoryErrors.error('factory.cached-without-digest', { config, outputPath, input }, { file: config });
}
