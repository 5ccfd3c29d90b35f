import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromErrno } from './errno';

const CERTIFICATE_FILE = /\.(pem|der|crt|cer)$/i;

const KEY_FILE = /key\.[a-z]+$/i;

/** The paths of the certificates in a trust folder, sorted. Errors: files.missing, files.not-a-directory. */
export function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => CERTIFICATE_FILE.test(name) && !KEY_FILE.test(name))
      .filter((entry) => isFile(entry, join(folder, entry.name)))
      .map(({ name }) => join(folder, name))
      .sort();
  } catch (error) {
    throw fromErrno(error, folder, 'read');
  }
}

/** True for links to files, too. */
function isFile(entry: Dirent, path: string): boolean {
  return entry.isFile() || statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
