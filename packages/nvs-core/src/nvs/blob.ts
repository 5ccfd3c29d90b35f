/** How a blob of format version 2 is cut into chunks. */
import { BLOB_CHUNKS_MAX, CHUNK_MAX_LENGTH, ENTRIES_PER_PAGE, ENTRY_LENGTH } from './layout';

/** Bytes of a blob that fit from `entry` of a page on, which holds the head of the chunk. */
export function chunkRoom(entry: number): number {
  return (ENTRIES_PER_PAGE - 1 - entry) * ENTRY_LENGTH;
}

/** Chunks of a blob of `length` bytes that starts at `entry` of a page. */
export function countChunks(length: number, entry: number): number {
  return 1 + Math.ceil(Math.max(0, length - chunkRoom(entry)) / CHUNK_MAX_LENGTH);
}

/**
 * Whether a blob starts on the page that is being filled, if only with an empty chunk, as Espressif's generator has it.
 * One that would then take more chunks than the device's own writer makes starts on a page of its own.
 */
export function startsOnPage(length: number, entry: number): boolean {
  return entry < ENTRIES_PER_PAGE && countChunks(length, entry) <= BLOB_CHUNKS_MAX;
}
