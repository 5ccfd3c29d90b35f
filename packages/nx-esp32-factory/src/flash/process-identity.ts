import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Identifies one process, although process ids are reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The result of processStart. */
  readonly start: string;
}

/**
 * The start time of the process, on Linux with the id of the boot. Undefined if it no longer runs; "0" on Windows,
 * which does not report it.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxStart(pid);
  if (!exists(pid)) return undefined;
  if (process.platform === 'win32') return '0';
  try {
    const args = ['-o', 'lstart=', '-p', String(pid)];
    return execFileSync('ps', args, { encoding: 'utf8', env: { LC_ALL: 'C' } }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether the same process still runs. */
export function isSameProcess({ pid, start }: ProcessIdentity): boolean {
  if (processStart(pid) === start) return true;
  // If /proc hides other users' processes (hidepid), only their existence is known.
  return process.platform === 'linux' && !existsSync(`/proc/${pid}`) && exists(pid);
}

function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the command, may contain spaces and parentheses: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, although its id is still in use.
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${fields[19]} ${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}`;
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
