import { mkdirSync, realpathSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { filesErrors } from '../errors';
import { commit, createNames, isForeign, type Move, settleFolder, syncFolder } from './commit';
import { fromErrno } from './errno';
import { assertNoLinks, assertTarget, folderOfSet } from './set-folder';
import { openStaging, removeStaging, stageFile } from './staging';

/** A file to write, with mode 0600 if it is secret, and 0644 otherwise. */
export interface OutputFile {
  /** Absolute, or relative to the working directory; missing folders are created. */
  readonly path: string;
  readonly data: Uint8Array | string;
  readonly secret: boolean;
}

/**
 * Writes a set of files atomically: all of them are staged in a private folder, synced, and then committed by one
 * rename. A failure before that leaves everything unchanged; if the process dies after it, the next run, or a reader
 * that calls settleOutputs, finishes the set. Files are never partly written. (Files whose only common folder is unfit
 * for staging, such as "/", are committed folder by folder, in the given order.)
 *
 * With `within`, no link below that folder is followed.
 *
 * Errors: files.not-permitted, files.folder-not-permitted, files.read-only, files.not-a-directory, files.is-directory,
 * files.link, files.no-space, files.same-output, files.unfinished, files.failed.
 */
export function writeOutputs(
  files: readonly OutputFile[],
  { within }: { readonly within?: string | undefined } = {},
): void {
  if (files.length === 0) return;
  const made: string[] = [];
  const stages: string[] = [];
  const unshield = shield();
  try {
    assertDistinct(files);
    if (within !== undefined) for (const { path } of files) assertNoLinks(within, path);
    for (const target of new Set(files.map(({ path }) => dirname(resolve(path))))) makeFolder(target, made);
    for (const { path } of files) assertTarget(path);
    const sets = setsOf(files.map(withoutLinks)).map((set) => stageSet(set, stages));
    for (const { folder, stage, moves, journal } of sets) {
      const [only] = moves;
      if (moves.length === 1 && only !== undefined) place(only, folder);
      else commit(folder, stage, moves, journal);
    }
    for (const stage of stages) removeStaging(stage);
  } catch (error) {
    for (const stage of stages) removeStaging(stage);
    removeIfEmpty(made);
    throw error;
  } finally {
    unshield();
  }
}

/** The same file by a path whose folders are no links, so that a journal never needs to follow one. */
function withoutLinks(file: OutputFile): OutputFile {
  return { ...file, path: realPath(file.path) };
}

function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return join(realpathSync(dirname(absolute)), basename(absolute));
  } catch {
    return absolute;
  }
}

/** Finishes the set of a killed run before these files of it are read. Errors: files.unfinished. */
export function settleOutputs(given: readonly string[]): void {
  const paths = given.map(realPath);
  const folder = folderOfSet(paths);
  for (const one of folder === undefined ? paths.map((path) => dirname(resolve(path))) : [folder]) {
    settleFolder(one);
  }
}

/** Removes a file, or a link itself. Errors: files.*. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    throw fromErrno(error, path, 'write');
  }
}

interface OutputSet {
  readonly folder: string;
  readonly files: readonly OutputFile[];
}

/** All files as one set, or else one set per folder. */
function setsOf(files: readonly OutputFile[]): OutputSet[] {
  const folder = folderOfSet(files.map(({ path }) => path));
  if (folder !== undefined) return [{ folder, files }];
  const folders = new Set(files.map(({ path }) => dirname(resolve(path))));
  return [...folders].map((one) => ({
    folder: one,
    files: files.filter(({ path }) => dirname(resolve(path)) === one),
  }));
}

function stageSet({ folder, files }: OutputSet, stages: string[]) {
  const stage = openStaging(folder);
  stages.push(stage);
  const nameOf = createNames();
  const moves = files.map((file, index): Move => {
    const from = join(stage, nameOf(index));
    stageFile(from, file);
    return { from, to: file.path };
  });
  return { folder, stage, moves, journal: nameOf('set') };
}

/**
 * Delays SIGINT and SIGTERM while files are written. That is synchronous work of milliseconds; a signal received
 * meanwhile ends the process at the next turn of the event loop, when all files are written.
 */
function shield(): () => void {
  if (shields++ === 0) process.on('SIGINT', end).on('SIGTERM', end);
  const release = () => {
    if (--shields === 0) process.off('SIGINT', end).off('SIGTERM', end);
  };
  // Node delivers signals when it polls, which happens between two immediates.
  return () => setImmediate(() => setImmediate(release));
}

/** The number of writes in progress or ended in this turn: one pair of listeners serves them all. */
let shields = 0;

function end(signal: NodeJS.Signals): never {
  process.exit(signal === 'SIGINT' ? 130 : 143);
}

function assertDistinct(files: readonly OutputFile[]): void {
  const paths = new Set<string>();
  for (const { path } of files) {
    if (paths.has(resolve(path))) throw filesErrors.error('files.same-output', { path });
    paths.add(resolve(path));
  }
}

/** Creates a missing folder with its parents, and adds those created to `made`, innermost first. */
function makeFolder(folder: string, made: string[]): void {
  try {
    const first = mkdirSync(folder, { recursive: true });
    if (first === undefined) return;
    const chain: string[] = [];
    for (let path = folder; ; path = dirname(path)) {
      chain.push(path);
      if (path === first) break;
    }
    made.unshift(...chain);
  } catch (error) {
    throw fromErrno(error, folder, 'write');
  }
}

/** Moves a single file, which needs no journal; an unfinished set in the folder is finished first. */
function place({ from, to }: Move, folder: string): void {
  if (!isForeign(folder)) settleFolder(folder);
  try {
    renameSync(from, to);
  } catch (error) {
    throw fromErrno(error, to, 'write');
  }
  try {
    syncFolder(folder);
  } catch {
    // The file is written; only a power failure could still undo that.
  }
}

/** Removes the created folders, innermost first, unless they are in use by now. */
function removeIfEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      // In use by now.
    }
  }
}
