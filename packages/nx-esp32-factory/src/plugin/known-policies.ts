/**
 * What was found out about a config before, for as long as no file that it depends on has another stamp: to read the
 * credentials of hundreds of apps takes three times as long as to ask for their stamps. It is only a
 * memory: the executor judges by the files themselves, and refuses to be cached against that.
 */
import {
  type BigIntStats,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { CachePolicy, PolicyTrace } from '../cache/policy';

/** A policy with the stamps of all that it depends on, by paths from the root of the workspace. */
interface Entry {
  readonly policy: CachePolicy;
  readonly stamps: readonly (readonly [path: string, stamp: string])[];
}

/** What was found out now, with the paths that it depends on, and the stamps of the files that were read. */
interface Found {
  readonly config: string;
  readonly policy: CachePolicy;
  /** When that began, in milliseconds. */
  readonly start: number;
  readonly paths: ReadonlyMap<string, BigIntStats | undefined>;
}

export interface KnownPoliciesOptions {
  readonly workspaceRoot: string;
  /** Changes with the code that judges; undefined where that cannot be told, and nothing is remembered. */
  readonly code: string | undefined;
  /** Where it is kept; thrown away by "nx reset". */
  readonly file: string;
}

/** A file that was changed less than this before it was read may change again without another stamp. */
const SETTLED_MILLISECONDS = 2000;
const FORMAT = 1;

export class KnownPolicies {
  readonly #options: KnownPoliciesOptions;
  /** The root of the workspace as the paths below it start. */
  readonly #root: string;
  readonly #before: Readonly<Record<string, Entry>>;
  readonly #now: Record<string, Entry> = {};
  readonly #stamps = new Map<string, Stamp>();
  readonly #found: Found[] = [];
  #hasNews = false;

  constructor(options: KnownPoliciesOptions) {
    this.#options = options;
    this.#root = join(resolve(options.workspaceRoot), sep);
    this.#before = options.code === undefined ? {} : readEntries(options.file, options.code);
  }

  /** The policy of a config (its path from the root of the workspace), known or found out now. */
  policyOf(config: string, findOut: (trace: PolicyTrace) => CachePolicy): CachePolicy {
    const known = Object.hasOwn(this.#before, config) ? this.#before[config] : undefined;
    if (isEntry(known) && this.#holds(known)) {
      this.#now[config] = known;
      return known.policy;
    }
    this.#hasNews = true;
    const start = Date.now();
    const paths = new Map<string, BigIntStats | undefined>();
    let isLasting = true;
    const policy = findOut({
      file: (path, stat) => paths.set(isAbsolute(path) ? path : resolve(path), stat),
      env: () => {
        isLasting = false;
      },
    });
    if (isLasting) this.#found.push({ config, policy, start, paths });
    return policy;
  }

  /** Undefined where something changed just before it was found out, or since. */
  #entryOf({ policy, start, paths }: Found): Entry | undefined {
    const settled = BigInt(start - SETTLED_MILLISECONDS) * 1_000_000n;
    const stamps: [path: string, stamp: string][] = [];
    for (const [path, stat] of paths) {
      const { text, changedNs } = stampOf(path, stat);
      if (changedNs > settled) return undefined;
      stamps.push([this.#fromRoot(path), text]);
    }
    return { policy, stamps };
  }

  // Most paths are below the root: taking them apart, for thousands of files, costs more than asking for the stamps.
  #fromRoot(path: string): string {
    return path.startsWith(this.#root) ? path.slice(this.#root.length) : relative(this.#root, path);
  }

  #absolute(path: string): string {
    return path.startsWith('..') || isAbsolute(path) ? resolve(this.#root, path) : this.#root + path;
  }

  #holds({ stamps }: Entry): boolean {
    return stamps.every(([path, text]) => {
      const stamp = this.#stamps.get(path) ?? stampOf(this.#absolute(path));
      this.#stamps.set(path, stamp);
      return stamp.text === text;
    });
  }

  /** Keeps what is known now; where that is not possible it will be found out again. */
  save(): void {
    const { code, file, workspaceRoot } = this.#options;
    if (code === undefined || !existsSync(workspaceRoot)) return;
    for (const found of this.#found.splice(0)) {
      const entry = this.#entryOf(found);
      if (entry !== undefined) this.#now[found.config] = entry;
    }
    const isSame = Object.keys(this.#before).length === Object.keys(this.#now).length;
    if (isSame && !this.#hasNews) return;
    const staged = `${file}.${process.pid}`;
    try {
      mkdirSync(dirname(file), { recursive: true });
    } catch {
      return;
    }
    try {
      writeFileSync(staged, JSON.stringify({ format: FORMAT, code, entries: this.#now }));
      renameSync(staged, file);
    } catch {
      rmSync(staged, { force: true });
    }
  }
}

interface Stamp {
  readonly text: string;
  /** When the file or what its name leads to changed last, in nanoseconds. */
  readonly changedNs: bigint;
}

/** Of a path, or of the file that was read at it. */
function stampOf(path: string, read?: BigIntStats): Stamp {
  try {
    const found = read ?? statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return { text: 'missing', changedNs: 0n };
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    return {
      text: `${dev},${ino},${size},${mtimeNs},${ctimeNs}`,
      changedNs: mtimeNs > ctimeNs ? mtimeNs : ctimeNs,
    };
  } catch (error) {
    return { text: String((error as NodeJS.ErrnoException).code), changedNs: 0n };
  }
}

/** Another program, or half a disk, may have written it. */
function isEntry(value: Entry | null | undefined): value is Entry {
  if (typeof value?.policy?.cache !== 'boolean' || !Array.isArray(value.stamps)) return false;
  return value.stamps.length > 0 && value.stamps.every((stamp) => Array.isArray(stamp) && stamp.length === 2);
}

function readEntries(file: string, code: string): Readonly<Record<string, Entry>> {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as {
      format?: unknown;
      code?: unknown;
      entries?: Record<string, Entry>;
    };
    return read.format === FORMAT && read.code === code ? (read.entries ?? {}) : {};
  } catch {
    return {};
  }
}

/** Of a workspace, in the folder that Nx keeps such things in. */
export function knownPoliciesOf(workspaceRoot: string): KnownPolicies {
  const { NX_WORKSPACE_DATA_DIRECTORY } = process.env;
  const folder = resolve(workspaceRoot, NX_WORKSPACE_DATA_DIRECTORY ?? join('.nx', 'workspace-data'));
  const file = join(folder, 'nx-esp32-factory-policies.json');
  return new KnownPolicies({ workspaceRoot, code: codeStamp(), file });
}

/** The package as it is installed; in its own repository the code changes without it. */
function codeStamp(): string | undefined {
  if (__filename.endsWith('.ts')) return undefined;
  return stampOf(join(__dirname, '..', '..', 'package.json')).text;
}
