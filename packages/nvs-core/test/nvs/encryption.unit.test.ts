import { createCipheriv } from 'node:crypto';
import { crc32, toHex } from '../../src/bytes';
import {
  classifyNvs,
  decodeKeysPartition,
  decryptNvs,
  deriveHmacKeys,
  encodeKeysPartition,
  encodeNvs,
  encryptNvs,
  generateHmacKey,
  generateNvsKeys,
  type NvsItem,
  wipeNvsKeys,
} from '../../src/nvs';
import { edited, sampleImage } from './image-edit';

const counting = (start: number, length = 32) =>
  Uint8Array.from({ length }, (_, index) => (start + index) & 0xff);
const keys = { encryptionKey: counting(0), tweakKey: counting(0x80) };

/** Of `generate-key --key_protect_hmac` of esp-idf-nvs-partition-gen 0.2.0, with the bytes 40..5f as HMAC key. */
const DERIVED = [
  '21be2211d05c653f2a0033bcaad3a0af8eabde1a4f9802a04060e76acccf720f',
  'ffd9b30673f2452c0e3ea69da4ba01e194d82d48d5ce682d87cf0558a39a90f6',
];

describe('an encrypted image', () => {
  test.each([0x1000, 0x3000, 0x15000])('of %d bytes is XTS, entry by entry, and nothing else', (size) => {
    const blob: NvsItem = { namespace: 'ns', key: 'big', type: 'blob', value: counting(7, (size * 3) >> 3) };
    const plain = edited(encodeNvs([blob], { size }).image, ({ state }) => {
      state(0, 1, 0b00);
      // Bits for entries that a page does not have must not hide the last ones.
      for (const entry of [124, 125, 126, 127]) state(0, entry, 0b10);
    });
    const encrypted = encryptNvs(plain, keys);
    for (let offset = 0; offset < size; offset += 32) {
      const entry = (offset % 4096) / 32 - 2;
      const page = offset - (offset % 4096);
      const state = ((plain[page + 32 + (entry >> 2)] ?? 0) >> ((entry & 3) * 2)) & 3;
      const unit = plain.subarray(offset, offset + 32);
      const wanted = entry >= 0 && state === 0b10 ? xts(unit, offset) : unit;
      expect(toHex(encrypted.subarray(offset, offset + 32))).toBe(toHex(wanted));
    }
    expect(decryptNvs(encrypted, keys)).toEqual(plain);
  });

  test('images without entries stay as they are', () => {
    for (const image of [encodeNvs([], { size: 0x3000 }).image, new Uint8Array(0x3000).fill(0xff)]) {
      expect(encryptNvs(image, keys)).toEqual(image);
      expect(decryptNvs(image, keys)).toEqual(image);
    }
  });

  test('ciphertext that starts with the type of a chunk is not taken for plain', () => {
    const fixed = { encryptionKey: new Uint8Array(32).fill(1), tweakKey: new Uint8Array(32).fill(2) };
    const item: NvsItem = { namespace: '8é', key: '0', type: 'i16', value: 0 };
    const encrypted = encryptNvs(encodeNvs([item], { size: 0x1000 }).image, fixed);
    // Known type, and a NUL at the end of the key field, by chance.
    expect([encrypted[65], encrypted[64 + 23]]).toEqual([0x42, 0]);
    expect(classifyNvs(encrypted)).toBe('encrypted');
    expect(() => decryptNvs(encrypted, fixed)).not.toThrow();
    expect(() => decryptNvs(encrypted, keys)).toThrow('nvs.keys-wrong');
  });

  test('the input is left alone, also where it is a part of a larger buffer', () => {
    const image = sampleImage();
    const within = Buffer.concat([Buffer.alloc(3), image]).subarray(3);
    expect(encryptNvs(within, keys)).toEqual(encryptNvs(image, keys));
    expect(new Uint8Array(within)).toEqual(image);
  });
});

describe('keys', () => {
  test('a keys partition: 64 bytes, their CRC, 0xFF', () => {
    const partition = encodeKeysPartition(keys);
    const both = Buffer.concat([keys.encryptionKey, keys.tweakKey]);
    expect(Buffer.from(partition.subarray(0, 64))).toEqual(both);
    expect(new DataView(partition.buffer).getUint32(64, true)).toBe(crc32(both));
    expect(partition.subarray(68).every((byte) => byte === 0xff)).toBe(true);
    expect(partition).toHaveLength(4096);
    expect(decodeKeysPartition(partition)).toEqual(keys);
    expect(decodeKeysPartition(Buffer.from(partition.subarray(0, 68)))).toEqual(keys);
  });

  test('are drawn from the generator that is given', () => {
    let drawn = 0;
    const random = (length: number) => counting(drawn++, length);
    expect(generateNvsKeys(random)).toEqual({ encryptionKey: counting(0), tweakKey: counting(1) });
    expect(generateHmacKey(random)).toEqual(counting(2));
    expect(() => generateNvsKeys((length) => new Uint8Array(length))).toThrow('nvs.keys-equal');
    expect(generateNvsKeys()).not.toEqual(generateNvsKeys());
  });

  test('are derived from an HMAC key with the seeds of ESP-IDF', () => {
    const derived = deriveHmacKeys(counting(0x40));
    expect([toHex(derived.encryptionKey), toHex(derived.tweakKey)]).toEqual(DERIVED);
  });

  test('can be wiped', () => {
    const copy = decodeKeysPartition(encodeKeysPartition(keys));
    wipeNvsKeys(copy);
    expect(copy).toEqual({ encryptionKey: new Uint8Array(32), tweakKey: new Uint8Array(32) });
  });
});

function xts(unit: Uint8Array, offset: number): Uint8Array {
  const tweak = Buffer.alloc(16);
  tweak.writeUInt32LE(offset);
  return createCipheriv('aes-256-xts', Buffer.concat([keys.encryptionKey, keys.tweakKey]), tweak).update(
    unit,
  );
}
