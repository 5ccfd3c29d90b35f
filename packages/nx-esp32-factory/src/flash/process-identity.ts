import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * When the process started, as the system counts it: with the number it names one process for good, although numbers
 * are reused. Undefined where the process is gone; "0" where the system does not tell (Windows).
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxStart(pid);
  if (!exists(pid)) return undefined;
  if (process.platform === 'win32') return '0';
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C' },
    });
    return text.trim().replace(/[^0-9a-z]+/gi, '_') || undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process that started then still runs. */
export function isSameProcess(pid: number, start: string): boolean {
  if (processStart(pid) === start) return true;
  // Where /proc hides other users' processes (hidepid) only their existence shows.
  return process.platform === 'linux' && !existsSync(`/proc/${pid}`) && exists(pid);
}

/** Names this boot of this machine: a claim of another one says nothing about processes here. */
export function machineIdentity(): string {
  let boot = '';
  try {
    boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Only Linux has it; elsewhere the temporary folder is emptied at boot.
  }
  return `${hostname()}/${boot}`;
}

function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the command, may hold spaces and parentheses: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, although its number is still taken.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
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
