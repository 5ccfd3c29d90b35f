/**
 * An exclusive lock file that names the processes which have it.
 *
 * Promised: of all processes that see the folder one at a time has the lock. A lock is stale when its processes are
 * gone, by number and start time, and is then replaced: a crash leaves nothing to clean up. A lock is linked to a draft,
 * so it never lacks its content. A stale one is removed only by who has the guard file, after another look: never one
 * that somebody has just taken.
 *
 * Not promised: that another user's stale lock can be removed from a sticky folder, or the guard of a process that was
 * killed while it had it (flash.lock-unusable names the file); turns in order of arrival; anything between containers,
 * which do not see each other's processes.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { flashErrors } from '../errors/flash';
import { isSameProcess, type ProcessIdentity } from './process-identity';

export interface LockContent {
  /** Who took the lock, and children that it added. */
  readonly processes: readonly ProcessIdentity[];
  /** What they do, for whom. */
  readonly holder: string;
  /** ISO 8601, to the second. */
  readonly since: string;
}

export interface LockHolder extends Omit<LockContent, 'processes'> {
  readonly pid: number;
}

/** Takes the lock, or says who has it; throws flash.lock-unusable. */
export function takeLock(file: string, content: LockContent): LockHolder | undefined {
  for (;;) {
    if (create(file, content)) return undefined;
    const found = read(file);
    const holder = found && (running(found) ?? removeStale(file, content));
    if (holder !== undefined) return holder;
  }
}

/** Rewrites a lock that this process has; throws flash.lock-unusable. */
export function rewriteLock(file: string, content: LockContent): void {
  renameSync(writeDraft(file, content), file);
}

/** Removes a stale lock, or says who is just doing so. */
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
    rmSync(draft, { force: true }); // half a draft, on a full disk
    throw unusable(file, codeOf(error));
  }
  return draft;
}

/** Undefined where there is no lock. */
function read(file: string): LockContent | undefined {
  try {
    // Any user can put anything there, a pipe too.
    if (!lstatSync(file).isFile()) throw new TypeError('not a file');
    const { processes, holder, since }: LockContent = JSON.parse(readFileSync(file, 'utf8'));
    const known = processes.map(({ pid, start }) => ({ pid: Number(pid), start: String(start) }));
    return { processes: known, holder: String(holder).slice(0, 100), since: String(since).slice(0, 30) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(file, 'it is not a lock of this program');
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
  return unusable(file, `${holder} left it behind (process ${processes[0]?.pid}, which has ended)${more}`);
}

function unusable(file: string, reason: string) {
  return flashErrors.error('flash.lock-unusable', { file, reason });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
