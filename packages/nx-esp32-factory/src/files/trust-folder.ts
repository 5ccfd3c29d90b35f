import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromErrno } from './errno';

const CERTIFICATE_FILE = /\.(pem|der|crt|cer)$/i;

const KEY_FILE = /key\.[a-z]+$/i;

/** The paths of the certificates in a trust folder, sorted. Errors: files.missing, files.not-a-directory. */
export function filesOf(folder: string): string[] {
  return readTrustFolder(folder).certificates;
}

/** The paths of all entries of a trust folder, and of its certificates, sorted. Errors: those of filesOf. */
export function readTrustFolder(folder: string): { all: string[]; certificates: string[] } {
  try {
    const all: string[] = [];
    const certificates: string[] = [];
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      all.push(path);
      const isCertificate = CERTIFICATE_FILE.test(entry.name) && !KEY_FILE.test(entry.name);
      if (isCertificate && isFile(entry, path)) certificates.push(path);
    }
    return { all, certificates };
  } catch (error) {
    throw fromErrno(error, folder, 'read');
  }
}

/** True for links to files, too. */
function isFile(entry: Dirent, path: string): boolean {
  return entry.isFile() || statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
