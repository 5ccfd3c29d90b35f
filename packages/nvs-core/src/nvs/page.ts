/** One page, written: header, state bitmap, entries with their CRCs. */
import { crc32 } from '../bytes';
import {
  BITMAP_OFFSET,
  ENTRY_FIELD,
  ENTRY_LENGTH,
  FIRST_ENTRY_OFFSET,
  KEY_FIELD_LENGTH,
  type NvsPageState,
  type NvsVersion,
  PAGE_CRC_RANGE,
  PAGE_FIELD,
  PAGE_STATE,
  VERSION_BYTE,
} from './layout';

/** What heads an entry: everything but its CRC. */
export interface EntryHead {
  readonly namespaceIndex: number;
  readonly type: number;
  readonly span: number;
  readonly chunk: number;
  /** Zero-padded to 16 bytes. */
  readonly key: Uint8Array;
  /** The last 8 bytes: an integer, the size and CRC of the data, or a blob's index. */
  readonly data: Uint8Array;
}

/** Writes the header of the blank page at `offset` of `image`. */
export function writePageHeader(
  image: DataView,
  offset: number,
  page: { state: NvsPageState; sequence: number; version: NvsVersion },
): void {
  image.setUint32(offset + PAGE_FIELD.state, PAGE_STATE[page.state], true);
  image.setUint32(offset + PAGE_FIELD.sequence, page.sequence, true);
  image.setUint8(offset + PAGE_FIELD.version, VERSION_BYTE[page.version]);
  const [start, end] = PAGE_CRC_RANGE;
  image.setUint32(offset + PAGE_FIELD.crc, crc32(bytesOf(image, offset + start, offset + end)), true);
}

/** Writes an entry's head at `entry` of the page at `offset`, its data after it, and marks them in the bitmap. */
export function writeEntry(
  image: DataView,
  offset: number,
  entry: number,
  head: EntryHead,
  data?: Uint8Array,
): void {
  const start = offset + FIRST_ENTRY_OFFSET + entry * ENTRY_LENGTH;
  const bytes = bytesOf(image, start, start + head.span * ENTRY_LENGTH);
  bytes[ENTRY_FIELD.namespace] = head.namespaceIndex;
  bytes[ENTRY_FIELD.type] = head.type;
  bytes[ENTRY_FIELD.span] = head.span;
  bytes[ENTRY_FIELD.chunk] = head.chunk;
  bytes.set(head.key, ENTRY_FIELD.key);
  bytes.set(head.data, ENTRY_FIELD.data);
  image.setUint32(start + ENTRY_FIELD.crc, entryCrc(bytes), true);
  if (data !== undefined) bytes.set(data, ENTRY_LENGTH);
  for (let slot = entry; slot < entry + head.span; slot++) {
    const place = offset + BITMAP_OFFSET + (slot >> 2);
    image.setUint8(place, image.getUint8(place) & ~(1 << ((slot & 3) * 2)));
  }
}

/** CRC32 of an entry's head: all of its 32 bytes but the CRC itself. */
export function entryCrc(entry: Uint8Array): number {
  const covered = new Uint8Array(ENTRY_LENGTH - 4);
  covered.set(entry.subarray(0, ENTRY_FIELD.crc));
  covered.set(entry.subarray(ENTRY_FIELD.key, ENTRY_LENGTH), ENTRY_FIELD.crc);
  return crc32(covered);
}

/** The 24 bits by which the device looks up an entry on its page. */
export function entryHash(namespaceIndex: number, key: Uint8Array, chunk: number): number {
  const hashed = new Uint8Array(KEY_FIELD_LENGTH + 2);
  hashed[0] = namespaceIndex;
  hashed.set(key, 1);
  hashed[KEY_FIELD_LENGTH + 1] = chunk;
  return crc32(hashed) & 0xffffff;
}

function bytesOf(image: DataView, start: number, end: number): Uint8Array {
  return new Uint8Array(image.buffer, image.byteOffset + start, end - start);
}

/** Two bits of the bitmap of the page at `offset`. */
export function entryStateBits(image: Uint8Array, offset: number, entry: number): number {
  return ((image[offset + BITMAP_OFFSET + (entry >> 2)] ?? 0xff) >> ((entry & 3) * 2)) & 0b11;
}

/** Whether the page at `offset` has a header as the device takes it: state and version known, CRC right. */
export function hasPageHeader(image: Uint8Array, offset: number): boolean {
  const view = new DataView(image.buffer, image.byteOffset + offset, FIRST_ENTRY_OFFSET);
  const state = view.getUint32(PAGE_FIELD.state, true);
  if (state !== PAGE_STATE.active && state !== PAGE_STATE.full && state !== PAGE_STATE.freeing) return false;
  const version = view.getUint8(PAGE_FIELD.version);
  if (version !== VERSION_BYTE[1] && version !== VERSION_BYTE[2]) return false;
  return hasPageCrc(image, offset);
}

/** Whether the header of the page at `offset` has its CRC. */
export function hasPageCrc(image: Uint8Array, offset: number): boolean {
  const view = new DataView(image.buffer, image.byteOffset + offset, FIRST_ENTRY_OFFSET);
  const [start, end] = PAGE_CRC_RANGE;
  return view.getUint32(PAGE_FIELD.crc, true) === crc32(image.subarray(offset + start, offset + end));
}

/** Whether the entry at `offset` (of its first byte) has the CRC of its head. */
export function hasEntryCrc(image: Uint8Array, offset: number): boolean {
  const bytes = image.subarray(offset, offset + ENTRY_LENGTH);
  const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(ENTRY_FIELD.crc, true);
  return stored === entryCrc(bytes);
}
