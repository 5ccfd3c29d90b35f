/** One page: header, state bitmap and the heads of entries, written and checked. */
import { nvsCrc32 } from '../bytes/nvs-crc32';
import {
  BITMAP_OFFSET,
  ENTRY_FIELD,
  ENTRY_LENGTH,
  entryOffset,
  FIRST_ENTRY_OFFSET,
  KEY_FIELD_LENGTH,
  type NvsPageState,
  type NvsVersion,
  PAGE_CRC_RANGE,
  PAGE_FIELD,
  PAGE_LENGTH,
  PAGE_STATE,
  TYPE_CODE,
  VERSION_BYTE,
} from './layout';
import type { PlacedEntry } from './placement';

/** An image with a view for writing numbers. */
export interface ImageBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

const UTF8 = new TextEncoder();

/** Writes the header of the blank page `page`. */
export function encodePageHeader(
  { bytes, view }: ImageBuffer,
  page: number,
  header: { state: NvsPageState; sequence: number; version: NvsVersion },
): void {
  const offset = page * PAGE_LENGTH;
  view.setUint32(offset + PAGE_FIELD.state, PAGE_STATE[header.state], true);
  view.setUint32(offset + PAGE_FIELD.sequence, header.sequence, true);
  view.setUint8(offset + PAGE_FIELD.version, VERSION_BYTE[header.version]);
  view.setUint32(offset + PAGE_FIELD.crc, pageCrc(bytes, offset), true);
}

/** Writes the head of an entry, after its data and its last eight bytes, and marks its span in the bitmap. */
export function encodeHead({ bytes, view }: ImageBuffer, head: PlacedEntry): void {
  const { page, entry, record } = head;
  const offset = entryOffset(page, entry);
  bytes[offset + ENTRY_FIELD.namespace] = record.namespaceIndex;
  bytes[offset + ENTRY_FIELD.type] = TYPE_CODE[head.type];
  bytes[offset + ENTRY_FIELD.span] = head.span;
  bytes[offset + ENTRY_FIELD.chunk] = head.chunk;
  encodeKey(bytes, offset + ENTRY_FIELD.key, record.key);
  view.setUint32(offset + ENTRY_FIELD.crc, entryCrc(bytes, offset), true);
  const bitmap = page * PAGE_LENGTH + BITMAP_OFFSET;
  for (let slot = entry; slot < entry + head.span; slot++) {
    const index = bitmap + (slot >> 2);
    bytes[index] = (bytes[index] ?? 0) & ~(1 << ((slot & 3) * 2));
  }
}

/** Writes a string of `length` bytes of UTF-8 at `offset`. */
export function encodeText(bytes: Uint8Array, offset: number, text: string, length: number): void {
  // One byte per character means ASCII, which needs no encoder.
  if (length !== text.length) UTF8.encodeInto(text, bytes.subarray(offset, offset + length));
  else for (let index = 0; index < length; index++) bytes[offset + index] = text.charCodeAt(index);
}

function encodeKey(bytes: Uint8Array, offset: number, key: string): void {
  for (let index = 0; index < KEY_FIELD_LENGTH; index++) {
    const letter = index < key.length ? key.charCodeAt(index) : 0;
    if (letter > 0x7f) {
      bytes.fill(0, offset, offset + KEY_FIELD_LENGTH);
      UTF8.encodeInto(key, bytes.subarray(offset, offset + KEY_FIELD_LENGTH));
      return;
    }
    bytes[offset + index] = letter;
  }
}

function pageCrc(bytes: Uint8Array, offset: number): number {
  const [start, end] = PAGE_CRC_RANGE;
  return nvsCrc32(bytes.subarray(offset + start, offset + end));
}

/** Inputs of an entry's CRC and of its hash, which are computed too often to allocate an array each time. */
const covered = new Uint8Array(ENTRY_LENGTH - 4);
const hashed = new Uint8Array(KEY_FIELD_LENGTH + 2);

/** nvsCrc32 of the head at `offset`: all of its 32 bytes but the CRC itself. */
function entryCrc(bytes: Uint8Array, offset: number): number {
  for (let index = 0; index < ENTRY_LENGTH - 4; index++) {
    covered[index] = bytes[offset + index + (index < ENTRY_FIELD.crc ? 0 : 4)] ?? 0;
  }
  return nvsCrc32(covered);
}

/** The 24-bit hash by which the device finds an entry on its page. */
export function entryHash(namespaceIndex: number, key: string, chunk: number): number {
  hashed[0] = namespaceIndex;
  encodeKey(hashed, 1, key);
  hashed[KEY_FIELD_LENGTH + 1] = chunk;
  return nvsCrc32(hashed) & 0xffffff;
}

/** The two state bits of an entry of the page at `offset`. */
export function entryStateBits(image: Uint8Array, offset: number, entry: number): number {
  return ((image[offset + BITMAP_OFFSET + (entry >> 2)] ?? 0xff) >> ((entry & 3) * 2)) & 0b11;
}

/**
 * Whether the page at `offset` has a header of a known version with a valid CRC. The CRC does not cover the state, so
 * that a page with a damaged state can be told from noise; the device erases such a page.
 */
export function hasPageHeader(image: Uint8Array, offset: number): boolean {
  return pageVersion(image, offset) !== undefined && hasValidPageCrc(image, offset);
}

/** The format version of the page at `offset`, if its byte is a known one. */
export function pageVersion(image: Uint8Array, offset: number): NvsVersion | undefined {
  const byte = image[offset + PAGE_FIELD.version];
  return byte === VERSION_BYTE[1] ? 1 : byte === VERSION_BYTE[2] ? 2 : undefined;
}

/** Whether the header of the page at `offset` has a valid CRC. */
export function hasValidPageCrc(image: Uint8Array, offset: number): boolean {
  const view = new DataView(image.buffer, image.byteOffset + offset, FIRST_ENTRY_OFFSET);
  return view.getUint32(PAGE_FIELD.crc, true) === pageCrc(image, offset);
}

/** Whether the head that starts at byte `offset` has a valid CRC. */
export function hasValidEntryCrc(image: Uint8Array, offset: number): boolean {
  const view = new DataView(image.buffer, image.byteOffset + offset, ENTRY_LENGTH);
  return view.getUint32(ENTRY_FIELD.crc, true) === entryCrc(image, offset);
}
