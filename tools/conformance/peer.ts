/** The Python tools that we compare with: each runs as one long-lived process in its own virtual environment. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peerProgram } from '../testing/peer-program';

/** Name of the virtual environment, and the function that is the tool's command line. */
export const PEERS = {
  'nvs-partition-gen': { module: 'esp_idf_nvs_partition_gen.nvs_partition_gen', entry: 'main' },
  'mfg-tool': { module: 'sources.cli', entry: 'main' },
  'esptool-5': { module: 'espsecure', entry: '_main' },
} as const;

export interface PeerRun {
  readonly status: number;
  /** stdout and stderr. */
  readonly output: string;
}

export class Peer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve(answer: PeerRun[]): void; reject(error: Error): void }[] = [];
  #stderr = '';

  constructor(name: keyof typeof PEERS) {
    const python = peerProgram(name, 'python');
    const { module, entry } = PEERS[name];
    const serve = join(__dirname, 'drivers/serve.py');
    this.#process = spawn(python, [serve, module, entry], {
      env: { ...process.env, PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.#process.stderr.on('data', (text: Buffer) => {
      this.#stderr += text.toString();
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line) as PeerRun[]);
    });
    this.#process.on('close', () => {
      for (const { reject } of this.#waiting) reject(new Error(`${name} has ended: ${this.#stderr}`));
    });
  }

  /** Runs command lines one after another in `cwd`, until one fails. */
  run(cwd: string, ...runs: readonly (readonly string[])[]): Promise<PeerRun[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify({ cwd, runs })}\n`);
    });
  }

  close(): void {
    this.#process.stdin.end();
  }
}
