import {
  closeSync,
  fchmodSync,
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
import { basename, dirname, join, resolve } from 'node:path';
import { filesErrors } from '../errors';
import { fromErrno } from './errno';

/** A file to write: secret ones get mode 0600, the others 0644. */
export interface OutputFile {
  /** Absolute, or relative to the working directory; missing folders are made. */
  readonly path: string;
  readonly data: Uint8Array | string;
  readonly secret: boolean;
}

/** Staging folders are named after their process, so that the next run knows those of a killed one. */
const STAGING = '.esp32-factory-staging-';
const STALE_MILLISECONDS = 60 * 60 * 1000;

/**
 * Writes a set of files: first all of them into private staging folders beside their places, synced; then each by a
 * rename, in the given order. Whatever goes wrong before the first rename leaves everything as it was, and a file is
 * never there in part.
 *
 * Errors: files.not-permitted, files.not-a-directory, files.is-directory, files.no-space, files.same-output,
 * files.failed.
 */
export function writeOutputs(files: readonly OutputFile[]): void {
  const made: string[] = [];
  const staging = new Map<string, string>();
  const unshield = shield();
  try {
    checkDistinct(files);
    const staged = files.map((file) => {
      const folder = dirname(resolve(file.path));
      const stage = staging.get(folder) ?? openStaging(folder, made);
      staging.set(folder, stage);
      refuseDirectory(file.path);
      return { from: stageFile(stage, file), to: file.path };
    });
    for (const { from, to } of staged) place(from, to);
    removeFolders([...staging.values()]);
  } catch (error) {
    removeFolders([...staging.values()]);
    removeIfEmpty(made);
    throw error;
  } finally {
    unshield();
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

function checkDistinct(files: readonly OutputFile[]): void {
  const paths = new Set<string>();
  for (const { path } of files) {
    if (paths.has(resolve(path))) throw filesErrors.error('files.same-output', { path });
    paths.add(resolve(path));
  }
}

/** A folder of mode 0700 in `folder` (made if missing, and then added to `made`), as mkdtemp makes it. */
function openStaging(folder: string, made: string[]): string {
  try {
    const first = mkdirSync(folder, { recursive: true });
    for (let path = folder; first !== undefined; path = dirname(path)) {
      made.push(path);
      if (path === first) break;
    }
    removeStale(folder);
    return mkdtempSync(join(folder, `${STAGING}${process.pid}-`));
  } catch (error) {
    throw fromErrno(error, folder, 'write');
  }
}

function stageFile(stage: string, { path, data, secret }: OutputFile): string {
  const mode = secret ? 0o600 : 0o644;
  const staged = join(stage, basename(path));
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
    return staged;
  } catch (error) {
    throw fromErrno(error, path, 'write');
  }
}

function place(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw fromErrno(error, to, 'write');
  }
}

function refuseDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw filesErrors.error('files.is-directory', { path });
  }
}

function removeFolders(folders: readonly string[]): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
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

/** Takes back the folders that were made, innermost first; one that is in use by now stays. */
function removeIfEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}
