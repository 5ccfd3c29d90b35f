import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStart } from './process-identity';

/** Named after their process, so that the next run knows those of a killed one. */
const PREFIX = 'nx-esp32-factory-';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `work` with a folder that only this user can enter, removed afterwards: also on Ctrl+C and on a crash. */
export async function withPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  removeStale(tmpdir());
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(folder, 0o700);
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const stop = (signal: NodeJS.Signals) => {
    remove();
    forget();
    // With nobody else listening, the signal does what it would have done without us.
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

/** What killed processes left; folders of other users cannot be removed, and are not ours to remove. */
function removeStale(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid] = /^nx-esp32-factory-(\d+)-\w{6}$/.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
}

function isRunning(pid: number): boolean {
  return processStart(pid) !== undefined;
}
