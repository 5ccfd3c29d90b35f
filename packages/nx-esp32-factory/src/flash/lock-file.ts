/**
 * An exclusive lock file with the processes that hold it.
 *
 * Guaranteed: of all processes that see the folder, at most one holds the lock. A lock is stale if its processes, by
 * number and start time, no longer run; it is then replaced, so a crash leaves nothing to clean up. A lock is created
 * by linking a complete draft, so it is never empty. A stale lock is removed only under a guard file and after another
 * check, so never one that was just taken.
 *
 * Not guaranteed: removing another user's stale lock from a sticky folder, or the guard of a process that was killed
 * while it held it (flash.lock-unusable names the file); fairness; anything between containers, which do not see each
 * other's processes.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { FactoryError } from 'nvs-core';
import { flashErrors } from '../errors/flash';
import { readInput } from '../files';
import { isSameProcess, type ProcessIdentity } from './process-identity';

export interface LockContent {
  /** The process that took the lock, and children that it added. */
  readonly processes: readonly ProcessIdentity[];
  /** The purpose and the user. */
  readonly holder: string;
  /** ISO 8601, to the second. */
  readonly since: string;
}

export interface LockHolder extends Omit<LockContent, 'processes'> {
  readonly pid: number;
}

/** Bytes of a lock file, of which this program writes a few hundred. */
const CONTENT_LIMIT = 64 * 1024;

/** Takes the lock, or returns its holder; throws flash.lock-unusable. */
export function takeLock(file: string, content: LockContent): LockHolder | undefined {
  for (;;) {
    if (create(file, content)) return undefined;
    const found = read(file);
    const holder = found && (running(found) ?? removeStale(file, content));
    if (holder !== undefined) return holder;
  }
}

/** Rewrites a lock that this process holds; throws flash.lock-unusable. */
export function rewriteLock(file: string, content: LockContent): void {
  renameSync(writeDraft(file, content), file);
}

/** Removes a stale lock, or returns the process that is doing so. */
function removeStale(file: string, own: LockContent): LockHolder | undefined {
  const guard = `${file}.guard`;
  if (!create(guard, own)) {
    const other = read(guard);
    const holder = other && running(other);
    if (other && !holder) throw leftBehind(guard, other);
    return holder;
  }
  try {
    const found = read(file);
    if (found && !running(found)) remove(file, found);
    return undefined;
  } finally {
    unlinkSync(guard);
  }
}

function create(file: string, content: LockContent): boolean {
  const draft = writeDraft(file, content);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw unusable(file, codeOf(error));
  } finally {
    unlinkSync(draft);
  }
}

function writeDraft(file: string, content: LockContent): string {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, JSON.stringify(content), { flag: 'wx', mode: 0o644 });
  } catch (error) {
    rmSync(draft, { force: true }); // On a full disk, half a draft.
    throw unusable(file, codeOf(error));
  }
  return draft;
}

/** Undefined if there is no lock. */
function read(file: string): LockContent | undefined {
  try {
    // Any user can create anything there, even a pipe.
    if (!lstatSync(file).isFile()) throw new TypeError('not a file');
    const { processes, holder, since }: LockContent = JSON.parse(
      new TextDecoder().decode(readInput(file, CONTENT_LIMIT)),
    );
    const known = processes.map(({ pid, start }) => ({ pid: Number(pid), start: String(start) }));
    return { processes: known, holder: String(holder).slice(0, 100), since: String(since).slice(0, 30) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || (error instanceof FactoryError && error.code === 'files.missing'))
      return undefined;
    throw unusable(file, 'it is not a lock file of this program');
  }
}

function running({ processes, holder, since }: LockContent): LockHolder | undefined {
  const found = processes.find(isSameProcess);
  return found && { pid: found.pid, holder, since };
}

function remove(file: string, content: LockContent): void {
  try {
    unlinkSync(file);
  } catch (error) {
    throw leftBehind(file, content, `, and it belongs to user ${lstatSync(file).uid} (${codeOf(error)})`);
  }
}

function leftBehind(file: string, { processes, holder }: LockContent, more = '') {
  return unusable(
    file,
    `${holder} left it behind (process ${processes[0]?.pid}, which no longer runs)${more}`,
  );
}

function unusable(file: string, reason: string) {
  return flashErrors.error('flash.lock-unusable', { file, reason });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
