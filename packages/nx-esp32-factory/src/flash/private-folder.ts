import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStart } from './process-identity';

/** Named after their process, so that the next run recognizes those of killed runs. */
const PREFIX = 'nx-esp32-factory-';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `work` with a folder that only this user can enter; it is removed afterwards, even on Ctrl+C or a crash. */
export async function withPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  removeStaleFolders();
  // Of mode 0700, whatever the umask.
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const stop = (signal: NodeJS.Signals) => {
    remove();
    forget();
    // Without other listeners, the signal has its default effect.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const forget = () => {
    process.removeListener('exit', remove);
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  };
  process.once('exit', remove);
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await work(folder);
  } finally {
    forget();
    remove();
  }
}

/** Removes the private folders of killed processes; those of other users cannot and must not be removed. */
export function removeStaleFolders(parent = tmpdir()): void {
  for (const name of namesIn(parent)) {
    const [, pid] = /^nx-esp32-factory-(\d+)-\w{6}$/.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // It belongs to another user.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  return processStart(pid) !== undefined;
}
