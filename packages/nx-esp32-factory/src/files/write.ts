import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { filesErrors } from '../errors';
import { fromErrno } from './errno';

/** A file to write: secret ones get mode 0600, the others 0644. */
export interface OutputFile {
  /** Path relative to the output folder. */
  readonly name: string;
  readonly data: Uint8Array | string;
  readonly secret: boolean;
}

/** Staging folders are named after their process, so that the next run knows those of a killed one. */
const STAGING = '.esp32-factory-staging-';
const STALE_MILLISECONDS = 60 * 60 * 1000;

/**
 * Writes a set of files into a folder, made if it is missing: first all of them into a private staging folder
 * beside their places, synced; then each by a rename, in the given order. Whatever goes wrong before the first
 * rename leaves the folder as it was, and a file is never there in part.
 *
 * Errors: files.not-permitted, files.not-a-directory, files.no-space, files.same-output, files.failed.
 */
export function writeOutputs(folder: string, files: readonly OutputFile[]): void {
  const made = makeFolder(folder);
  let staging: string | undefined;
  const unshield = shield();
  try {
    removeStale(folder);
    staging = stage(folder, files);
    for (const { name } of files) refuseDirectory(join(folder, name));
    for (const { name } of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      renameSync(join(staging, name), join(folder, name));
    }
  } catch (error) {
    if (made !== undefined) removeIfEmpty(made, folder);
    throw fromErrno(error, folder, 'write');
  } finally {
    unshield();
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Holds SIGINT and SIGTERM back while files are written: this is synchronous work of milliseconds, and a signal that
 * came meanwhile ends the process at the next turn of the event loop, with all files in place.
 */
function shield(): () => void {
  const end = (signal: NodeJS.Signals) => process.exit(signal === 'SIGINT' ? 130 : 143);
  process.on('SIGINT', end).on('SIGTERM', end);
  return () => setImmediate(() => process.off('SIGINT', end).off('SIGTERM', end));
}

function makeFolder(folder: string): string | undefined {
  try {
    return mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw fromErrno(error, folder, 'write');
  }
}

function stage(folder: string, files: readonly OutputFile[]): string {
  // mkdtemp makes the folder 0700: nobody else sees a file before it has its final mode.
  const staging = mkdtempSync(join(folder, `${STAGING}${process.pid}-`));
  try {
    const names = new Set<string>();
    for (const { name, data, secret } of files) {
      if (names.has(name)) throw filesErrors.error('files.same-output', { path: join(folder, name) });
      names.add(name);
      const path = join(staging, name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const descriptor = openSync(path, 'wx', secret ? 0o600 : 0o644);
      try {
        writeFileSync(descriptor, data);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      // The umask can only have taken bits away from what a public file wants.
      chmodSync(path, secret ? 0o600 : 0o644);
    }
    return staging;
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error instanceof FactoryError ? error : fromErrno(error, folder, 'write');
  }
}

function refuseDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw filesErrors.error('files.is-directory', { path });
  }
}

/** Staging folders of killed runs hold secrets: the next run removes them. */
function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(STAGING)) continue;
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    const pid = Number.parseInt(name.slice(STAGING.length), 10);
    if (!isRunning(pid) || age > STALE_MILLISECONDS) rmSync(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function removeIfEmpty(from: string, folder: string): void {
  try {
    for (let path = folder; path.length >= from.length; path = dirname(path)) {
      if (readdirSync(path).length > 0) return;
      rmdirSync(path);
    }
  } catch {
    // The folder is not ours any more: leaving it is all that can be done.
  }
}
