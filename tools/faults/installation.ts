/** The packages as they would be installed, compiled from their sources as they are now: no build can be stale. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { transformSync } from '@swc/core';

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
  /** Words before the command, as `sh -c 'ulimit ...; exec "$@"' sh`. */
  readonly before?: readonly string[];
}

export class Installation {
  /** Everybody may read it: commands of other users run from here. */
  readonly folder = mkdtempSync(join(tmpdir(), 'faults-'));
  private readonly command: string;

  constructor() {
    chmodSync(this.folder, 0o755);
    const modules = join(this.folder, 'node_modules');
    for (const name of ['nvs-core', 'nx-esp32-factory']) {
      const from = join(REPOSITORY, 'packages', name);
      for (const file of readdirSync(join(from, 'src'), { recursive: true, encoding: 'utf8' })) {
        if (file.endsWith('.ts') && !file.endsWith('.d.ts')) {
          compile(join(from, 'src', file), join(modules, name, 'dist', file.replace(/\.ts$/, '.js')));
        }
      }
      copyFileSync(join(from, 'package.json'), join(modules, name, 'package.json'));
    }
    this.command = join(modules, 'nx-esp32-factory', 'bin', 'esp32-factory.js');
    cpSync(join(REPOSITORY, 'packages/nx-esp32-factory/bin'), dirname(this.command), { recursive: true });
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

function compile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const { code } = transformSync(readFileSync(from, 'utf8'), {
    filename: from,
    configFile: false,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  writeFileSync(to, code);
}
