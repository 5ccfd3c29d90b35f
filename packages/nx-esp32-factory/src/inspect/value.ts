/** Values as text for people and as JSON for programs. */
import {
  CALENDAR_TYPES,
  FACTORY_NAMESPACE,
  hex,
  type NvsValue,
  PRODUCT_COLORS,
  PRODUCT_FINISHES,
  toHex,
  utf8Length,
} from 'nvs-core';

/** Bytes; of longer blobs only the first bytes and the length are shown. */
const BLOB_SHOWN_LENGTH = 32;

const LOCATIONS = ['indoor', 'outdoor', 'indoor and outdoor'];
const ID_KEYS = new Set(['vendor-id', 'product-id', 'device-type']);

/** The length of a value in bytes, for a string without its NUL. */
export function valueLength(value: NvsValue): number {
  if (value.type === 'string') return utf8Length(value.value);
  if (value.type === 'blob') return value.value.length;
  return Number(value.type.slice(1)) / 8;
}

/** A number, text, or blob in hexadecimal; a 64-bit number as text, because JSON has no such numbers. */
export function jsonValue(value: NvsValue): string | number {
  if (value.type === 'blob') return toHex(value.value);
  return typeof value.value === 'bigint' ? String(value.value) : value.value;
}

/** One line for people, with the names of known values of the factory data. */
export function shownValue(namespace: string, key: string, value: NvsValue): string {
  if (value.type === 'string') return value.value;
  if (value.type === 'blob') return shownBytes(value.value);
  if (namespace === FACTORY_NAMESPACE && typeof value.value === 'number')
    return factoryNumber(key, value.value);
  return String(value.value);
}

/** "20 bytes: 00112233...". */
export function shownBytes(data: Uint8Array): string {
  const start = toHex(data.subarray(0, BLOB_SHOWN_LENGTH));
  if (data.length === 0) return 'empty';
  return data.length > BLOB_SHOWN_LENGTH ? `${start}… (${data.length} bytes)` : start;
}

/** The text for a hidden secret. */
export function hiddenValue(value: NvsValue): string {
  return `hidden (${valueLength(value)} bytes)`;
}

function factoryNumber(key: string, value: number): string {
  if (ID_KEYS.has(key)) return `${hex(value, 4)} (${value})`;
  if (key === 'discriminator') return `${value} (${hex(value, 3)})`;
  if (key === 'product-finish') return named(value, PRODUCT_FINISHES);
  if (key === 'product-color') return named(value, PRODUCT_COLORS);
  if (key === 'loc-capability') return named(value, LOCATIONS);
  if (key === 'cal-types') {
    const names = CALENDAR_TYPES.filter((_, bit) => ((value >>> bit) & 1) === 1);
    return names.length === 0 ? String(value) : `${names.join(', ')} (${hex(value)})`;
  }
  return String(value);
}

function named(value: number, names: readonly string[]): string {
  return names[value] === undefined ? String(value) : `${names[value]} (${value})`;
}
