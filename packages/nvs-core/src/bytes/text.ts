import { bytesErrors } from '../errors/bytes';

const HEX = /^[0-9a-fA-F]*$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Bytes as lower-case hexadecimal digits. */
export function toHex(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
}

/**
 * Bytes of hexadecimal text in either case; `what` names the value in errors.
 * Errors: bytes.hex-invalid, bytes.hex-odd.
 */
export function fromHex(text: string, what = 'value'): Uint8Array {
  if (!HEX.test(text))
    throw bytesErrors.error('bytes.hex-invalid', { what, position: text.search(/[^0-9a-fA-F]/) });
  if (text.length % 2 !== 0) throw bytesErrors.error('bytes.hex-odd', { what, digits: text.length });
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** Bytes as padded base64 (RFC 4648, section 4). */
export function toBase64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}

/**
 * Bytes of padded base64 (RFC 4648, section 4), strict: no white space, exact padding, no stray bits.
 * Errors: bytes.base64-invalid.
 */
export function fromBase64(text: string, what = 'value'): Uint8Array {
  const fail = (reason: string) => bytesErrors.error('bytes.base64-invalid', { what, reason });
  const data = Buffer.from(text, 'base64');
  // Only strict base64 encodes back to itself; checking each character first would take ten times as long.
  if (data.toString('base64') === text) return new Uint8Array(data);
  if (!BASE64.test(text)) throw fail('it has a character outside the alphabet');
  if (text.length % 4 !== 0) throw fail(`its length ${text.length} is not a multiple of four`);
  throw fail('its last character has bits that belong to no byte');
}

/** UTF-8 bytes of a string. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Up to this length a loop is faster than a call into Node. */
const SHORT_LENGTH = 32;

/** Length of a string in UTF-8 bytes, the unit of every limit on the device. */
export function utf8Length(text: string): number {
  if (text.length <= SHORT_LENGTH && isAscii(text)) return text.length;
  return Buffer.byteLength(text, 'utf8');
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}
