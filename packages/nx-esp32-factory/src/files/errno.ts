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
    case 'EROFS':
      return filesErrors.error('files.not-permitted', { path, action });
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
