/**
 * This package's code with what V8 compiled of it in an earlier run, as Python keeps .pyc files: to compile it again
 * takes a sixth of a run. It is only a memory: what is not whole, or was not compiled from the code as it is, is
 * compiled anew. Node's own cache of that kind (module.enableCompileCache) is not in Node 20, and saves a third of this.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';

export interface CompiledCodeOptions {
  /** Folder of the code, as it is installed. */
  readonly root: string;
  /** Where what was compiled of it is kept; undefined to keep nothing. */
  readonly folder: string | undefined;
}

/** What V8 compiled of one file, with the digest of that file. */
interface Compiled {
  readonly source: string;
  readonly data: Uint8Array;
}

/** By the paths of the files below the folder of the code. */
type CompiledFiles = ReadonlyMap<string, Compiled>;

/** The files of a folder as CommonJS modules of their own; what else they require comes from Node. */
export class CompiledCode {
  readonly #options: CompiledCodeOptions;
  readonly #native: NodeJS.Require;
  readonly #modules = new Map<string, { exports: unknown }>();
  readonly #scripts = new Map<string, { readonly source: string; readonly script: Script }>();
  #file: string | undefined;
  #known: CompiledFiles = new Map();
  #hasNews = false;

  constructor(options: CompiledCodeOptions) {
    this.#options = options;
    this.#native = createRequire(join(options.root, 'index.js'));
  }

  /** Takes what was kept under a name for this V8 and its settings; what is loaded from now on can be kept there. */
  use(name: string): void {
    const { folder, root } = this.#options;
    if (folder === undefined) return;
    this.#file = join(folder, `${name.replaceAll(' ', '-')}-${cachedDataVersionTag().toString(16)}`);
    this.#known = readCompiled(this.#file, ownerOf(root));
  }

  /** What a file exports, by its absolute path. */
  load(path: string): unknown {
    const known = this.#modules.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    this.#modules.set(path, module);
    const folder = dirname(path);
    const required = (request: string) =>
      request.startsWith('.') ? this.load(resolve(folder, request)) : this.#native(request);
    this.#compile(path).call(module.exports, module.exports, required, module, path, folder);
    return module.exports;
  }

  /**
   * Keeps what was compiled, if any of it is new, and if it is the owner of the code who runs it. Where that is not
   * possible it will be compiled again.
   */
  save(): void {
    const { root } = this.#options;
    const owner = ownerOf(root);
    if (this.#file === undefined || !this.#hasNews || owner !== process.getuid?.()) return;
    const compiled = new Map([...this.#known].filter(([name]) => existsSync(join(root, name))));
    for (const [name, { source, script }] of this.#scripts)
      compiled.set(name, { source, data: script.createCachedData() });
    const staged = `${this.#file}.new`;
    try {
      mkdirSync(dirname(staged), { recursive: true });
      writeFileSync(staged, formatCompiled(compiled), { mode: 0o644 });
      renameSync(staged, this.#file);
    } catch {
      // Nowhere to keep it.
    }
  }

  #compile(path: string): (...parameters: unknown[]) => void {
    const bytes = readFileSync(path);
    const text = `(function (exports, require, module, __filename, __dirname) {${bytes.toString()}\n})`;
    if (this.#file === undefined) return new Script(text, { filename: path }).runInThisContext();
    const name = relative(this.#options.root, path);
    const source = digest(bytes).toString('hex');
    const known = this.#known.get(name);
    const script = new Script(text, {
      filename: path,
      ...(known?.source === source ? { cachedData: known.data } : {}),
    });
    // Undefined where there was nothing to reject.
    if (script.cachedDataRejected !== false) this.#hasNews = true;
    this.#scripts.set(name, { source, script });
    return script.runInThisContext();
  }
}

/** Who installed the code; undefined where files have no such owner (Windows). */
function ownerOf(root: string): number | undefined {
  return process.getuid === undefined ? undefined : statSync(root).uid;
}

/*
 * The file: SHA-256 of the rest, the length of the index (4 bytes, little-endian), 4 bytes of zero, the index as JSON,
 * and the data, each filled up to 8 bytes: V8 copies what is not aligned.
 */
const DIGEST_LENGTH = 32;
const HEAD_LENGTH = 8;
const ALIGNMENT = 8;

type Index = readonly (readonly [name: string, source: string, length: number])[];

function formatCompiled(compiled: CompiledFiles): Uint8Array {
  const index: Index = [...compiled].map(([name, { source, data }]) => [name, source, data.length]);
  const json = Buffer.from(JSON.stringify(index));
  const parts = [json, ...[...compiled.values()].map(({ data }) => data)].map((part) =>
    Buffer.concat([part, Buffer.alloc(aligned(part.length) - part.length)]),
  );
  const head = Buffer.alloc(HEAD_LENGTH);
  head.writeUInt32LE(json.length);
  const rest = Buffer.concat([head, ...parts]);
  return Buffer.concat([digest(rest), rest]);
}

/** What a file holds; nothing where it is not whole, or where others than the owner of the code may have written it. */
function readCompiled(path: string, owner: number | undefined): CompiledFiles {
  const found = new Map<string, Compiled>();
  const bytes = readOwned(path, owner);
  if (bytes === undefined || bytes.length < DIGEST_LENGTH + HEAD_LENGTH) return found;
  const rest = bytes.subarray(DIGEST_LENGTH);
  if (!digest(rest).equals(bytes.subarray(0, DIGEST_LENGTH))) return found;
  const length = rest.readUInt32LE();
  const index = JSON.parse(rest.toString('utf8', HEAD_LENGTH, HEAD_LENGTH + length)) as Index;
  let offset = HEAD_LENGTH + aligned(length);
  for (const [name, source, size] of index) {
    found.set(name, { source, data: rest.subarray(offset, offset + size) });
    offset += aligned(size);
  }
  return found;
}

function readOwned(path: string, owner: number | undefined): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { uid, mode } = fstatSync(descriptor);
    const isOwned = owner === undefined || (uid === owner && (mode & 0o022) === 0);
    return isOwned ? readFileSync(descriptor) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

function digest(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
