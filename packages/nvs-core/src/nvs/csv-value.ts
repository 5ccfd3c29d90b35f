/** The encodings of the CSV: text or the bytes of a file -> a typed value. */
import { fromBase64, fromHex, utf8 } from '../bytes/text';
import { FactoryError } from '../errors/factory-error';
import { nvsErrors } from '../errors/nvs';
import type { CsvRow } from './csv-rows';
import { parseFloatText } from './float-text';
import { BLOB_MAX_LENGTH, isFloatType, isIntegerType, type NvsIntegerType } from './layout';
import type { NvsValue } from './values';

const FILL = /^(blob_fill|blob_sz_fill)\((\d+);0x([0-9a-f]{2})\)$/;
const INTEGER =
  /^([+-]?)(\d+(?:_\d+)*|0x_?[0-9a-f]+(?:_[0-9a-f]+)*|0o_?[0-7]+(?:_[0-7]+)*|0b_?[01]+(?:_[01]+)*)$/;

/** Decimal numbers that Number() and parseInteger() read alike. */
const SMALL_INTEGER = /^-?\d{1,10}$/;

/** More digits than a 64-bit number has in any notation. */
const INTEGER_MAX_LENGTH = 200;

/** The value of a row; `value` is the text of its cell, or the bytes of its file. */
export function parseCsvValue({ key, encoding = '', where }: CsvRow, value: string | Uint8Array): NvsValue {
  const name = encoding.toLowerCase();
  // The fast path of most rows; errors are reported below.
  if (typeof value === 'string' && SMALL_INTEGER.test(value) && is32BitType(name))
    return { type: name, value: Number(value) };
  const text = () => {
    if (typeof value === 'string') return value;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
    } catch {
      throw nvsErrors.error('nvs.string-not-text', { key }, where);
    }
  };
  const bytes = () => (typeof value === 'string' ? utf8(value) : value);
  const strict = (decode: () => Uint8Array, code: 'nvs.csv-hex' | 'nvs.csv-base64') => {
    try {
      return decode();
    } catch (error) {
      throw error instanceof FactoryError ? nvsErrors.error(code, { key }, where) : error;
    }
  };

  if (isIntegerType(name)) {
    const integer = parseInteger(text());
    if (integer === undefined) throw nvsErrors.error('nvs.value-not-integer', { key, type: name }, where);
    if (name === 'u64' || name === 'i64') return { type: name, value: integer };
    return { type: name, value: Number(integer) };
  }
  if (isFloatType(name)) {
    const number = parseFloatText(text());
    if (number === undefined) throw nvsErrors.error('nvs.value-not-number', { key, type: name }, where);
    // The text of a number that is too large; infinity itself is written inf.
    if (!Number.isFinite(number) && /\d/.test(text()))
      throw nvsErrors.error('nvs.value-out-of-range', { key, type: name }, where);
    return { type: name, value: number };
  }
  if (name === 'string') return { type: 'string', value: text() };
  if (name === 'binary') return { type: 'blob', value: bytes() };
  if (name === 'hex2bin') {
    return { type: 'blob', value: strict(() => fromHex(text().trim()), 'nvs.csv-hex') };
  }
  if (name === 'base64') {
    return { type: 'blob', value: strict(() => fromBase64(text().replace(/\s+/g, '')), 'nvs.csv-base64') };
  }
  const [, form, length, padding] = FILL.exec(name) ?? [];
  if (form === undefined || length === undefined || padding === undefined) {
    throw nvsErrors.error('nvs.csv-encoding-unknown', { key, encoding: encoding.slice(0, 40) }, where);
  }
  const room = Number(length);
  const prefix = form === 'blob_sz_fill' ? 4 : 0;
  if (prefix + room > BLOB_MAX_LENGTH[2]) {
    throw nvsErrors.error('nvs.blob-too-long', { key, length: prefix + room, version: 2 }, where);
  }
  const content = bytes();
  if (content.length > room) {
    throw nvsErrors.error('nvs.csv-fill', { key, length: content.length, room }, where);
  }
  const blob = new Uint8Array(prefix + room).fill(Number.parseInt(padding, 16));
  if (prefix > 0) new DataView(blob.buffer).setUint32(0, content.length, true);
  blob.set(content, prefix);
  return { type: 'blob', value: blob };
}

function is32BitType(name: string): name is Exclude<NvsIntegerType, 'u64' | 'i64'> {
  return name !== 'u64' && name !== 'i64' && isIntegerType(name);
}

/** A number as Python's int() reads it: decimal, also with leading zeros, or with a 0x, 0o or 0b prefix. */
function parseInteger(text: string): bigint | undefined {
  const trimmed = text.trim().toLowerCase();
  const [, sign, digits] = (trimmed.length <= INTEGER_MAX_LENGTH && INTEGER.exec(trimmed)) || [];
  if (digits === undefined) return undefined;
  const value = BigInt(digits.replaceAll('_', ''));
  return sign === '-' ? -value : value;
}
