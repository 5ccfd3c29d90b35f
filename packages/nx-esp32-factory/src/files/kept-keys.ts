/** The folder of keys that exist nowhere else, next to the config. */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { filesErrors } from '../errors';
import { syncFolder } from './commit';
import { fromErrno } from './errno';
import { entryOf } from './set-folder';
import { openStaging, removeStaging, stageFile } from './staging';
import { readStateFile } from './state-file';

/** The name of the folder. */
export const KEY_FOLDER = 'factory-keys';

/** A key to keep: "hmac_key" and ".bin" become "hmac_key-2026-01-31-0123456789abcdef.bin". */
export interface KeyToKeep {
  readonly stem: string;
  readonly extension: string;
  readonly data: Uint8Array;
}

/**
 * Writes a key into a folder for its owner only (0700, the file 0600), synced, named after the day and a digest of the
 * key; no file there is overwritten. The folder is ignored by git. Returns the file's name. Errors: files.*.
 */
export function keepKey({ stem, extension, data }: KeyToKeep, folder: string, now: Date): string {
  try {
    makeFolder(folder);
    const digest = createHash('sha256').update(data).digest('hex').slice(0, 16);
    const name = `${stem}-${now.toISOString().slice(0, 10)}-${digest}`;
    const kept = keep(join(folder, name), extension, data, folder);
    syncFolder(folder);
    return basename(kept);
  } catch (error) {
    throw fromErrno(error, folder, 'write');
  }
}

/** A link could lead to a folder that others read, or out of the repository that it came with. */
function makeFolder(folder: string): void {
  if (entryOf(folder)?.isSymbolicLink() === true) throw filesErrors.error('files.link', { path: folder });
  const isNew = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
  if (isNew) syncFolder(dirname(folder));
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Under the first name that is free, or has the same key already. */
function keep(stem: string, extension: string, data: Uint8Array, folder: string): string {
  const stage = openStaging(folder);
  try {
    const draft = join(stage, 'key');
    stageFile(draft, { path: `${stem}${extension}`, data, secret: true });
    for (let count = 1; ; count++) {
      const path = `${stem}${count === 1 ? '' : `-${count}`}${extension}`;
      try {
        linkSync(draft, path);
        return path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (readStateFile(path, data.length)?.equals(data) === true) return path;
      }
    }
  } finally {
    removeStaging(stage);
  }
}
