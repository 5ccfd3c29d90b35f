/** Values as text for people and as JSON for programs. */
import {
  FACTORY_FIELDS,
  FACTORY_NAMESPACE,
  formatFloat,
  inlineLength,
  type NvsFloatType,
  type NvsValue,
} from 'nvs-core';
import { toHex, utf8Length } from 'nvs-core/bytes';
import { hex } from 'nvs-core/errors';

/** Bytes; of longer blobs only the first bytes and the length are shown. */
const BLOB_SHOWN_LENGTH = 32;

/** Bytes of a value, a string without its NUL. */
export function valueLength(value: NvsValue): number {
  if (value.type === 'string') return utf8Length(value.value);
  if (value.type === 'blob') return value.value.length;
  return inlineLength(value.type) ?? 0;
}

/** A number, text, or blob in hexadecimal; as text what is no number of JSON: 64-bit integers, -0, infinities and NaN. */
export function jsonValue(value: NvsValue): string | number {
  if (value.type === 'blob') return toHex(value.value);
  if (value.type === 'float' || value.type === 'double') return jsonFloat(value.type, value.value);
  return typeof value.value === 'bigint' ? String(value.value) : value.value;
}

function jsonFloat(type: NvsFloatType, value: number): string | number {
  const text = formatFloat(type, value);
  return Number.isFinite(value) && text !== '-0' ? Number(text) : text;
}

/** One line for people, with the names of known values of the factory data. */
export function shownValue(namespace: string, key: string, value: NvsValue): string {
  if (value.type === 'string') return value.value;
  if (value.type === 'blob') return shownBytes(value.value);
  if (value.type === 'float' || value.type === 'double') return formatFloat(value.type, value.value);
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
  const { kind, hexDigits } = FACTORY_FIELDS.find((field) => field.key === key) ?? {};
  if (key === 'discriminator') return `${value} (${hex(value, 3)})`;
  if (hexDigits !== undefined) return `${hex(value, hexDigits)} (${value})`;
  if (kind === undefined || !('names' in kind)) return String(value);
  if (kind.type !== 'choices') {
    const name = kind.names?.[value];
    return name === undefined ? String(value) : `${name} (${value})`;
  }
  const names = kind.names.filter((_, bit) => ((value >>> bit) & 1) === 1);
  return names.length === 0 ? String(value) : `${names.join(', ')} (${hex(value)})`;
}
