/** How a blob of format version 2 is split into chunks. */
import { BLOB_CHUNKS_MAX, CHUNK_MAX_LENGTH, ENTRIES_PER_PAGE, ENTRY_LENGTH } from './layout';

/** Bytes of a blob that fit on a page if the head of the chunk is at `entry`. */
export function chunkRoom(entry: number): number {
  return (ENTRIES_PER_PAGE - 1 - entry) * ENTRY_LENGTH;
}

/** Chunks of a blob of `length` bytes that starts at `entry` of a page. */
export function countChunks(length: number, entry: number): number {
  return 1 + Math.ceil(Math.max(0, length - chunkRoom(entry)) / CHUNK_MAX_LENGTH);
}

/**
 * Whether a blob starts on the current page, even if only with an empty chunk, as in Espressif's generator. A blob that
 * would then take more chunks than the device's own writer creates starts on a new page.
 */
export function startsOnPage(length: number, entry: number): boolean {
  return entry < ENTRIES_PER_PAGE && countChunks(length, entry) <= BLOB_CHUNKS_MAX;
}
