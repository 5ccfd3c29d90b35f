/**
 * Flash encryption of every chip but the ESP32: XTS-AES (IEEE 1619-2007, 5) with Espressif's addressing.
 *
 * A data unit is 128 bytes of flash, its tweak the flash address of the unit as a little-endian number. The hardware
 * reads the bytes of a unit in reverse order, so that its last 16 bytes are the first XTS block.
 * Source: ESP-IDF, docs/en/security/flash-encryption.rst; measured against espsecure of esptool 4.12.0 and 5.6.0.
 */

import { aesEcb } from '../crypto/aes';

const BLOCK_LENGTH = 16;
const UNIT_LENGTH = 128;
const BLOCKS_PER_UNIT = UNIT_LENGTH / BLOCK_LENGTH;

/**
 * `data` encrypted or decrypted; its length and flash address are multiples of 16, `key` is the data key and the tweak
 * key, 16 or 32 bytes each. Takes two native calls for any length: all tweaks, then all blocks.
 */
export function xtsFlash(
  key: Uint8Array,
  address: number,
  data: Uint8Array,
  direction: 'encrypt' | 'decrypt',
): Uint8Array {
  const dataKey = key.subarray(0, key.length / 2);
  const tweakKey = key.subarray(key.length / 2);
  const start = address % UNIT_LENGTH;
  const masks = unitMasks(tweakKey, address - start, Math.ceil((start + data.length) / UNIT_LENGTH));

  const masked = new Uint8Array(data.length);
  for (let position = 0; position < data.length; position++) {
    masked[position] = at(data, mirror(position)) ^ at(masks, maskAt(start, position));
  }
  const ciphered = aesEcb(dataKey, masked, direction);
  const output = new Uint8Array(data.length);
  for (let position = 0; position < data.length; position++) {
    output[mirror(position)] = at(ciphered, position) ^ at(masks, maskAt(start, position));
  }
  masked.fill(0);
  return output;
}

/** The XTS masks of `units` data units, eight blocks each: the encrypted tweak times 1, 2, 4, ... in GF(2^128). */
function unitMasks(tweakKey: Uint8Array, firstUnit: number, units: number): Uint8Array {
  const tweaks = new Uint8Array(units * BLOCK_LENGTH);
  const view = new DataView(tweaks.buffer);
  for (let unit = 0; unit < units; unit++) {
    view.setUint32(unit * BLOCK_LENGTH, firstUnit + unit * UNIT_LENGTH, true);
  }
  const encrypted = aesEcb(tweakKey, tweaks, 'encrypt');
  const masks = new Uint8Array(units * UNIT_LENGTH);
  for (let unit = 0; unit < units; unit++) {
    masks.set(encrypted.subarray(unit * BLOCK_LENGTH, (unit + 1) * BLOCK_LENGTH), unit * UNIT_LENGTH);
    for (let block = 1; block < BLOCKS_PER_UNIT; block++) {
      double(masks, unit * UNIT_LENGTH + (block - 1) * BLOCK_LENGTH);
    }
  }
  return masks;
}

/** Writes twice the little-endian element at `from` into the block after it. */
function double(masks: Uint8Array, from: number): void {
  let carry = 0;
  for (let index = from; index < from + BLOCK_LENGTH; index++) {
    const byte = at(masks, index);
    masks[index + BLOCK_LENGTH] = (byte << 1) | carry;
    carry = byte >> 7;
  }
  // x^128 = x^7 + x^2 + x + 1
  if (carry === 1) masks[from + BLOCK_LENGTH] = at(masks, from + BLOCK_LENGTH) ^ 0x87;
}

/** The position of a byte after its 16-byte block is reversed. */
function mirror(position: number): number {
  return position ^ (BLOCK_LENGTH - 1);
}

/** The index of the mask of a byte: blocks count backwards inside their unit. */
function maskAt(start: number, position: number): number {
  return (start + position) ^ (UNIT_LENGTH - BLOCK_LENGTH);
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
