/**
 * Flash encryption of the ESP32: AES-256 on each 16-byte block, inverted (encrypting flash is AES decryption), with the
 * bytes of a block reversed and a separate key for every 32 bytes of flash: the flash encryption key XORed with bits
 * 23 to 5 of the address.
 * Source: ESP-IDF, docs/en/security/flash-encryption.rst, "Flash Encryption Algorithm"; measured against espsecure of
 * esptool 4.12.0 and 5.6.0.
 */

import { aesEcb } from '../crypto/aes';

const BLOCK_LENGTH = 16;
const KEYED_LENGTH = 32;
const KEY_BITS = 256;
const HIGHEST_BIT = 23;
const LOWEST_BIT = 5;
const ADDRESS_BITS = HIGHEST_BIT - LOWEST_BIT + 1;

/** Key bits that each bit of FLASH_CRYPT_CONFIG tweaks, from the most significant bit of the first key byte on. */
const RANGE_LENGTHS = [67, 65, 63, 61];

/** One past the highest flash address that the tweak distinguishes. */
export const ESP32_FLASH_LIMIT = 2 ** (HIGHEST_BIT + 1);

/** `data` encrypted or decrypted with a 32-byte key; its length and address are multiples of 16. */
export function esp32Flash(
  key: Uint8Array,
  address: number,
  data: Uint8Array,
  flashCryptConf: number,
  direction: 'encrypt' | 'decrypt',
): Uint8Array {
  const masks = keyMasks(flashCryptConf);
  const blockKey = Uint8Array.from(key);
  const output = new Uint8Array(data.length);
  let tweak = 0;
  let position = 0;
  try {
    while (position < data.length) {
      const keyedAddress = Math.floor((address + position) / KEYED_LENGTH);
      // few address bits change from one 32-byte block to the next
      applyMasks(blockKey, masks, tweak ^ keyedAddress);
      tweak = keyedAddress;
      const end = Math.min((keyedAddress + 1) * KEYED_LENGTH - address, data.length);
      const reversed = reverseBlocks(data.subarray(position, end));
      const ciphered = aesEcb(blockKey, reversed, direction === 'encrypt' ? 'decrypt' : 'encrypt');
      reversed.fill(0);
      output.set(reverseBlocks(ciphered), position);
      position = end;
    }
  } finally {
    blockKey.fill(0);
  }
  return output;
}

/** For each address bit from 5 on, the key bits that it flips, as 32 bytes. */
function keyMasks(flashCryptConf: number): Uint8Array[] {
  const masks = Array.from({ length: ADDRESS_BITS }, () => new Uint8Array(KEY_BITS / 8));
  let keyBit = 0;
  for (const [range, length] of RANGE_LENGTHS.entries()) {
    for (let index = 0; index < length; index++, keyBit++) {
      if (((flashCryptConf >> range) & 1) === 0) continue;
      const mask = masks[addressBit(index, length) - LOWEST_BIT];
      const byte = keyBit >> 3;
      if (mask !== undefined) mask[byte] = (mask[byte] ?? 0) | (0x80 >> (keyBit & 7));
    }
  }
  return masks;
}

/** The address bit that tweaks key bit `index` of a range: three times 23 down to 5, then the rest, down to 5. */
function addressBit(index: number, length: number): number {
  return index < 3 * ADDRESS_BITS ? HIGHEST_BIT - (index % ADDRESS_BITS) : LOWEST_BIT + length - 1 - index;
}

function applyMasks(key: Uint8Array, masks: readonly Uint8Array[], changedBits: number): void {
  for (const [bit, mask] of masks.entries()) {
    if (((changedBits >> bit) & 1) === 0) continue;
    for (const [index, byte] of mask.entries()) key[index] = (key[index] ?? 0) ^ byte;
  }
}

function reverseBlocks(data: Uint8Array): Uint8Array {
  return data.map((_, index) => data[index ^ (BLOCK_LENGTH - 1)] ?? 0);
}
