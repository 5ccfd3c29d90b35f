/** Small files that this tool keeps for itself: what lies under their names may have been put there by others. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

// Undefined on Windows, where neither links nor pipes lie in folders by a user's doing.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * The bytes of a regular file of at most `limit` bytes; undefined for anything else: nothing, a link, a pipe, a
 * folder, a larger file, one that cannot be read.
 */
export function readStateFile(path: string, limit: number): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > limit) return undefined;
    const data = Buffer.alloc(stat.size);
    let length = 0;
    while (length < data.length) {
      const count = readSync(descriptor, data, length, data.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return data.subarray(0, length);
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
