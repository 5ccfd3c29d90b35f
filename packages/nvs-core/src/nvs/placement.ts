/** Places records page by page, in order, as Espressif's generator does. */
import {
  BLOB_CHUNKS_MAX,
  CHUNK_ANY,
  CHUNK_MAX_LENGTH,
  CHUNK_START,
  ENTRIES_PER_PAGE,
  ENTRY_LENGTH,
  entriesOf,
  isFloatType,
  isIntegerType,
  type NvsTypeName,
  type NvsVersion,
} from './layout';
import type { NvsRecord } from './records';

/** An entry with its position: a whole record, or one chunk or the index of a blob. */
export interface PlacedEntry {
  readonly record: NvsRecord;
  readonly type: NvsTypeName;
  readonly page: number;
  readonly entry: number;
  readonly span: number;
  readonly chunk: number;
  /** Range of the value in this entry. */
  readonly start: number;
  readonly length: number;
}

/** Places `records`; `pages` is the number of pages they use, at least one. */
export function placeRecords(
  records: readonly NvsRecord[],
  version: NvsVersion,
): { entries: PlacedEntry[]; pages: number } {
  const placer = new Placer();
  for (const record of records) {
    if (record.type === 'namespace') placer.placeOne(record, 'u8');
    else if (isIntegerType(record.type) || isFloatType(record.type)) placer.placeOne(record, record.type);
    else if (record.type === 'string') placer.placeWhole(record, 'string');
    else if (version === 1) placer.placeWhole(record, 'blob-v1');
    else placer.placeBlob(record);
  }
  return { entries: placer.entries, pages: placer.page + 1 };
}

class Placer {
  readonly entries: PlacedEntry[] = [];
  page = 0;
  #entry = 0;

  placeOne(record: NvsRecord, type: NvsTypeName): void {
    if (this.#entry === ENTRIES_PER_PAGE) this.#nextPage();
    this.#place(record, type, 1, CHUNK_ANY, 0, record.length);
  }

  placeWhole(record: NvsRecord, type: NvsTypeName): void {
    const span = 1 + entriesOf(record.length);
    // Espressif's generator never ends such data on the last entry of a page; we do if it needs the whole page.
    if (this.#entry > 0 && this.#entry + span >= ENTRIES_PER_PAGE) this.#nextPage();
    this.#place(record, type, span, CHUNK_ANY, 0, record.length);
  }

  placeBlob(record: NvsRecord): void {
    if (!startsOnPage(record.length, this.#entry)) this.#nextPage();
    let [chunk] = CHUNK_START as readonly [number, number];
    let start = 0;
    do {
      const length = Math.min(chunkRoom(this.#entry), record.length - start);
      this.#place(record, 'blob-data', 1 + entriesOf(length), chunk++, start, length);
      start += length;
      if (this.#entry === ENTRIES_PER_PAGE) this.#nextPage();
    } while (start < record.length);
    this.#place(record, 'blob-index', 1, CHUNK_ANY, 0, 0);
  }

  #nextPage(): void {
    this.page++;
    this.#entry = 0;
  }

  #place(
    record: NvsRecord,
    type: NvsTypeName,
    span: number,
    chunk: number,
    start: number,
    length: number,
  ): void {
    this.entries.push({ record, type, page: this.page, entry: this.#entry, span, chunk, start, length });
    this.#entry += span;
  }
}

/** Bytes of a blob that fit on a page if the head of the chunk is at `entry`. */
function chunkRoom(entry: number): number {
  return (ENTRIES_PER_PAGE - 1 - entry) * ENTRY_LENGTH;
}

/** Chunks of a blob of `length` bytes that starts at `entry` of a page. */
function countChunks(length: number, entry: number): number {
  return 1 + Math.ceil(Math.max(0, length - chunkRoom(entry)) / CHUNK_MAX_LENGTH);
}

/**
 * Whether a blob starts on the current page, even if only with an empty chunk, as in Espressif's generator. A blob that
 * would then take more chunks than the device's own writer creates starts on a new page.
 */
function startsOnPage(length: number, entry: number): boolean {
  return entry < ENTRIES_PER_PAGE && countChunks(length, entry) <= BLOB_CHUNKS_MAX;
}
