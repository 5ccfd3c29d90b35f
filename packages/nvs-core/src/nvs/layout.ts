/**
 * NVS on flash: ESP-IDF, docs/en/api-reference/storage/nvs_flash.rst ("Internals"), and components/nvs_flash/src
 * (nvs_page.hpp, nvs_types.hpp). All numbers are little-endian.
 */

/** Length of a page, the unit in which flash is erased: header, state bitmap, 126 entries. */
export const PAGE_LENGTH = 4096;
export const BITMAP_OFFSET = 32;
export const FIRST_ENTRY_OFFSET = 64;
export const ENTRY_LENGTH = 32;
export const ENTRIES_PER_PAGE = 126;

/** Header fields of a page, and the range that its CRC covers. */
export const PAGE_FIELD = { state: 0, sequence: 4, version: 8, crc: 28 } as const;
export const PAGE_CRC_RANGE = [4, 28] as const;

export const PAGE_STATE = {
  uninitialised: 0xffffffff,
  active: 0xfffffffe,
  full: 0xfffffffc,
  freeing: 0xfffffff8,
} as const;
export type NvsPageState = keyof typeof PAGE_STATE;

/** Version byte of a page header, by format version. */
export const VERSION_BYTE = { 1: 0xff, 2: 0xfe } as const;
export type NvsVersion = keyof typeof VERSION_BYTE;

/** Two bits of the bitmap per entry; 01 is not a state. */
export const ENTRY_STATE = { erased: 0b00, written: 0b10, empty: 0b11 } as const;

/** Fields of an entry. */
export const ENTRY_FIELD = { namespace: 0, type: 1, span: 2, chunk: 3, crc: 4, key: 8, data: 24 } as const;
export const KEY_FIELD_LENGTH = 16;
export const KEY_MAX_LENGTH = 15;

/** Type byte of an entry. */
export const TYPE_CODE = {
  u8: 0x01,
  u16: 0x02,
  u32: 0x04,
  u64: 0x08,
  i8: 0x11,
  i16: 0x12,
  i32: 0x14,
  i64: 0x18,
  float: 0x24,
  double: 0x28,
  string: 0x21,
  'blob-v1': 0x41,
  'blob-data': 0x42,
  'blob-index': 0x48,
} as const;
export type NvsTypeName = keyof typeof TYPE_CODE;

export const INTEGER_TYPES = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64'] as const;
export type NvsIntegerType = (typeof INTEGER_TYPES)[number];
const INTEGER_TYPE_NAMES: ReadonlySet<string> = new Set(INTEGER_TYPES);

/** Bytes of a floating-point value, IEEE 754; these types exist since ESP-IDF 6.1. */
export const FLOAT_LENGTH = { float: 4, double: 8 } as const;
export type NvsFloatType = keyof typeof FLOAT_LENGTH;

/** Chunk index of everything but blob data. */
export const CHUNK_ANY = 0xff;

/** First chunk of the two generations of a blob: a rewritten blob alternates between them. */
export const CHUNK_START = [0x00, 0x80] as const;

/** Maximum number of chunks that ESP-IDF's own writer gives a blob. */
export const BLOB_CHUNKS_MAX = 127;

/** Maximum length of one chunk: a whole page except the head. */
export const CHUNK_MAX_LENGTH = (ENTRIES_PER_PAGE - 1) * ENTRY_LENGTH;

/** Maximum length of a string with its NUL, and of a blob by format version. */
export const STRING_MAX_LENGTH = 4000;
export const BLOB_MAX_LENGTH = { 1: 1984, 2: BLOB_CHUNKS_MAX * CHUNK_MAX_LENGTH } as const;

/** Namespace 0 contains the names of the namespaces; 255 means "any" on the device. */
export const NAMESPACES_MAX = 254;

/** Smallest partition that can be mounted writable, and largest that we encode (the largest flash of the family). */
export const WRITABLE_MIN_LENGTH = 3 * PAGE_LENGTH;
export const PARTITION_MAX_LENGTH = 128 * 1024 * 1024;

export interface IntegerRange {
  readonly bits: number;
  readonly signed: boolean;
  readonly min: bigint;
  readonly max: bigint;
}

const INTEGER_RANGES = new Map<NvsIntegerType, IntegerRange>(
  INTEGER_TYPES.map((type) => {
    const bits = Number(type.slice(1));
    const signed = type.startsWith('i');
    const min = signed ? -(2n ** BigInt(bits - 1)) : 0n;
    return [type, { bits, signed, min, max: min + 2n ** BigInt(bits) - 1n }];
  }),
);

/** Range of an integer type. */
export function integerRange(type: NvsIntegerType): IntegerRange {
  const range = INTEGER_RANGES.get(type);
  if (range === undefined) throw new TypeError(`${type} is not an integer type`);
  return range;
}

/** Bytes of a value that is in the head itself; undefined for types with data after the head, and for a blob's index. */
export function inlineLength(type: string): number | undefined {
  if (isFloatType(type)) return FLOAT_LENGTH[type];
  return isIntegerType(type) ? integerRange(type).bits / 8 : undefined;
}

export function isIntegerType(type: string): type is NvsIntegerType {
  return INTEGER_TYPE_NAMES.has(type);
}

export function isFloatType(type: string): type is NvsFloatType {
  return Object.hasOwn(FLOAT_LENGTH, type);
}

/** Number of entries for `length` bytes of data. */
export function entriesOf(length: number): number {
  return (length + ENTRY_LENGTH - 1) >>> 5;
}

/** Byte offset in the partition of an entry. */
export function entryOffset(page: number, entry: number): number {
  return page * PAGE_LENGTH + FIRST_ENTRY_OFFSET + entry * ENTRY_LENGTH;
}
