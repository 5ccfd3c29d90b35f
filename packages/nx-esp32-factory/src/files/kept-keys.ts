/** A folder for keys that have to leave the place where they were made. */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { syncFolder } from './commit';
import { fromErrno } from './errno';
import { readInput } from './read';
import { openStaging, removeStaging, stageFile } from './staging';

/**
 * Moves a key file into a folder for its owner only (0700, the file 0600), named after the day on which it was written
 * and a digest of it; no file there is overwritten. A new folder is ignored by git. Returns the new path.
 * Errors: files.*.
 */
export function keepKey(path: string, folder: string): string {
  const data = readInput(path);
  try {
    makeFolder(folder);
    const { name, ext } = parse(path);
    const day = statSync(path).mtime.toISOString().slice(0, 10);
    const digest = createHash('sha256').update(data).digest('hex').slice(0, 16);
    const kept = keep(join(folder, `${name}-${day}-${digest}`), ext, data, folder);
    syncFolder(folder);
    unlinkSync(path);
    return kept;
  } catch (error) {
    throw fromErrno(error, folder, 'write');
  } finally {
    data.fill(0);
  }
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length === 0) writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
}

/** Under the first name that is free, or has the same key already. */
function keep(stem: string, ext: string, data: Uint8Array, folder: string): string {
  const stage = openStaging(folder);
  try {
    const draft = join(stage, 'key');
    stageFile(draft, { path: `${stem}${ext}`, data, secret: true });
    for (let count = 1; ; count++) {
      const path = `${stem}${count === 1 ? '' : `-${count}`}${ext}`;
      try {
        linkSync(draft, path);
        return path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (Buffer.compare(readInput(path), data) === 0) return path;
      }
    }
  } finally {
    removeStaging(stage);
  }
}
