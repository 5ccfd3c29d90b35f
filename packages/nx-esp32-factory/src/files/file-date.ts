import { statSync } from 'node:fs';
import { fromErrno } from './errno';

/** When a file was changed last; undefined for what has no such date: a pipe, standard input. Errors: files.*. */
export function fileDate(path: string): Date | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() === true ? stat.mtime : undefined;
  } catch (error) {
    throw fromErrno(error, path, 'read');
  }
}
