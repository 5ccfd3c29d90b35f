/**
 * One process a port, across users and programs of one machine.
 *
 * Node has no lock that the kernel releases, and a single lock file of a dead process can't be removed by another user
 * in a sticky folder (nor, without a race, by anybody). So every process that wants a port puts up a claim of its own,
 * named after it (number and start time), and looks at the others' claims: one whose process is gone counts for
 * nothing, whether or not it can be deleted. Of two that come at the same moment the one with the larger name steps
 * back (Lamport's bakery, with names for numbers). A crash therefore leaves nothing to clean up.
 *
 * Claims lie in /tmp, not in TMPDIR or XDG_RUNTIME_DIR, because these differ from user to user. Processes in containers
 * do not see each other's; there the exclusive access that esptool asks of the system still holds.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flashErrors } from '../errors/flash';
import { canonicalPort } from './port';
import { isSameProcess, machineIdentity, processStart } from './process-identity';

export interface LockOptions {
  /** Milliseconds to wait for a port that is in use; 0 (fail at once) unless given. */
  readonly wait?: number;
  /** What the holder does, for the message of those who wait. */
  readonly purpose?: string;
  /** Where claims lie; the same for all who share ports. */
  readonly directory?: string;
  readonly signal?: AbortSignal;
  /** Called once when the port is in use and this process starts to wait. */
  readonly onWait?: (holder: LockHolder) => void;
}

export interface LockHolder {
  readonly pid: number;
  readonly holder: string;
  /** ISO 8601, to the second. */
  readonly since: string;
}

export interface PortLock {
  /** Counts a child too: if this process is killed, the port stays taken until the child has ended as well. */
  addProcess(pid: number): void;
  release(): void;
}

interface Claim {
  readonly file: string;
  readonly pid: number;
}

const POLL = 100;

/** Takes the port; throws flash.port-locked (who has it) and flash.lock-unusable. */
export async function lockPort(port: string, options: LockOptions = {}): Promise<PortLock> {
  const directory = options.directory ?? lockDirectory();
  const name = createHash('sha256')
    .update(`${machineIdentity()}\n${canonicalPort(port)}`)
    .digest('hex')
    .slice(0, 24);
  const prefix = `nx-esp32-factory-port-${name}.`;
  // Not the clock of the day: that may be set back.
  const deadline = performance.now() + (options.wait ?? 0);
  let told = false;
  for (;;) {
    if (options.signal?.aborted) throw flashErrors.error('flash.cancelled', {});
    const lock = await attempt(directory, prefix, options.purpose ?? 'nx-esp32-factory');
    if (!('pid' in lock)) return lock;
    const holder = readHolder(lock);
    if (performance.now() >= deadline) throw flashErrors.error('flash.port-locked', { port, ...holder });
    if (!told) options.onWait?.(holder);
    told = true;
    await sleep(POLL);
  }
}

/** Runs `work` while this process has the port. */
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

/** The folder that all users of this machine share for claims. */
export function lockDirectory(): string {
  return process.platform !== 'win32' && existsSync('/tmp') ? '/tmp' : tmpdir();
}

/** The lock, or the claim that is in its way. */
async function attempt(directory: string, prefix: string, purpose: string): Promise<PortLock | Claim> {
  const own = put(directory, prefix, process.pid, purpose);
  for (;;) {
    const others = claims(directory, prefix).filter((claim) => claim.file !== own);
    const holder = others.find((claim) => existsSync(heldMark(claim.file)));
    const rival = others[0];
    if (holder === undefined && rival === undefined) {
      write(heldMark(own), '');
      return created(directory, prefix, purpose, own);
    }
    if (holder !== undefined || (rival !== undefined && rival.file < own)) {
      remove(own);
      return holder ?? rival ?? { file: own, pid: process.pid };
    }
    // A later claim that saw this one steps back; one that did not see it takes the port: either way it is soon over.
    await sleep(2);
  }
}

function created(directory: string, prefix: string, purpose: string, own: string): PortLock {
  const files = [own];
  const release = () => {
    process.removeListener('exit', release);
    for (const file of files.splice(0).reverse()) {
      remove(heldMark(file));
      remove(file);
    }
  };
  process.once('exit', release);
  return {
    addProcess(pid) {
      const file = put(directory, prefix, pid, purpose);
      write(heldMark(file), '');
      files.push(file);
    },
    release,
  };
}

function put(directory: string, prefix: string, pid: number, purpose: string): string {
  const start = processStart(pid) ?? '0';
  const file = join(directory, `${prefix}${pid}.${start}.${randomBytes(4).toString('hex')}.claim`);
  const since = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  write(file, JSON.stringify({ holder: `${purpose} of ${userName()}`, since }));
  return file;
}

/** Claims of live processes, in the order of their names; those of dead ones are deleted where this user may. */
function claims(directory: string, prefix: string): Claim[] {
  const list: Claim[] = [];
  for (const name of readDirectory(directory).sort()) {
    if (!name.startsWith(prefix) || !name.endsWith('.claim')) continue;
    const [pid = '', start] = name.slice(prefix.length).split('.');
    const file = join(directory, name);
    if (start !== undefined && isSameProcess(Number(pid), start)) {
      list.push({ file, pid: Number(pid) });
    } else {
      remove(heldMark(file));
      remove(file);
    }
  }
  return list;
}

function readHolder({ file, pid }: Claim): LockHolder {
  try {
    if (!lstatSync(file).isFile()) throw new TypeError('not a claim of ours');
    const { holder, since } = JSON.parse(readFileSync(file, 'utf8')) as Partial<LockHolder>;
    return { pid, holder: String(holder).slice(0, 100), since: String(since).slice(0, 30) };
  } catch {
    return { pid, holder: 'another program', since: 'a moment ago' };
  }
}

function heldMark(claim: string): string {
  return claim.replace(/\.claim$/, '.held');
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    throw unusable(file, error);
  }
}

function readDirectory(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    throw unusable(join(directory, '.'), error);
  }
}

function unusable(file: string, error: unknown) {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return flashErrors.error('flash.lock-unusable', { directory: join(file, '..'), reason });
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Gone already, or another user's.
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'an unnamed user';
  }
}
