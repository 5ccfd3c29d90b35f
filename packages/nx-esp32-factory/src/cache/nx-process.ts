/** When the Nx process that runs a task began. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** As one of the arguments, which end with NUL on Linux, and with a space elsewhere. */
const FORK = /[\\/]tasks-runner[\\/]fork\.js(?:[\0 ]|$)/;

interface ProcessInfo {
  readonly parent: number;
  readonly command: string;
  /** Milliseconds since 1970. */
  readonly start: number;
}

/**
 * When the Nx process that started this process began, in milliseconds since 1970; undefined if it is unknown, as on
 * Windows. Between Nx and a task may be Nx's own fork.js.
 */
export function nxStart(pid = process.ppid): number | undefined {
  const info = infoOf(pid);
  if (info === undefined) return undefined;
  return FORK.test(info.command) ? infoOf(info.parent)?.start : info.start;
}

function infoOf(pid: number): ProcessInfo | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    return process.platform === 'linux' ? linuxInfo(pid) : psInfo(pid);
  } catch {
    return undefined;
  }
}

/** proc(5): times are in ticks of 10 ms since the boot of the machine. */
function linuxInfo(pid: number): ProcessInfo {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field, the command, may contain spaces and parentheses: count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const uptime = Number.parseFloat(readFileSync('/proc/uptime', 'latin1'));
  const age = uptime * 1000 - Number(fields[19]) * 10;
  const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  return { parent: Number(fields[1]), command, start: Date.now() - age };
}

function psInfo(pid: number): ProcessInfo | undefined {
  const args = ['-o', 'ppid=,lstart=,command=', '-p', String(pid)];
  const text = execFileSync('ps', args, { encoding: 'utf8', env: { LC_ALL: 'C' } });
  const [, parent, start, command] = /^\s*(\d+)\s+(\w{3} \w{3} +\d+ [\d:]+ \d{4})\s+(.*)/.exec(text) ?? [];
  if (parent === undefined || start === undefined || command === undefined) return undefined;
  return { parent: Number(parent), command, start: Date.parse(start) };
}
