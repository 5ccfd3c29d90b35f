/** The folder that a set of files is staged and committed in. */
import { accessSync, constants, lstatSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { filesErrors } from '../errors';
import { fromErrno } from './errno';

/**
 * The nearest common folder of the paths; undefined if it is unfit for staging secrets: this user cannot write to it,
 * or everyone can and none of the files belongs directly in it.
 */
export function folderOfSet(paths: readonly string[]): string | undefined {
  const folders = paths.map((path) => dirname(resolve(path)));
  const [first = '.', ...rest] = folders;
  const common = rest.reduce((folder, other) => {
    let outer = folder;
    while (!isInside(outer, other)) outer = dirname(outer);
    return outer;
  }, first);
  if (folders.includes(common)) return common;
  const isShared = (entryOf(common)?.mode ?? 0) & 0o002;
  return !isShared && isWritable(common) ? common : undefined;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The entry at a path, without following links; undefined if there is none. Errors: files.*. */
export function entryOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw fromErrno(error, path, 'read');
  }
}

/** Whether a path is the folder itself or below it. */
export function isInside(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest === '' || !(rest === '..' || rest.startsWith(`..${sep}`) || isAbsolute(rest));
}

/** Rejects a path that leads through a symbolic link below `folder`, or out of it. Errors: files.link, files.*. */
export function assertNoLinks(folder: string, path: string): void {
  let part = resolve(folder);
  for (const name of relative(part, dirname(resolve(path))).split(sep)) {
    part = resolve(part, name);
    if (entryOf(part)?.isSymbolicLink() === true && part !== resolve(folder))
      throw filesErrors.error('files.link', { path: part });
  }
}

/** Rejects targets that would stop the moves half-way, while nothing has changed. Errors: files.is-directory, files.*. */
export function assertTarget(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw filesErrors.error('files.is-directory', { path });
    }
    accessSync(dirname(resolve(path)), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw fromErrno(error, path, 'write');
  }
}
