/** Private folders in which outputs lie until they are all there. */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fromErrno } from './errno';

/** Named after their process, so that the next run knows those of a killed one. */
const STAGING = '.esp32-factory-staging-';
const STALE_MILLISECONDS = 60 * 60 * 1000;

/** A new folder of mode 0700 in `folder`; what killed runs left there is removed, unless that was done before. */
export function openStaging(folder: string, { isClean = false } = {}): string {
  try {
    const stage = mkdtempSync(join(folder, `${STAGING}${process.pid}-`));
    if (!isClean) removeStale(folder, stage);
    return stage;
  } catch (error) {
    throw fromErrno(error, folder, 'write');
  }
}

/** Writes a file whole and to the disk, with its mode; `path` is the name in error messages. */
export function stageFile(
  staged: string,
  { path, data, secret }: { path: string; data: Uint8Array | string; secret: boolean },
): void {
  const mode = secret ? 0o600 : 0o644;
  try {
    const descriptor = openSync(staged, 'wx', mode);
    try {
      writeFileSync(descriptor, data);
      // The umask may have taken bits away from what a public file wants.
      fchmodSync(descriptor, mode);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw fromErrno(error, path, 'write');
  }
}

/** Removes what killed runs left in a folder. */
export function removeStaleStaging(folder: string): void {
  removeStaging(openStaging(folder));
}

/** Removes a staging folder; where that fails, the next run does it. */
export function removeStaging(stage: string): void {
  try {
    rmSync(stage, { recursive: true, force: true });
  } catch {
    // The error that led here is the one to tell.
  }
}

/**
 * Removes the secrets of killed runs. The age is taken between two times of the file system's own clock: a clock that
 * was set back neither keeps an old folder nor takes away a new one.
 */
function removeStale(folder: string, own: string): void {
  const now = lstatSync(own).mtimeMs;
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(STAGING) || path === own) continue;
    const age = Math.abs(now - (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now));
    const pid = Number.parseInt(name.slice(STAGING.length), 10);
    if (!isRunning(pid) || age > STALE_MILLISECONDS) removeStaging(path);
  }
}

/** A folder may be writable without being readable. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
