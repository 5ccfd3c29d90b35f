import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FactoryError } from 'nvs-core';
import { filesErrors } from '../errors';

/** An error of the operating system as a FactoryError; anything else is returned unchanged. */
export function fromErrno(error: unknown, path: string, action: 'read' | 'write'): unknown {
  if (error instanceof FactoryError || !isErrno(error)) return error;
  switch (error.code) {
    case 'ENOENT':
      return filesErrors.error('files.missing', { path });
    case 'EISDIR':
      return filesErrors.error('files.is-directory', { path });
    case 'ENOTDIR':
    case 'EEXIST':
      return filesErrors.error('files.not-a-directory', { path: error.path ?? path });
    case 'EACCES':
    case 'EPERM':
      return notPermitted(path, action);
    case 'EROFS':
      return filesErrors.error('files.read-only', { path });
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return filesErrors.error('files.no-space', { path });
    default:
      return filesErrors.error('files.failed', {
        path,
        action,
        reason: `${error.code} (${error.syscall ?? 'system call'})`,
      });
  }
}

/** The folder that denies it, or else the file itself. */
function notPermitted(path: string, action: 'read' | 'write'): FactoryError {
  const folders = foldersTo(path);
  const closed = folders.find((folder) => !isAllowed(folder, constants.X_OK));
  const last = folders.at(-1);
  const readOnly = action === 'write' && last !== undefined && !isAllowed(last, constants.W_OK);
  const folder = closed ?? (readOnly ? last : undefined);
  if (folder === undefined) return filesErrors.error('files.not-permitted', { path, action });
  return filesErrors.error('files.folder-not-permitted', { path, folder, action });
}

/** The existing folders on the way to a path, from the root; the last one is the path itself if it is a folder. */
function foldersTo(path: string): string[] {
  const folders: string[] = [];
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (isFolder(folder)) folders.unshift(folder);
    if (dirname(folder) === folder) return folders;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isAllowed(folder: string, mode: number): boolean {
  try {
    accessSync(folder, mode);
    return true;
  } catch {
    return false;
  }
}

/** By its shape, because errors of another realm are not instances of this realm's Error. */
function isErrno(error: unknown): error is { code: string; syscall?: string; path?: string } {
  return (
    typeof error === 'object' &&
    error !== null &&
    'errno' in error &&
    'code' in error &&
    typeof error.code === 'string'
  );
}
