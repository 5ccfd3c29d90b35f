/** The plugin as installed, bundled from the current sources so that no build is stale. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(__dirname, '../..');
const INJECT = join(__dirname, 'inject.cjs');

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** Words before the command, such as `sh -c 'ulimit ...; exec "$@"' sh`. */
  readonly before?: readonly string[];
}

export class Installation {
  /** Readable by all users, because commands run from it as other users. */
  readonly folder = mkdtempSync(join(tmpdir(), 'faults-'));
  private readonly command: string;

  constructor() {
    chmodSync(this.folder, 0o755);
    const modules = join(this.folder, 'node_modules');
    const from = join(REPOSITORY, 'packages', 'nx-esp32-factory');
    const to = join(modules, 'nx-esp32-factory');
    const bundle = [join(REPOSITORY, 'tools/bundle.mjs'), join(to, 'dist')];
    execFileSync(process.execPath, bundle, { stdio: ['ignore', 'ignore', 'inherit'] });
    copyFileSync(join(from, 'package.json'), join(to, 'package.json'));
    cpSync(join(from, 'bin'), join(to, 'bin'), { recursive: true });
    this.command = join(to, 'bin', 'esp32-factory.js');
    for (const name of readdirSync(join(REPOSITORY, 'node_modules'))) {
      if (name.startsWith('.') || ['nvs-core', 'nx-esp32-factory'].includes(name)) continue;
      symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name));
    }
  }

  /** Runs the command to its end. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  start(args: readonly string[], { cwd, env = {}, uid, before = [] }: RunOptions = {}) {
    const [program = '', ...rest] = [...before, process.execPath, '--require', INJECT, this.command, ...args];
    const child = spawn(program, rest, {
      cwd: cwd ?? this.folder,
      env: { PATH: process.env.PATH ?? '', HOME: this.folder, NO_COLOR: '1', ...env },
      ...(uid === undefined ? {} : { uid, gid: uid }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<Ended>((done, failed) => {
      child.once('error', failed);
      child.once('close', (status, signal) => done({ status, signal, stdout, stderr }));
    });
    return { child, ended };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
