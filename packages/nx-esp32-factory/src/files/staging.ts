/** Private folders for outputs until all of them are written. */
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

/** Named after their process, so that the next run recognizes those of killed runs. */
const STAGING = '.esp32-factory-staging-';
/** The names of sets of files that a killed run left, or a running one is about to finish. */
const UNFINISHED = /^\.esp32-factory-(staging-|commit$)/;
const STALE_MILLISECONDS = 60 * 60 * 1000;

/** Whether a name in a folder is that of a set of files that is not finished. */
export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name);
}

/** A new folder of mode 0700 in `folder`; removes the staging folders of killed runs, unless `isClean`. */
export function openStaging(folder: string, { isClean = false } = {}): string {
  try {
    const stage = mkdtempSync(join(folder, `${STAGING}${process.pid}-`));
    if (!isClean) removeStale(folder, stage);
    return stage;
  } catch (error) {
    throw fromErrno(error, folder, 'write');
  }
}

/** Writes a file with its mode, and syncs it to disk; `path` is the name in error messages. */
export function stageFile(
  staged: string,
  { path, data, secret }: { path: string; data: Uint8Array | string; secret: boolean },
): void {
  const mode = secret ? 0o600 : 0o644;
  try {
    const descriptor = openSync(staged, 'wx', mode);
    try {
      writeFileSync(descriptor, data);
      // The umask may have removed bits that a public file needs; a secret one is private from the start.
      if (!secret) fchmodSync(descriptor, mode);
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

/** Removes a staging folder; if that fails, the next run does it. */
export function removeStaging(stage: string): void {
  try {
    rmSync(stage, { recursive: true, force: true });
  } catch {
    // The error that led here is the one to report.
  }
}

/**
 * Removes the secrets of killed runs. Ages are differences of the file system's own times, so that setting back the
 * clock neither keeps old folders nor removes new ones.
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

/** Empty for a folder that is writable but not readable. */
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
