/** How a blob of format version 2 is cut into chunks. */
import { BLOB_CHUNKS_MAX, CHUNK_MAX_LENGTH, ENTRIES_PER_PAGE, ENTRY_LENGTH, entriesOf } from './layout';

/** A place for the next entry. */
export interface Cursor {
  readonly page: number;
  readonly entry: number;
}

export interface BlobChunk extends Cursor {
  /** Range of the blob that lies here. */
  readonly start: number;
  readonly length: number;
}

export interface BlobPlan {
  readonly chunks: readonly BlobChunk[];
  readonly index: Cursor;
}

/**
 * The chunks of a blob of `length` bytes that starts at `cursor`, and the place of its index after them. As
 * Espressif's generator has it, the rest of a page is always filled, if only with an empty chunk. A blob that
 * would then take more chunks than the device's own writer makes starts on a page of its own.
 */
export function planBlob(length: number, cursor: Cursor): BlobPlan {
  const plan = cut(length, cursor);
  return plan.chunks.length <= BLOB_CHUNKS_MAX ? plan : cut(length, { page: cursor.page + 1, entry: 0 });
}

function cut(length: number, { page, entry }: Cursor): BlobPlan {
  const chunks: BlobChunk[] = [];
  let place = entry < ENTRIES_PER_PAGE ? { page, entry } : { page: page + 1, entry: 0 };
  for (let start = 0; ; ) {
    const room = CHUNK_MAX_LENGTH - place.entry * ENTRY_LENGTH;
    const chunk = { ...place, start, length: Math.min(room, length - start) };
    chunks.push(chunk);
    start += chunk.length;
    const next = place.entry + 1 + entriesOf(chunk.length);
    place = next < ENTRIES_PER_PAGE ? { page: place.page, entry: next } : { page: place.page + 1, entry: 0 };
    if (start === length) return { chunks, index: place };
  }
}
