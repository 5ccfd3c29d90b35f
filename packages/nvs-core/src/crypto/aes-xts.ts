/**
 * AES-256-XTS over many small data units at once: IEEE Std 1619-2018, section 5; NIST SP 800-38E.
 *
 * A cipher object a unit is slow. XTS of a block is AES-ECB between two XORs with the block's tweak, and the first
 * tweak of a unit is AES-ECB of its number, so all units together take two bulk ECB passes.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

const BLOCK_LENGTH = 16;

export interface XtsKeys {
  /** 32 bytes, for the data. */
  readonly encryptionKey: Uint8Array;
  /** 32 bytes, for the tweaks. */
  readonly tweakKey: Uint8Array;
}

/** Transforms whole units that lie one after another; `numbers` has the data unit number of each. */
export type XtsTransform = (units: Uint8Array, numbers: Uint32Array) => Uint8Array;

/** AES-256-XTS with 32-byte keys for data units of `unitLength` bytes, a multiple of 16. */
export function createXts(direction: 'encrypt' | 'decrypt', keys: XtsKeys, unitLength: number): XtsTransform {
  const tweakCipher = createCipheriv('aes-256-ecb', keys.tweakKey, null).setAutoPadding(false);
  const dataCipher =
    direction === 'encrypt'
      ? createCipheriv('aes-256-ecb', keys.encryptionKey, null).setAutoPadding(false)
      : createDecipheriv('aes-256-ecb', keys.encryptionKey, null).setAutoPadding(false);
  return (units, numbers) => {
    const tweaks = spreadTweaks(tweakCipher.update(numberBlocks(numbers)), unitLength);
    const whitened = new Uint8Array(units.length);
    xor(whitened, units, tweaks);
    const output = dataCipher.update(whitened);
    xor(output, output, tweaks);
    return output;
  };
}

/** Each data unit number as a 16-byte little-endian block. */
function numberBlocks(numbers: Uint32Array): Uint8Array {
  const blocks = new DataView(new ArrayBuffer(numbers.length * BLOCK_LENGTH));
  for (let unit = 0; unit < numbers.length; unit++) {
    blocks.setUint32(unit * BLOCK_LENGTH, numbers[unit] ?? 0, true);
  }
  return new Uint8Array(blocks.buffer);
}

/** The tweak of every block: the unit's first, then each the one before times x in GF(2^128), modulus 0x87. */
function spreadTweaks(first: Uint8Array, unitLength: number): Uint8Array {
  const source = viewOf(first);
  const tweaks = new DataView(new ArrayBuffer((first.length / BLOCK_LENGTH) * unitLength));
  for (let from = 0, to = 0; from < first.length; from += BLOCK_LENGTH) {
    let a = source.getUint32(from, true);
    let b = source.getUint32(from + 4, true);
    let c = source.getUint32(from + 8, true);
    let d = source.getUint32(from + 12, true);
    for (const end = to + unitLength; to < end; to += BLOCK_LENGTH) {
      tweaks.setUint32(to, a, true);
      tweaks.setUint32(to + 4, b, true);
      tweaks.setUint32(to + 8, c, true);
      tweaks.setUint32(to + 12, d, true);
      const carry = d >>> 31;
      d = (d << 1) | (c >>> 31);
      c = (c << 1) | (b >>> 31);
      b = (b << 1) | (a >>> 31);
      a = (a << 1) ^ (carry * 0x87);
    }
  }
  return new Uint8Array(tweaks.buffer);
}

/** target = a XOR b, lengths a multiple of four. */
function xor(target: Uint8Array, a: Uint8Array, b: Uint8Array): void {
  const to = viewOf(target);
  const left = viewOf(a);
  const right = viewOf(b);
  for (let offset = 0; offset < target.length; offset += 4) {
    to.setInt32(offset, left.getInt32(offset) ^ right.getInt32(offset));
  }
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
