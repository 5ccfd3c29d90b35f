/** A folder with one key file per device, named after its serial number. */
import { existsSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { factoryErrors } from '../errors';
import { fromErrno } from './errno';
import { readInput } from './read';
import { openStaging, removeStaging, stageFile } from './staging';

/**
 * The key of a device. If there is none yet, it is created and written for its owner only (folder 0700, file 0600).
 * Two runs for one device get the same key. Errors: factory.serial-number-needed, files.*.
 */
function keyOf(
  folder: string,
  serialNumber: string | undefined,
  make: () => Uint8Array,
): { path: string; data: Uint8Array } {
  const path = keyPath(folder, serialNumber);
  create(folder, path, make);
  return { path, data: readInput(path) };
}

/** A key that must already exist. Errors: factory.serial-number-needed, files.*. */
function existingKey(folder: string, serialNumber: string | undefined): Uint8Array {
  return readInput(keyPath(folder, serialNumber));
}

/** Keys in local folders, one file per device. */
export const folderKeyStore = { keyOf, existingKey };

/** Encodes all but letters, digits, "-" and "_", so that names are unique and stay inside the folder. */
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

/** Folders that this process has cleaned: a batch, which creates a key per device, cleans each folder only once. */
const clean = new Set<string>();

/**
 * The complete file appears by a link, which fails if another run was first; then the key of that run is used. Staging
 * folders of killed runs are removed.
 */
function create(folder: string, path: string, make: () => Uint8Array): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (existsSync(path)) return;
    const stage = openStaging(folder, { isClean: clean.has(folder) });
    clean.add(folder);
    const data = make();
    try {
      const draft = join(stage, 'key');
      stageFile(draft, { path, data, secret: true });
      linkSync(draft, path);
    } finally {
      data.fill(0);
      removeStaging(stage);
    }
  } catch (error) {
    if (!existsSync(path)) throw fromErrno(error, path, 'write');
  }
}
