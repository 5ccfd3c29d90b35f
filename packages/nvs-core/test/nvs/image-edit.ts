/** Edits images for tests: changes bytes, and fixes CRCs if the test needs to get past them. */
import { nvsCrc32 } from '../../src/bytes/nvs-crc32';
import { encodeNvs, type NvsItem } from '../../src/nvs';

export interface Edit {
  readonly bytes: Uint8Array;
  /** The 32 bytes of an entry. */
  entry(page: number, entry: number): Uint8Array;
  /** Sets the two state bits of an entry. */
  state(page: number, entry: number, bits: number): void;
  /** Fixes the CRC of an entry's head, or of a page's header. */
  fixEntryCrc(page: number, entry: number): void;
  fixPageCrc(page: number): void;
  /** Fixes the CRC of an entry's data, then that of its head. */
  fixDataCrc(page: number, entry: number): void;
}

/** `image` after `change`. */
export function edited(image: Uint8Array, change: (edit: Edit) => void): Uint8Array {
  const bytes = Uint8Array.from(image);
  const view = new DataView(bytes.buffer);
  const offsetOf = (page: number, entry: number) => page * 4096 + 64 + entry * 32;
  const edit: Edit = {
    bytes,
    entry: (page, entry) => bytes.subarray(offsetOf(page, entry), offsetOf(page, entry) + 32),
    state(page, entry, bits) {
      const offset = page * 4096 + 32 + (entry >> 2);
      const shift = (entry & 3) * 2;
      bytes[offset] = ((bytes[offset] ?? 0) & ~(3 << shift)) | (bits << shift);
    },
    fixEntryCrc(page, entry) {
      const head = edit.entry(page, entry);
      view.setUint32(
        offsetOf(page, entry) + 4,
        nvsCrc32(Buffer.concat([head.subarray(0, 4), head.subarray(8)])),
        true,
      );
    },
    fixPageCrc(page) {
      view.setUint32(page * 4096 + 28, nvsCrc32(bytes.subarray(page * 4096 + 4, page * 4096 + 28)), true);
    },
    fixDataCrc(page, entry) {
      const offset = offsetOf(page, entry);
      const size = view.getUint16(offset + 24, true);
      view.setUint32(offset + 28, nvsCrc32(bytes.subarray(offset + 32, offset + 32 + size)), true);
      edit.fixEntryCrc(page, entry);
    },
  };
  change(edit);
  return bytes;
}

/** Page 0 of the sample: entry 0 namespace "ns", 1 u8 "n", 2-3 string "s", 4-5 blob data "b", 6 its index, 7 i64 "w". */
export const SAMPLE: readonly NvsItem[] = [
  { type: 'namespace', namespace: 'ns' },
  { namespace: 'ns', key: 'n', type: 'u8', value: 7 },
  { namespace: 'ns', key: 's', type: 'string', value: 'text' },
  { namespace: 'ns', key: 'b', type: 'blob', value: Uint8Array.of(1, 2, 3) },
  { namespace: 'ns', key: 'w', type: 'i64', value: -2n },
];

export function sampleImage(size = 0x3000): Uint8Array {
  return encodeNvs(SAMPLE, { size }).image;
}
