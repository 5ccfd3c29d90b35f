import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromErrno } from '../files';

const CERTIFICATE_FILE = /\.(pem|der|crt|cer)$/i;

/** The certificates of a trust folder, sorted by name. Errors: files.missing, files.not-a-directory. */
export function filesOf(folder: string): string[] {
  return readTrustFolder(folder).certificates;
}

/** The paths of all that is in a trust folder, and of its certificates, sorted. Errors: those of filesOf. */
export function readTrustFolder(folder: string): { all: string[]; certificates: string[] } {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    const pathOf = ({ name }: Dirent) => join(folder, name);
    const isFile = (entry: Dirent) =>
      entry.isFile() || statSync(pathOf(entry), { throwIfNoEntry: false })?.isFile() === true;
    const isCertificate = ({ name }: Dirent) => CERTIFICATE_FILE.test(name) && !/key\.[a-z]+$/i.test(name);
    return {
      all: entries.map(pathOf),
      certificates: entries.filter((entry) => isCertificate(entry) && isFile(entry)).map(pathOf),
    };
  } catch (error) {
    throw fromErrno(error, folder, 'read');
  }
}
