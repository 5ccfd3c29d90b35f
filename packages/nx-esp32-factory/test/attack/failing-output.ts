/** Runs the command with a standard output that fails. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';

const BIN = resolve(__dirname, '../../bin/esp32-factory.js');

export interface Outcome {
  readonly status: number | null;
  readonly stderr: string;
}

/** Standard output is a full disk. */
export function intoFullDisk(argv: readonly string[], alsoErrors = false): Outcome {
  const full = openSync('/dev/full', 'w');
  try {
    const { status, stderr } = spawnSync(process.execPath, [BIN, ...argv], {
      stdio: ['ignore', full, alsoErrors ? full : 'pipe'],
      encoding: 'utf8',
    });
    return { status, stderr: stderr ?? '' };
  } finally {
    closeSync(full);
  }
}

/** Standard output is a pipe whose reader is gone before anything is written. */
export function intoClosedPipe(argv: readonly string[]): Promise<Outcome> {
  return new Promise((done, reject) => {
    // The shell waits for the reader to end, so that there is none when the command starts.
    const script = 'set -o pipefail; exec 3>&1; { sleep 0.2; exec "$@"; } 2>&3 | :';
    const child = spawn('bash', ['-c', script, 'bash', process.execPath, BIN, ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (stderr += data));
    child.once('error', reject).once('close', (status) => done({ status, stderr }));
  });
}

/** Standard output is a pipe that is full before anyone reads: Node makes it one that does not block. */
export function intoSlowPipe(argv: readonly string[]): { status: number | null; text: string } {
  const script = 'set -o pipefail; "$@" | { sleep 1.5; cat; }';
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', process.execPath, BIN, ...argv], {
    encoding: 'utf8',
  });
  return { status, text: stdout };
}
