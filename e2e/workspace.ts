import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CommandResult, check, run } from './command';
import type { Installation } from './installations';
import { REPOSITORY } from './packages';
import { environmentOf, nodeOf, templateOf } from './template';

export const EXAMPLE = join(REPOSITORY, 'examples', 'light-app');
/** Of Nx 20 to 24 alike, at the end of a run. */
const HIT = 'Nx read the output from the cache instead of running the command';

export interface NxRun extends CommandResult {
  /** What Nx says of it. */
  readonly isHit: boolean;
}

/** The workspace of a consumer: Nx and the packed plugin installed, in its own folder. */
export class Workspace {
  readonly root = mkdtempSync(join(tmpdir(), 'consumer-'));
  readonly #env: Readonly<Record<string, string>>;
  readonly #node: string;

  constructor(installation: Installation, options: { readonly daemon: boolean } = { daemon: false }) {
    cpSync(templateOf(installation), this.root, { recursive: true, verbatimSymlinks: true });
    this.#node = nodeOf(installation);
    this.#env = { ...environmentOf(installation), NX_DAEMON: String(options.daemon) };
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  has(path: string): boolean {
    return statSync(this.path(path), { throwIfNoEntry: false }) !== undefined;
  }

  read(path: string): Buffer {
    return readFileSync(this.path(path));
  }

  write(path: string, data: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), data);
  }

  append(path: string, text: string): void {
    this.write(path, Buffer.concat([this.read(path), Buffer.from(text)]));
  }

  json<T>(path: string): T {
    return JSON.parse(this.read(path).toString()) as T;
  }

  /** Changes a JSON file in place, or writes a new one. */
  edit<T extends object = Record<string, unknown>>(path: string, change: (value: T) => void): void {
    const value = (this.has(path) ? this.json(path) : {}) as T;
    change(value);
    this.write(path, `${JSON.stringify(value, null, 2)}\n`);
  }

  /** Copies the example app with its credentials. */
  addExample(folder: string): void {
    cpSync(EXAMPLE, this.path(folder), { recursive: true });
    rmSync(this.path(folder, 'out'), { recursive: true, force: true });
    this.edit<{ $schema: string }>(`${folder}/factory.config.json`, (config) => {
      config.$schema = '../../node_modules/nx-esp32-factory/factory.config.schema.json';
    });
  }

  async commit(): Promise<void> {
    await check('git', ['add', '--all'], { cwd: this.root });
    const author = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.com', '-c', 'commit.gpgsign=false'];
    await check('git', [...author, 'commit', '--quiet', '--allow-empty', '-m', 'state'], { cwd: this.root });
  }

  /** A command of nx or of the plugin, on the Node of this installation whatever the PATH is. */
  bin(name: string, args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    const folder = `node_modules/${name === 'nx' ? 'nx' : 'nx-esp32-factory'}`;
    const { bin } = this.json<{ bin: Record<string, string> }>(`${folder}/package.json`);
    return this.program(this.#node, [this.path(folder, bin[name] ?? ''), ...args], options);
  }

  /** A program, with the Node and the package manager of this installation on the PATH. */
  program(name: string, args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    return run(name, args, { cwd: this.path(options.cwd ?? '.'), env: { ...this.#env, ...options.env } });
  }

  async nx(args: readonly string[], options: RunOptions = {}): Promise<NxRun> {
    const result = await this.bin('nx', args, options);
    return { ...result, isHit: result.output.includes(HIT) };
  }

  /** The same, or an error with all that it said. */
  async nxOk(args: readonly string[], options: RunOptions = {}): Promise<NxRun> {
    const result = await this.nx(args, options);
    if (result.status === 0) return result;
    throw new Error(`nx ${args.join(' ')} ended with ${result.status}:\n${result.output}`);
  }

  /** The files that hold some bytes, below a folder. */
  filesWith(folder: string, bytes: Uint8Array | string): string[] {
    if (!this.has(folder)) return [];
    return readdirSync(this.path(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(this.path(folder, name), { throwIfNoEntry: false })?.isFile())
      .filter((name) => this.read(join(folder, name)).includes(bytes as Buffer));
  }

  async dispose(): Promise<void> {
    await this.nx(['daemon', '--stop']);
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** From the root of the workspace. */
  readonly cwd?: string;
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
