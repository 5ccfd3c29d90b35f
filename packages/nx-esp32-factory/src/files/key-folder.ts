/** A folder that keeps one key file per device, named after its serial number. */
import { existsSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { factoryErrors } from '../errors';
import { fromErrno } from './errno';
import { readInput } from './read';
import { openStaging, removeStaging, stageFile } from './staging';

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

/** Folders that this process has cleaned: a batch makes a key for each device, and need not look at all of them. */
const clean = new Set<string>();

/**
 * The file appears whole, by a link, which fails where another run was first; that one's key then counts. What a killed
 * run left of a key is removed by the next one.
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
