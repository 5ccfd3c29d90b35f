import { join, relative } from 'node:path';
import { factoryErrors } from '../errors';

/**
 * The runtime input of a config: a fixed program and one quoted path, run by a shell in the root of the workspace.
 * The program is named from there too, so that the same checkout elsewhere has the same targets. Nx hashes what a
 * command prints and does not look at its status: without a digest it must print what it never printed before.
 */
export function digestCommand(config: string, workspaceRoot: string): string {
  const program = relative(workspaceRoot, join(__dirname, '..', '..', 'bin', 'esp32-factory.js'));
  return ['node', quote(program), 'cache-digest', quote(config), '||', ...NEVER_THE_SAME].join(' ');
}

const NEVER_THE_SAME = process.platform === 'win32' ? ['echo', '%DATE%%TIME%%RANDOM%'] : ['date', '+%s%N'];

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

/** A path as one word of the shell that Nx runs commands with: sh, or cmd on Windows. */
function quote(path: string): string {
  const unix = path.replaceAll('\\', '/');
  return process.platform === 'win32' ? `"${unix}"` : `'${path.replaceAll("'", "'\\''")}'`;
}
