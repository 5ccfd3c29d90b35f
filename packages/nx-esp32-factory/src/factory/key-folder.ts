/** A folder that keeps one key file per device, named after its serial number. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { factoryErrors } from '../errors';
import { fromErrno, readInput } from '../files';

/**
 * The key of a device; one that is not there yet is made, written for its owner only (folder 0700, file 0600), and
 * kept for ever. Two runs for one device get the same key. Errors: factory.serial-number-needed, files.*.
 */
export function keyOfFolder(
  folder: string,
  serialNumber: string | undefined,
  make: () => Uint8Array,
): { path: string; data: Uint8Array } {
  const path = keyPath(folder, serialNumber);
  create(folder, path, make);
  return { path, data: readInput(path) };
}

/** A key that must be there already. Errors: factory.serial-number-needed, files.*. */
export function readKeyOfFolder(folder: string, serialNumber: string | undefined): Uint8Array {
  return readInput(keyPath(folder, serialNumber));
}

/** Letters, digits, "-" and "_" stand for themselves: no serial number leaves the folder, or is another's. */
function keyPath(folder: string, serialNumber: string | undefined): string {
  if (serialNumber === undefined || serialNumber === '') {
    throw factoryErrors.error('factory.serial-number-needed', { folder });
  }
  const encoded = Buffer.from(serialNumber).reduce((name, byte) => {
    const character = String.fromCharCode(byte);
    return (
      name + (/[\w-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    );
  }, '');
  return join(folder, `${encoded}.bin`);
}

/** The file appears whole; where another run was first, that one's key counts. */
function create(folder: string, path: string, make: () => Uint8Array): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `.${randomBytes(8).toString('hex')}`);
    try {
      if (existsSync(path)) return;
      const data = make();
      const descriptor = openSync(draft, 'wx', 0o600);
      try {
        writeFileSync(descriptor, data);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
        data.fill(0);
      }
      publish(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (error) {
    if (!existsSync(path)) throw fromErrno(error, path, 'write');
  }
}

/** By a link, which fails where the name is taken; file systems without links have no better than a copy. */
function publish(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    copyFileSync(draft, path, constants.COPYFILE_EXCL);
  }
}
