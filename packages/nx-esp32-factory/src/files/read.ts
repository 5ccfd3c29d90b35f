import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { filesErrors } from '../errors';
import { fromErrno } from './errno';

/** The largest input in bytes: a flash dump of 64 MiB. */
const LIMIT = 64 * 1024 * 1024;
const CHUNK_LENGTH = 64 * 1024;

/**
 * The bytes of a file.
 * Errors: files.missing, files.is-directory, files.not-permitted, files.too-large, files.failed.
 */
export function readInput(path: string, limit = LIMIT): Uint8Array {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw fromErrno(error, path, 'read');
  }
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw filesErrors.error('files.is-directory', { path });
    if (stat.size > limit) throw filesErrors.error('files.too-large', { path, size: stat.size, limit });
    return readAll(descriptor, path, { expected: stat.isFile() ? stat.size : 0, limit });
  } finally {
    closeSync(descriptor);
  }
}

/** Reads to the end, but not beyond the limit: pipes and /dev files have no size. */
function readAll(
  descriptor: number,
  path: string,
  { expected, limit }: { readonly expected: number; readonly limit: number },
): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = new Uint8Array(size === 0 && expected > 0 ? expected : CHUNK_LENGTH);
    let length: number;
    try {
      length = readSync(descriptor, chunk);
    } catch (error) {
      throw fromErrno(error, path, 'read');
    }
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
