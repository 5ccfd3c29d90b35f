/**
 * AES-256-XTS over many small data units at once: IEEE Std 1619-2018, section 5; NIST SP 800-38E.
 *
 * A cipher object a unit is slow. XTS of a block is AES-ECB between two XORs with the block's tweak, and the first
 * tweak of a unit is AES-ECB of its number, so all units together take two bulk ECB passes.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

const BLOCK_LENGTH = 16;
const WORD_LENGTH = 4;
const BLOCK_WORDS = BLOCK_LENGTH / WORD_LENGTH;
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

export interface XtsKeys {
  /** 32 bytes, for the data. */
  readonly encryptionKey: Uint8Array;
  /** 32 bytes, for the tweaks. */
  readonly tweakKey: Uint8Array;
}

/**
 * Transforms whole data units that lie one after another from byte `offset` of their volume on; a unit's number is its
 * own byte offset. The answer is overwritten by the next call.
 */
export type XtsTransform = (units: Uint8Array, offset: number) => Uint8Array;

/** AES-256-XTS with 32-byte keys for data units of `unitLength` bytes (a multiple of 16), `mostUnits` of them a call. */
export function createXts(
  direction: 'encrypt' | 'decrypt',
  keys: XtsKeys,
  unitLength: number,
  mostUnits: number,
): XtsTransform {
  const tweakCipher = createCipheriv('aes-256-ecb', keys.tweakKey, null).setAutoPadding(false);
  const dataCipher =
    direction === 'encrypt'
      ? createCipheriv('aes-256-ecb', keys.encryptionKey, null).setAutoPadding(false)
      : createDecipheriv('aes-256-ecb', keys.encryptionKey, null).setAutoPadding(false);
  const numbers = new Uint8Array(mostUnits * BLOCK_LENGTH);
  const mask = Buffer.alloc(mostUnits * unitLength);
  const blocks = Buffer.alloc(mostUnits * unitLength);
  return (units, offset) => {
    const { length } = units;
    const numbersLength = (length / unitLength) * BLOCK_LENGTH;
    writeNumbers(numbers, numbersLength, offset, unitLength);
    mask.set(tweakCipher.update(numbers.subarray(0, numbersLength)));
    spreadTweaks(mask, numbersLength, unitLength);
    blocks.set(units);
    xor(blocks, mask, length);
    blocks.set(dataCipher.update(blocks.subarray(0, length)));
    xor(blocks, mask, length);
    return blocks.subarray(0, length);
  };
}

/** The data unit numbers as 16-byte little-endian blocks. */
function writeNumbers(
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
 * Makes the tweak of each block of the tweaks of the units, `length` bytes at the start of `mask`: the unit's own, then
 * each the one before times x in GF(2^128), modulo x^128 + x^7 + x^2 + x + 1.
 */
function spreadTweaks(mask: Buffer<ArrayBuffer>, length: number, unitLength: number): void {
  if (!LITTLE_ENDIAN) mask.swap32();
  const words = new Int32Array(mask.buffer);
  const unitWords = unitLength / WORD_LENGTH;
  // From the end, so that no tweak is overwritten before it is read.
  let at = (length / BLOCK_LENGTH) * unitWords;
  for (let tweak = length / WORD_LENGTH - BLOCK_WORDS; tweak >= 0; tweak -= BLOCK_WORDS) {
    let a = words[tweak] ?? 0;
    let b = words[tweak + 1] ?? 0;
    let c = words[tweak + 2] ?? 0;
    let d = words[tweak + 3] ?? 0;
    at -= unitWords;
    for (let to = at; to < at + unitWords; to += BLOCK_WORDS) {
      words[to] = a;
      words[to + 1] = b;
      words[to + 2] = c;
      words[to + 3] = d;
      const carry = d >> 31;
      d = (d << 1) | (c >>> 31);
      c = (c << 1) | (b >>> 31);
      b = (b << 1) | (a >>> 31);
      a = (a << 1) ^ (carry & 0x87);
    }
  }
  if (!LITTLE_ENDIAN) mask.swap32();
}

/** blocks ^= mask, four words a time: it is one of the two loops over every byte. */
function xor(blocks: Buffer<ArrayBuffer>, mask: Buffer<ArrayBuffer>, length: number): void {
  const to = new Int32Array(blocks.buffer, 0, length / WORD_LENGTH);
  const by = new Int32Array(mask.buffer, 0, length / WORD_LENGTH);
  for (let at = 0; at < to.length; at += BLOCK_WORDS) {
    to[at] = (to[at] ?? 0) ^ (by[at] ?? 0);
    to[at + 1] = (to[at + 1] ?? 0) ^ (by[at + 1] ?? 0);
    to[at + 2] = (to[at + 2] ?? 0) ^ (by[at + 2] ?? 0);
    to[at + 3] = (to[at + 3] ?? 0) ^ (by[at + 3] ?? 0);
  }
}
