/**
 * One process per port, for all users and programs of one machine, with the guarantees of lock-file.ts. Between
 * containers there is only the exclusive access that esptool requests from the system.
 */
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flashErrors } from '../errors/flash';
import { type LockContent, type LockHolder, rewriteLock, takeLock } from './lock-file';
import { canonicalPort } from './port';
import { processStart } from './process-identity';

export interface LockOptions {
  /** Milliseconds to wait for a port that is in use; by default 0, which fails at once. */
  readonly wait?: number;
  /** What the holder does, for the messages of waiting processes. */
  readonly purpose?: string;
  /** The folder of the locks; the same for all processes that share ports. */
  readonly directory?: string;
  readonly signal?: AbortSignal;
  /** Called once when the port is in use and this process starts to wait. */
  readonly onWait?: (holder: LockHolder) => void;
}

export interface PortLock {
  /** Adds a child to the lock: if this process is killed, the port stays locked until the child has ended, too. */
  addProcess(pid: number): void;
  release(): void;
}

const POLL = 100;

/** Locks the port; throws flash.port-locked (with the holder), flash.lock-unusable and flash.cancelled. */
export async function lockPort(port: string, options: LockOptions = {}): Promise<PortLock> {
  const file = lockFile(port, options.directory ?? lockDirectory());
  // A monotonic clock: the wall clock may be set back.
  const deadline = performance.now() + (options.wait ?? 0);
  let isWaiting = false;
  for (;;) {
    if (options.signal?.aborted) throw flashErrors.error('flash.cancelled', {});
    const own = contentOf(options.purpose ?? 'nx-esp32-factory');
    const holder = takeLock(file, own);
    if (holder === undefined) return portLock(file, own);
    if (performance.now() >= deadline) throw flashErrors.error('flash.port-locked', { port, ...holder });
    if (!isWaiting) options.onWait?.(holder);
    isWaiting = true;
    await sleep(POLL);
  }
}

/** Runs `work` while this process holds the port. */
export async function withPortLock<T>(
  port: string,
  options: LockOptions,
  work: (lock: PortLock) => Promise<T>,
): Promise<T> {
  const lock = await lockPort(port, options);
  try {
    return await work(lock);
  } finally {
    lock.release();
  }
}

/** A folder that all users of this machine share: TMPDIR and XDG_RUNTIME_DIR differ from user to user. */
export function lockDirectory(): string {
  return process.platform !== 'win32' && existsSync('/tmp') ? '/tmp' : tmpdir();
}

/** The lock file of a port; it differs per host, because hosts and containers may share the folder. */
export function lockFile(port: string, directory: string): string {
  const name = createHash('sha256')
    .update(`${hostname()}\n${canonicalPort(port)}`)
    .digest('hex');
  return join(directory, `nx-esp32-factory-port-${name.slice(0, 24)}.lock`);
}

function portLock(file: string, own: LockContent): PortLock {
  let content: LockContent | undefined = own;
  const release = () => {
    process.removeListener('exit', release);
    // Only once: afterwards the file may belong to another process.
    if (content !== undefined) rmSync(file, { force: true });
    content = undefined;
  };
  process.once('exit', release);
  return {
    addProcess(pid) {
      const start = processStart(pid);
      if (content === undefined || start === undefined) return;
      content = { ...content, processes: [...content.processes, { pid, start }] };
      rewriteLock(file, content);
    },
    release,
  };
}

function contentOf(purpose: string): LockContent {
  return {
    processes: [{ pid: process.pid, start: processStart(process.pid) ?? '' }],
    holder: `${purpose} of ${userName()}`,
    since: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'an unnamed user';
  }
}
