/** Placed entries -> their bytes. */
import { nvsCrc32 } from '../bytes/nvs-crc32';
import {
  CHUNK_START,
  ENTRY_FIELD,
  ENTRY_LENGTH,
  entryOffset,
  isFloatType,
  type NvsFloatType,
} from './layout';
import { encodeHead, encodeText, type ImageBuffer } from './page';
import type { PlacedEntry } from './placement';

/** Writes an entry into blank bytes of an image: its data, the last eight bytes of its head, and the head. */
export function encodeEntry(image: ImageBuffer, placed: PlacedEntry, chunks: number): void {
  const { record, type, page, entry } = placed;
  const offset = entryOffset(page, entry);
  if (type === 'blob-index') encodeIndex(image, offset + ENTRY_FIELD.data, record.length, chunks);
  else if (record.type === 'string' || record.type === 'blob') encodeData(image, offset, placed);
  else if (isFloatType(type)) encodeFloat(image.view, offset + ENTRY_FIELD.data, type, Number(record.value));
  else encodeInteger(image, offset + ENTRY_FIELD.data, record.length, record.value);
  encodeHead(image, placed);
}

function encodeData(
  { bytes, view }: ImageBuffer,
  offset: number,
  { record, start, length }: PlacedEntry,
): void {
  const { value } = record;
  const data = offset + ENTRY_LENGTH;
  if (typeof value === 'string') {
    encodeText(bytes, data, value, length - 1);
    bytes[data + length - 1] = 0;
  } else if (typeof value === 'object') {
    bytes.set(length === value.length ? value : value.subarray(start, start + length), data);
  }
  view.setUint16(offset + ENTRY_FIELD.data, length, true);
  view.setUint32(offset + ENTRY_FIELD.data + 4, nvsCrc32(bytes.subarray(data, data + length)), true);
}

/** Bytes after the value stay 0xFF. */
function encodeInteger({ view }: ImageBuffer, offset: number, length: number, value: unknown): void {
  if (typeof value === 'bigint') view.setBigUint64(offset, BigInt.asUintN(64, value), true);
  else if (length === 4) view.setInt32(offset, Number(value), true);
  else if (length === 2) view.setInt16(offset, Number(value), true);
  else view.setInt8(offset, Number(value));
}

/** NaN is written as the quiet NaN, whatever bits it had. */
function encodeFloat(view: DataView, offset: number, type: NvsFloatType, value: number): void {
  if (type === 'double') {
    if (Number.isNaN(value)) view.setBigUint64(offset, 0x7ff8000000000000n, true);
    else view.setFloat64(offset, value, true);
  } else if (Number.isNaN(value)) view.setUint32(offset, 0x7fc00000, true);
  else view.setFloat32(offset, value, true);
}

function encodeIndex({ bytes, view }: ImageBuffer, offset: number, length: number, chunks: number): void {
  view.setUint32(offset, length, true);
  bytes[offset + 4] = chunks;
  bytes[offset + 5] = CHUNK_START[0];
}
