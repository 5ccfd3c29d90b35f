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

/** Runs everything that reads an image; what is thrown must be a FactoryError. True if the image is decoded. */
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

  test('cut anywhere: whole pages decode, the rest is refused', () => {
    for (let length = 0; length <= image.length; length++) {
      expect(survives(image.subarray(0, length))).toBe(length > 0 && length % 4096 === 0);
    }
  });

  test('a flipped bit in every byte that is written: decodes, with a finding', () => {
    for (let place = 0; place < 64 + 8 * 32; place++) {
      const flipped = Uint8Array.from(image);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (place & 7));
      expect(survives(flipped)).toBe(true);
      expect({ place, findings: decodeNvs(flipped).findings.length }).not.toEqual({ place, findings: 0 });
    }
  });

  test('a flipped byte anywhere else: decodes, with a finding', () => {
    for (let place = 64 + 8 * 32; place < image.length; place += 37) {
      const flipped = Uint8Array.from(image);
      flipped[place] = (flipped[place] ?? 0) ^ 0xff;
      expect(decodeNvs(flipped).findings).not.toEqual([]);
    }
  });

  test('noise behind valid page headers', () => {
    const header = encodeNvs([], { size: 0x1000 }).image.subarray(0, 32);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4064, maxLength: 4064 }), (noise) => {
        expect(survives(Buffer.concat([header, noise]))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('keys partition, cut or with a flipped byte', () => {
    const partition = encodeKeysPartition(keys);
    for (let place = 0; place < 68; place++) {
      const flipped = Uint8Array.from(partition);
      flipped[place] = (flipped[place] ?? 0) ^ 0x10;
      expect(() => decodeKeysPartition(flipped)).toThrow('nvs.keys-crc');
      expect(() => decodeKeysPartition(partition.subarray(0, place))).toThrow('nvs.keys-length');
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
