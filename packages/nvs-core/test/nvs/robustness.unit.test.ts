import fc from 'fast-check';
import { FactoryError } from '../../src/errors';
import {
  classifyNvs,
  decodeKeysPartition,
  decodeNvs,
  decryptNvs,
  encodeKeysPartition,
  encodeNvs,
  encryptNvs,
  formatNvsCsv,
  type NvsItem,
  parseNvsCsv,
  toNvsItems,
} from '../../src/nvs';
import { sampleImage } from './image-edit';

const keys = { encryptionKey: new Uint8Array(32).fill(1), tweakKey: new Uint8Array(32).fill(2) };

/** Runs every function that reads an image; they may only throw FactoryErrors. True if the image is decoded. */
function survives(image: Uint8Array): boolean {
  const acts = [
    () => formatNvsCsv(toNvsItems(decodeNvs(image))),
    () => classifyNvs(image),
    () => encryptNvs(image, keys),
    () => decryptNvs(image, keys),
  ];
  const thrown = acts.map((act) => {
    try {
      act();
      return undefined;
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      return error.code;
    }
  });
  return thrown[0] === undefined;
}

describe('damaged images', () => {
  const image = sampleImage();

  test('truncated at every length: whole pages decode, the rest is rejected', () => {
    const lengths = Array.from({ length: image.length + 1 }, (_, length) => length);
    const decoded = lengths.filter((length) => survives(image.subarray(0, length)));
    expect(decoded).toEqual(lengths.filter((length) => length > 0 && length % 4096 === 0));
  });

  test('a flipped bit in every written byte: decodes, with a finding', () => {
    for (let offset = 0; offset < 64 + 8 * 32; offset++) {
      const flipped = Uint8Array.from(image);
      flipped[offset] = (flipped[offset] ?? 0) ^ (1 << (offset & 7));
      expect(survives(flipped)).toBe(true);
      expect({ offset, findings: decodeNvs(flipped).findings.length }).not.toEqual({ offset, findings: 0 });
    }
  });

  test('a flipped byte anywhere else: decodes, with a finding', () => {
    for (let offset = 64 + 8 * 32; offset < image.length; offset += 37) {
      const flipped = Uint8Array.from(image);
      flipped[offset] = (flipped[offset] ?? 0) ^ 0xff;
      expect(decodeNvs(flipped).findings).not.toEqual([]);
    }
  });

  test('noise after valid page headers', () => {
    const header = encodeNvs([], { size: 0x1000 }).image.subarray(0, 32);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4064, maxLength: 4064 }), (noise) => {
        expect(survives(Buffer.concat([header, noise]))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('keys partition, truncated or with a flipped byte', () => {
    const partition = encodeKeysPartition(keys);
    for (let offset = 0; offset < 68; offset++) {
      const flipped = Uint8Array.from(partition);
      flipped[offset] = (flipped[offset] ?? 0) ^ 0x10;
      expect(() => decodeKeysPartition(flipped)).toThrow('nvs.keys-crc');
      expect(() => decodeKeysPartition(partition.subarray(0, offset))).toThrow('nvs.keys-length');
    }
  });
});

describe('round trips', () => {
  const name = fc.stringMatching(/^[a-z0-9é]{1,7}$/);
  const value = fc.oneof(
    fc.record({ type: fc.constant('u32' as const), value: fc.nat() }),
    fc.record({ type: fc.constant('i16' as const), value: fc.integer({ min: -0x8000, max: 0x7fff }) }),
    fc.record({ type: fc.constant('u64' as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
    fc.record({ type: fc.constant('string' as const), value: fc.stringMatching(/^[ -~\n🚀é]{0,200}$/u) }),
    fc.record({ type: fc.constant('blob' as const), value: fc.uint8Array({ maxLength: 5000, size: 'max' }) }),
  );
  const items = fc.uniqueArray(
    fc.tuple(name, name, value).map(([namespace, key, typed]): NvsItem => ({ namespace, key, ...typed })),
    { selector: (item) => (item.type === 'namespace' ? '' : `${item.namespace} ${item.key}`), maxLength: 12 },
  );

  test('items -> image -> the same items -> CSV -> the same image', () => {
    fc.assert(
      fc.property(items, (given) => {
        const options = { size: 0x20000 };
        const { image } = encodeNvs(given, options);
        const decoded = decodeNvs(decryptNvs(encryptNvs(image, keys), keys));
        expect(decoded.findings).toEqual([]);
        const read = decoded.entries.map(({ namespace, key, type, value }) => ({
          namespace,
          key,
          type,
          value,
        }));
        expect(read).toEqual(given);
        const again = encodeNvs(parseNvsCsv(formatNvsCsv(toNvsItems(decoded))), options).image;
        expect(Buffer.compare(again, image)).toBe(0);
      }),
      { numRuns: 25 },
    );
  });
});
