/** The only place that opens files of the workspace and of the user. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { FactoryError } from 'nvs-core';
import { filesErrors } from '../errors';
import { fromErrno } from './errno';
import { INPUT_LIMIT } from './limits';

const CHUNK_LENGTH = 64 * 1024;

/** Opening waits for nothing: not for the writer of a FIFO, nor for a terminal. Windows has neither flag. */
const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
const FLAGS = O_RDONLY | O_NONBLOCK | O_NOCTTY;

/** File systems whose files are made by the kernel when they are read (Linux, include/uapi/linux/magic.h). */
const KERNEL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
]);

/** How long a pipe on the command line may be silent, in milliseconds. */
const SILENCE = 60_000;
const POLL = 10;

/**
 * The bytes of a regular file; nothing else is opened, because reading a pipe or a device may never end.
 * Errors: files.missing, files.is-directory, files.not-regular, files.not-permitted, files.too-large, files.failed.
 */
export function readInput(path: string, limit: number = INPUT_LIMIT.dump): Uint8Array {
  return reading(path, () => {
    // Before opening it: that alone has an effect on some devices.
    assertInput(path, statSync(path), limit);
    const descriptor = openSync(path, FLAGS);
    try {
      // It may be another file by now.
      const stat = fstatSync(descriptor);
      assertInput(path, stat, limit);
      return readAll(descriptor, path, { expected: stat.size, limit, silence: 0, awaitsWriter: false });
    } finally {
      closeSync(descriptor);
    }
  });
}

/** The bytes of a config file. Errors: as readInput. */
export function readConfigFile(path: string): Uint8Array {
  return readInput(path, INPUT_LIMIT.config);
}

/** The bytes of a file that a config or a CSV refers to. Errors: as readInput. */
export function readReference(path: string): Uint8Array {
  return readInput(path, INPUT_LIMIT.reference);
}

/** The bytes of a regular file; undefined if there is none. Errors: as readInput. */
export function readOptional(path: string, limit: number = INPUT_LIMIT.dump): Uint8Array | undefined {
  try {
    // Most of what is looked for does not exist: it takes less time to see that than to make an error of it.
    const isThere = reading(path, () => statSync(path, { throwIfNoEntry: false }) !== undefined);
    return isThere ? readInput(path, limit) : undefined;
  } catch (error) {
    if (error instanceof FactoryError && MISSING.has(error.code)) return undefined;
    throw error;
  }
}

/** Part of a path that is a file cannot contain one. */
const MISSING: ReadonlySet<string> = new Set(['files.missing', 'files.not-a-directory']);

/**
 * The bytes of what the command line names: also a pipe, such as /dev/stdin or <(command), or a device, which may be
 * silent for `silence` milliseconds. Errors: as readInput without files.not-regular, files.silent.
 */
export function readArgument(
  path: string,
  limit: number = INPUT_LIMIT.dump,
  silence: number = SILENCE,
): Uint8Array {
  return reading(path, () => {
    const descriptor = openSync(path, FLAGS);
    try {
      const stat = fstatSync(descriptor);
      if (stat.isFile() || stat.isDirectory()) assertInput(path, stat, limit);
      const expected = stat.isFile() ? stat.size : 0;
      // One without a writer has an end, too; the pipes below /dev had theirs from the start.
      const awaitsWriter = stat.isFIFO() && !path.startsWith('/dev/') && !path.startsWith('/proc/');
      return readAll(descriptor, path, { expected, limit, silence, awaitsWriter });
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * Checks that a path is that of a regular file, or of none, for code that reads it in another way.
 * Errors: files.is-directory, files.not-regular, files.too-large, files.failed.
 */
export function checkInput(path: string, limit: number): void {
  reading(path, () => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined) assertInput(path, stat, limit);
  });
}

function reading<T>(path: string, work: () => T): T {
  if (path.includes('\0')) throw filesErrors.error('files.path-invalid', { path });
  try {
    return work();
  } catch (error) {
    throw fromErrno(error, path, 'read');
  }
}

function assertInput(path: string, stat: Stats, limit: number): void {
  if (stat.isDirectory()) throw filesErrors.error('files.is-directory', { path });
  if (!stat.isFile()) throw filesErrors.error('files.not-regular', { path, kind: kindOf(stat) });
  if (stat.size > limit) throw filesErrors.error('files.too-large', { path, size: stat.size, limit });
  if (stat.size === 0 && isOfKernel(path))
    throw filesErrors.error('files.not-regular', { path, kind: 'a file of the kernel' });
}

function kindOf(stat: Stats): string {
  if (stat.isFIFO()) return 'a pipe';
  return stat.isSocket() ? 'a socket' : 'a device';
}

/** Such a file has no size, may have no end, and may be of this process. */
function isOfKernel(path: string): boolean {
  if (process.platform !== 'linux') return false;
  return KERNEL_FILE_SYSTEMS.has(statfsSync(path).type);
}

interface Reading {
  /** The size of a regular file; 0 if it is unknown. */
  readonly expected: number;
  readonly limit: number;
  readonly silence: number;
  /** Whether an end before the first byte means that there is no writer yet. */
  readonly awaitsWriter: boolean;
}

/** Reads to the end, but not beyond the limit: a file may grow, and pipes and devices have no size. */
function readAll(descriptor: number, path: string, options: Reading): Uint8Array {
  const { expected, limit } = options;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = new Uint8Array(size === 0 && expected > 0 ? expected : CHUNK_LENGTH);
    const awaitsWriter = options.awaitsWriter && size === 0;
    const length = readSome(descriptor, path, chunk, { ...options, awaitsWriter });
    // The whole file in one read.
    if (size === 0 && length === expected && length > 0) return chunk;
    if (length === 0) break;
    size += length;
    if (size > limit) throw filesErrors.error('files.too-large', { path, size, limit });
    chunks.push(chunk.subarray(0, length));
  }
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only.slice();
  return new Uint8Array(Buffer.concat(chunks));
}

/** Reads what is there, and waits `silence` milliseconds for the first byte of it; 0 at the end. */
function readSome(
  descriptor: number,
  path: string,
  chunk: Uint8Array,
  { silence, awaitsWriter }: Reading,
): number {
  for (let waited = 0; ; waited += POLL) {
    try {
      const length = readSync(descriptor, chunk);
      if (length > 0 || !awaitsWriter) return length;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
    if (waited >= silence) throw filesErrors.error('files.silent', { path, seconds: silence / 1000 });
    Atomics.wait(PAUSE, 0, 0, POLL);
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
