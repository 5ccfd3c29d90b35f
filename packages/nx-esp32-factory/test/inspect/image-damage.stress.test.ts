/** Images with a byte changed, and images cut off anywhere. */
import { encodeKeysPartition, type NvsItem } from 'nvs-core';
import { readImage } from '../../src/inspect';
import { changed, codesOf, flashDump, KEYS, madeImages, NOW, nvsImage } from './samples';

let items: NvsItem[];
let plain: Uint8Array;
let cert: Uint8Array;

beforeAll(async () => {
  ({ items, plain, cert } = await madeImages());
});

it('handles every truncation', () => {
  const small = nvsImage(items.slice(-3), 0x3000);
  const dump = flashDump([['nvs', 1, 2, small]]).subarray(0, 0xd000);
  const cases = [
    [small, 61],
    [cert, 11],
    [encodeKeysPartition(KEYS), 13],
    [dump, 499],
  ] as const;
  for (const [bytes, step] of cases) {
    for (let length = 0; length < bytes.length; length += step) {
      codesOf(() => readImage(bytes.subarray(0, length), { at: NOW }));
    }
  }
});

it('handles a flip of each used byte', () => {
  const dump = flashDump([['nvs', 1, 2, nvsImage(items.slice(-3), 0x3000)]]);
  const cases = [
    [nvsImage(items.slice(-3), 0x3000), 0, 0x180, 1],
    [encodeKeysPartition(KEYS), 0, 0x60, 1],
    [dump, 0x8000, 0x80e0, 1],
    [plain, 0, 0x1000, 97],
    [cert, 0, 0x500, 17],
  ] as const;
  for (const [bytes, from, to, step] of cases) {
    for (let index = from; index < to; index += step) {
      const flipped = changed(bytes, (copy) => copy.fill((copy[index] ?? 0) ^ 0x41, index, index + 1));
      codesOf(() => expect(readImage(flipped, { at: NOW }).size).toBe(bytes.length));
    }
  }
});
