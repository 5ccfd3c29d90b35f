/**
 * AES-256-XTS over many small data units at once: IEEE Std 1619-2018, section 5; NIST SP 800-38E.
 *
 * One cipher object per unit is slow. XTS of a block is AES-ECB between two XORs with the block's tweak, and the first
 * tweak of a unit is AES-ECB of its number, so two bulk ECB passes encrypt all units.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

const BLOCK_LENGTH = 16;
const WORD_LENGTH = 4;
const BLOCK_WORDS = BLOCK_LENGTH / WORD_LENGTH;
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Transforms consecutive whole data units that start at byte `offset` of their volume; a unit's number is its byte
 * offset. The next call overwrites the result.
 */
export type XtsTransform = (units: Uint8Array, offset: number) => Uint8Array;

/** AES-256-XTS with 32-byte keys for data units of `unitLength` bytes (a multiple of 16), up to `maxUnits` per call. */
export function createXts(
  direction: 'encrypt' | 'decrypt',
  { encryptionKey, tweakKey }: { readonly encryptionKey: Uint8Array; readonly tweakKey: Uint8Array },
  unitLength: number,
  maxUnits: number,
): XtsTransform {
  const tweakCipher = createCipheriv('aes-256-ecb', tweakKey, null).setAutoPadding(false);
  const dataCipher =
    direction === 'encrypt'
      ? createCipheriv('aes-256-ecb', encryptionKey, null).setAutoPadding(false)
      : createDecipheriv('aes-256-ecb', encryptionKey, null).setAutoPadding(false);
  const numbers = new Uint8Array(maxUnits * BLOCK_LENGTH);
  const blocks = Buffer.alloc(maxUnits * unitLength);
  const target = new Int32Array(blocks.buffer);
  const whiten = (source: Uint8Array, tweaks: Int32Array) => {
    xorTweaks(target, wordsOf(source), tweaks, unitLength / WORD_LENGTH);
    if (!LITTLE_ENDIAN) blocks.swap32();
    return blocks.subarray(0, source.length);
  };
  return (units, offset) => {
    const length = (units.length / unitLength) * BLOCK_LENGTH;
    encodeNumbers(numbers, length, offset, unitLength);
    const tweaks = wordsOf(tweakCipher.update(numbers.subarray(0, length)));
    return whiten(dataCipher.update(whiten(units, tweaks)), tweaks);
  };
}

/** The data unit numbers as 16-byte little-endian blocks. */
function encodeNumbers(
  numbers: Uint8Array<ArrayBuffer>,
  length: number,
  offset: number,
  unitLength: number,
): void {
  const view = new DataView(numbers.buffer, 0, length);
  for (let at = 0, number = offset; at < length; at += BLOCK_LENGTH, number += unitLength) {
    view.setUint32(at, number, true);
  }
}

/**
 * XORs each block of `source` with its tweak: that of the unit, then each the previous one times x in GF(2^128), modulo
 * x^128 + x^7 + x^2 + x + 1. Computing the tweaks twice is faster than storing them.
 */
function xorTweaks(target: Int32Array, source: Int32Array, tweaks: Int32Array, unitWords: number): void {
  for (let tweak = 0, at = 0; tweak < tweaks.length; tweak += BLOCK_WORDS) {
    let a = tweaks[tweak] ?? 0;
    let b = tweaks[tweak + 1] ?? 0;
    let c = tweaks[tweak + 2] ?? 0;
    let d = tweaks[tweak + 3] ?? 0;
    for (const end = at + unitWords; at < end; at += BLOCK_WORDS) {
      target[at] = (source[at] ?? 0) ^ a;
      target[at + 1] = (source[at + 1] ?? 0) ^ b;
      target[at + 2] = (source[at + 2] ?? 0) ^ c;
      target[at + 3] = (source[at + 3] ?? 0) ^ d;
      const carry = d >> 31;
      d = (d << 1) | (c >>> 31);
      c = (c << 1) | (b >>> 31);
      b = (b << 1) | (a >>> 31);
      a = (a << 1) ^ (carry & 0x87);
    }
  }
}

/** Bytes as little-endian words, without a copy if the machine can read them in place. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const inPlace = LITTLE_ENDIAN && bytes.byteOffset % WORD_LENGTH === 0;
  const source = inPlace ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  if (!LITTLE_ENDIAN && source instanceof Buffer) source.swap32();
  return new Int32Array(source.buffer, source.byteOffset, source.length / WORD_LENGTH);
}
