/**
 * Sets of files that change atomically: docs/decisions/008-sets-of-files.md.
 *
 * A staged set is committed by one rename: its folder gets the name COMMIT, next to the targets. Only then is each file
 * moved to its target. If a process dies in between, the next run or reader finds the folder and makes the remaining
 * moves. The folder is also the lock: a second run cannot rename its own folder over it, and finishes the moves of the
 * first before it tries again. No step depends on whether another process is alive: any process can repeat it any
 * number of times, because the file names are unique to the set and a move removes its source.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { FactoryError } from 'nvs-core';
import { filesErrors } from '../errors';
import { fromErrno } from './errno';
import { assertNoLinks, entryOf, isInside } from './set-folder';
import { openStaging, removeStaging, stageFile } from './staging';
import { readStateFile } from './state-file';

/** The folder of a committed set with remaining moves. */
const COMMIT = '.esp32-factory-commit';
const JOURNAL = '.journal';
const ATTEMPTS = 1000;
/** Bytes; a journal of ours has some hundred. */
const JOURNAL_LIMIT = 1024 * 1024;

interface Journal {
  /** Of the staging folder. Files from elsewhere (a repository, an archive) cannot contain the right one. */
  readonly inode: string;
  /** Names in the folder, and targets relative to its parent. */
  readonly moves: readonly { readonly from: string; readonly to: string }[];
}

/** One staged file and its target. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Names for the staged files of one set; no other set has the same. */
export function createNames(): (index: number | string) => string {
  const id = randomBytes(8).toString('hex');
  return (index) => `${id}-${index}`;
}

/**
 * Moves a staged set to its targets atomically: before this only the old files exist, afterwards only the new ones.
 * If the process dies in between, settleFolder makes the remaining moves. Errors: files.unfinished, and those of the
 * first rename, which leave everything unchanged.
 */
export function commit(folder: string, stage: string, moves: readonly Move[], journalName: string): void {
  const journal: Journal = {
    inode: inodeOf(stage),
    moves: moves.map(({ from, to }) => ({ from: basename(from), to: relative(folder, resolve(to)) })),
  };
  const name = `${journalName}${JOURNAL}`;
  stageFile(join(stage, name), { path: join(folder, COMMIT), data: JSON.stringify(journal), secret: true });
  for (let attempt = 1; ; attempt++) {
    settleFolder(folder);
    try {
      renameSync(stage, join(folder, COMMIT));
      break;
    } catch (error) {
      // Another run was faster: finish its moves first.
      if (!isTaken(error) || attempt === ATTEMPTS) throw fromErrno(error, folder, 'write');
    }
  }
  finish(folder, name, journal);
}

/** Makes the remaining moves of a killed run, if any. Errors: files.unfinished. */
export function settleFolder(folder: string): void {
  const path = join(folder, COMMIT);
  // If the set changes meanwhile, another run is finishing it: look again.
  for (let last = ''; ; ) {
    if (isForeign(folder)) {
      const isFolder = entryOf(path)?.isDirectory() === true;
      const reason = isFolder ? 'it belongs to another user' : 'it is not a folder';
      throw filesErrors.error('files.unfinished', { path, reason });
    }
    const state = stateOf(path);
    if (state === undefined) return;
    const { inode, names } = state;
    const name = names.find((entry) => entry.endsWith(JOURNAL));
    const journal = name === undefined ? undefined : readJournal(join(path, name));
    if (name !== undefined && journal?.inode === inode) {
      finish(folder, name, journal);
      return;
    }
    const seen = [inode, ...names].join('\0');
    if (seen === last) {
      throw filesErrors.error('files.unfinished', { path, reason: 'it was not created in this folder' });
    }
    last = seen;
  }
}

/** Whether the set belongs to another user: its files are not moved with this user's permissions. */
export function isForeign(folder: string): boolean {
  const stat = entryOf(join(folder, COMMIT));
  if (stat === undefined) return false;
  return !stat.isDirectory() || (process.geteuid !== undefined && stat.uid !== process.geteuid());
}

/** The contents of the folder; an empty one, left of a finished set, is removed. */
function stateOf(path: string): { inode: string; names: readonly string[] } | undefined {
  for (;;) {
    try {
      const inode = inodeOf(path);
      const names = readdirSync(path).sort();
      if (names.length > 0) return { inode, names };
      rmdirSync(path);
      return undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      if (!isTaken(error)) throw unfinished(path, error);
    }
  }
}

function finish(folder: string, name: string, { moves }: Journal): void {
  const path = join(folder, COMMIT);
  try {
    for (const { from, to } of moves) assertMove(join(path, from), resolve(folder, to), folder);
    for (const { from, to } of moves) move(join(path, from), resolve(folder, to));
  } catch (error) {
    throw unfinished(path, error);
  }
  try {
    syncFolder(folder);
    unlinkSync(join(path, name));
    rmdirSync(path);
  } catch {
    // Another run did it, or the next one will: all files are at their targets.
  }
}

/** Nothing but a file is moved, and not through a link: the set could lead out of its folder. */
function assertMove(from: string, to: string, folder: string): void {
  assertNoLinks(folder, to);
  const entry = entryOf(from);
  if (entry?.isFile() === false)
    throw filesErrors.error('files.unfinished', { path: from, reason: 'it is not a file' });
}

/** Moves a file; if it is gone, it has already been moved. */
function move(from: string, to: string): void {
  for (let isLast = false; ; isLast = true) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (!existsSync(from)) return;
      if (isOtherDevice(error)) {
        copyAcross(from, to);
        return;
      }
      if (isLast || !isGone(error)) throw error;
      mkdirSync(dirname(to), { recursive: true });
    }
  }
}

/** For a folder of the set that is on another file system. */
function copyAcross(from: string, to: string): void {
  const stage = openStaging(dirname(to));
  try {
    const staged = join(stage, basename(from));
    const secret = (lstatSync(from).mode & 0o077) === 0;
    stageFile(staged, { path: to, data: readFileSync(from), secret });
    renameSync(staged, to);
    unlinkSync(from);
  } finally {
    removeStaging(stage);
  }
}

/** Syncs a folder to disk; Windows has no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readJournal(path: string): Journal | undefined {
  const text = readStateFile(path, JOURNAL_LIMIT)?.toString();
  if (text === undefined) return undefined;
  const { inode, moves } = parsed(text);
  const isValid = typeof inode === 'string' && Array.isArray(moves) && moves.every(isMove);
  return isValid ? { inode, moves } : undefined;
}

function isMove(value: unknown): value is Move {
  const { from, to } = (value ?? {}) as Partial<Move>;
  return typeof from === 'string' && basename(from) === from && typeof to === 'string' && isInside('.', to);
}

function parsed(text: string): Partial<Journal> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<Journal>;
  } catch {
    return {};
  }
}

function inodeOf(path: string): string {
  return String(lstatSync(path, { bigint: true }).ino);
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** There is a folder of another set; Windows has its own code for that. */
function isTaken(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['ENOTEMPTY', 'EEXIST', ...(process.platform === 'win32' ? ['EPERM'] : [])].includes(code);
}

function isOtherDevice(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EXDEV';
}

function unfinished(path: string, error: unknown): unknown {
  const { code, syscall = 'system call', dest = path } = error as NodeJS.ErrnoException & { dest?: string };
  if (error instanceof FactoryError) {
    if (error.code === 'files.unfinished') return error;
    return filesErrors.error('files.unfinished', { path, reason: error.findings[0].message });
  }
  if (code === undefined) return error;
  const reason = `${code} (${syscall} ${dest})`;
  return filesErrors.error('files.unfinished', { path, reason });
}
