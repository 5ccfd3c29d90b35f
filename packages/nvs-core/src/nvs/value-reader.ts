/** The value of a single entry: a number, a string, a blob of version 1. */
import { decodeData, decodeInline, type EntryHeadView } from './entry-reader';
import type { FindingLog } from './finding-log';
import { integerRange, isFloatType, isIntegerType, STRING_MAX_LENGTH } from './layout';
import type { NvsValue } from './values';

/** A written entry and its position. */
export interface NvsSlotPlace extends EntryHeadView {
  readonly page: number;
  readonly entry: number;
  readonly offset: number;
}

/** A value with its entries. */
export interface DecodedValue {
  readonly value: NvsValue;
  readonly places: readonly NvsSlotPlace[];
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value at `place`, or undefined with a finding. */
export function decodeValue(
  image: Uint8Array,
  place: NvsSlotPlace,
  log: FindingLog,
): DecodedValue | undefined {
  const { page, entry, key, type, offset } = place;
  if (isIntegerType(type)) {
    const { bits, signed } = integerRange(type);
    const raw = decodeInline(image, page, entry).getBigUint64(0, true);
    const integer = signed ? BigInt.asIntN(bits, raw) : BigInt.asUintN(bits, raw);
    const value =
      type === 'u64' || type === 'i64' ? { type, value: integer } : { type, value: Number(integer) };
    return { value, places: [place] };
  }
  if (isFloatType(type)) {
    const inline = decodeInline(image, page, entry);
    const value = type === 'float' ? inline.getFloat32(0, true) : inline.getFloat64(0, true);
    return { value: { type, value }, places: [place] };
  }
  const data = decodeData(image, page, entry);
  if (data === undefined) {
    log.add('nvs.data-crc', { page, entry, key }, { offset });
    return undefined;
  }
  if (type !== 'string') return { value: { type: 'blob', value: Uint8Array.from(data) }, places: [place] };
  if (data.indexOf(0) !== data.length - 1 || data.length > STRING_MAX_LENGTH) {
    log.add('nvs.string-unterminated', { page, entry, key, length: data.length }, { offset });
    return undefined;
  }
  try {
    return { value: { type, value: UTF8.decode(data.subarray(0, -1)) }, places: [place] };
  } catch {
    log.add('nvs.string-not-utf8', { page, entry, key }, { offset });
    return undefined;
  }
}
