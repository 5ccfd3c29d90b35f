import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { filesErrors } from '../errors';
import { fromErrno } from './errno';
import { FOLDER_LIMIT } from './limits';

const CERTIFICATE_FILE = /\.(pem|der|crt|cer)$/i;

const KEY_FILE = /key\.[a-z]+$/i;

/** The paths of the certificates in a trust folder, sorted. Errors: files.missing, files.not-a-directory, files.too-many. */
export function filesOf(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    if (entries.length > FOLDER_LIMIT)
      throw filesErrors.error('files.too-many', { path: folder, count: entries.length, limit: FOLDER_LIMIT });
    return entries
      .filter(({ name }) => CERTIFICATE_FILE.test(name) && !KEY_FILE.test(name))
      .filter((entry) => isFile(entry, join(folder, entry.name)))
      .map(({ name }) => join(folder, name))
      .sort();
  } catch (error) {
    throw fromErrno(error, folder, 'read');
  }
}

/** The paths of all entries of a folder, sorted. Errors: as filesOf. */
export function entriesOf(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    if (names.length > FOLDER_LIMIT)
      throw filesErrors.error('files.too-many', { path: folder, count: names.length, limit: FOLDER_LIMIT });
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    throw fromErrno(error, folder, 'read');
  }
}

/** True for links to files, too. */
function isFile(entry: Dirent, path: string): boolean {
  return entry.isFile() || statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
