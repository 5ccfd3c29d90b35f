import fc from 'fast-check';
import { encodeNvs, FactoryError, type NvsItem, parseNvsCsv } from 'nvs-core';
import { imageCsv, readImage } from '../../src/inspect';
import { credentials, matterItems, nvsImage } from './samples';

/** The same as "nvs generate" with the CSV. */
function generate({ text, size, version }: ReturnType<typeof imageCsv>): Uint8Array {
  return encodeNvs(parseNvsCsv(text), { size, version }).image;
}

const name = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019-_/ ,"#é'), minLength: 1, maxLength: 6 })
  .filter((text) => text.trim() === text);
const value = fc.oneof(
  fc.record({ type: fc.constant('u8' as const), value: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ type: fc.constant('i32' as const), value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }),
  fc.record({ type: fc.constant('u64' as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  fc.record({
    type: fc.constant('string' as const),
    value: fc.string({ unit: fc.constantFrom(...'ab ,"\n#\t;é'), maxLength: 200 }),
  }),
  fc.record({ type: fc.constant('blob' as const), value: fc.uint8Array({ maxLength: 1900 }) }),
);
const items = fc.uniqueArray(fc.tuple(fc.constantFrom('one', 'two', 'three'), name, value), {
  selector: ([namespace, key]) => `${namespace} ${key}`,
  maxLength: 30,
});

it('makes a CSV that gives the identical image, for any image of a generator', () => {
  let identical = 0;
  fc.assert(
    fc.property(items, fc.constantFrom(1 as const, 2 as const), (rows, version) => {
      const list = rows.map(([namespace, key, typed]) => ({ namespace, key, ...typed }) as NvsItem);
      let image: Uint8Array;
      try {
        image = nvsImage(list, 0x10000, version);
      } catch (error) {
        // Two keys with the same hash, which the generator rejects.
        if (error instanceof FactoryError) return;
        throw error;
      }
      const csv = imageCsv(readImage(image));
      expect(csv.findings).toEqual([]);
      // Without entries, nothing depends on the version.
      expect(Buffer.compare(generate(csv), image)).toBe(0);
      identical++;
    }),
    { numRuns: 150 },
  );
  expect(identical).toBeGreaterThan(100);
});

it('gives the identical image for a Matter device, blobs over several pages, and one page', async () => {
  const matter = matterItems(await credentials());
  const large: NvsItem = {
    namespace: 'big',
    key: 'blob',
    type: 'blob',
    value: new Uint8Array(12_000).fill(5),
  };
  for (const image of [
    nvsImage(matter),
    nvsImage([...matter, large]),
    nvsImage(matter.slice(-3), 0x1000),
    nvsImage([]),
  ]) {
    const csv = imageCsv(readImage(image));
    expect(csv.findings).toEqual([]);
    expect(Buffer.compare(generate(csv), image)).toBe(0);
  }
});

it('warns if the image would differ', () => {
  const image = nvsImage([
    { namespace: 'n', key: 'a', type: 'u8', value: 1 },
    { namespace: 'n', key: 'b', type: 'u8', value: 2 },
  ]);
  // The device erased the key "a".
  const erased = Uint8Array.from(image);
  erased[32] = (erased[32] ?? 0) & ~0x0c;
  const { findings, text } = imageCsv(readImage(erased));
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
    ['inspect.csv-not-identical', 'warning'],
  ]);
  expect(text).toBe('key,type,encoding,value\nn,namespace,,\nb,data,u8,2\n');
});
