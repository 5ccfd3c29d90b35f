import { FactoryError } from 'nvs-core';
import { filesErrors } from '../errors';

/** The operating system's refusal as an error of ours; anything that is no such refusal is returned as it is. */
export function fromErrno(error: unknown, path: string, action: 'read' | 'write'): unknown {
  if (error instanceof FactoryError || !isErrno(error)) return error;
  switch (error.code) {
    case 'ENOENT':
      return filesErrors.error('files.missing', { path });
    case 'EISDIR':
      return filesErrors.error('files.is-directory', { path });
    case 'ENOTDIR':
    case 'EEXIST':
      return filesErrors.error('files.not-a-directory', { path: notADirectory(error, path) });
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

function isErrno(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'errno' in error;
}

function notADirectory(error: NodeJS.ErrnoException, path: string): string {
  return error.path ?? path;
}
