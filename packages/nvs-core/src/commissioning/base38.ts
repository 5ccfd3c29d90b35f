/** Base38: Matter Core Specification, section 5.1.3.1. Little-endian groups of three bytes in five characters. */
import { commissioningErrors } from '../errors/commissioning';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.';
const GROUP_BYTES = 3;
const GROUP_CHARACTERS = 5;

/** Characters of a group of 0 to 3 bytes. */
const CHARACTERS_OF: readonly number[] = [0, 2, 4, 5];

/** Bytes as Base38 text. */
export function encodeBase38(data: Uint8Array): string {
  let text = '';
  for (let at = 0; at < data.length; at += GROUP_BYTES) {
    const group = data.subarray(at, at + GROUP_BYTES);
    let value = group.reduceRight((sum, byte) => sum * 256 + byte, 0);
    for (let count = CHARACTERS_OF[group.length] ?? 0; count > 0; count--) {
      text += ALPHABET[value % ALPHABET.length];
      value = Math.floor(value / ALPHABET.length);
    }
  }
  return text;
}

/**
 * Bytes of Base38 text (from character `start` on), strict: upper case only, whole groups, no group larger than its
 * bytes can hold.
 * Errors: commissioning.base38-character, .base38-length, .base38-overflow.
 */
export function decodeBase38(text: string, start = 0): Uint8Array {
  const digits = Array.from(text.slice(start), (character) => ALPHABET.indexOf(character));
  const stray = digits.indexOf(-1);
  if (stray !== -1)
    throw commissioningErrors.error('commissioning.base38-character', { position: start + stray });

  const data: number[] = [];
  for (let at = 0; at < digits.length; at += GROUP_CHARACTERS) {
    const group = digits.slice(at, at + GROUP_CHARACTERS);
    const bytes = CHARACTERS_OF.indexOf(group.length);
    if (bytes === -1)
      throw commissioningErrors.error('commissioning.base38-length', { length: digits.length });
    let value = group.reduceRight((sum, digit) => sum * ALPHABET.length + digit, 0);
    if (value >= 256 ** bytes)
      throw commissioningErrors.error('commissioning.base38-overflow', { position: start + at });
    for (let count = 0; count < bytes; count++) {
      data.push(value % 256);
      value = Math.floor(value / 256);
    }
  }
  return Uint8Array.from(data);
}
