import fc from 'fast-check';
import { toHex } from '../../src/bytes/text';
import {
  decodeNvs,
  encodeNvs,
  formatFloat,
  formatNvsCsv,
  type NvsFloatType,
  type NvsItem,
  parseNvsCsv,
  toNvsItems,
} from '../../src/nvs';

const items = (type: NvsFloatType, value: number): NvsItem[] => [
  { type: 'namespace', namespace: 'ns' },
  { namespace: 'ns', key: 'k', type, value },
];
const imageOf = (type: NvsFloatType, value: number) => encodeNvs(items(type, value), { size: 0x3000 }).image;
const head = (image: Uint8Array) => image.subarray(64 + 32, 64 + 64);

describe('the bits on flash', () => {
  const rows: readonly (readonly [NvsFloatType, number, string])[] = [
    ['float', 1.25, '0000a03fffffffff'],
    ['float', 0.1, 'cdcccc3dffffffff'],
    ['float', -0, '00000080ffffffff'],
    ['float', Number.NaN, '0000c07fffffffff'],
    ['float', Number.NEGATIVE_INFINITY, '000080ffffffffff'],
    ['float', 2 ** -149, '01000000ffffffff'],
    ['double', 1.25, '000000000000f43f'],
    ['double', Number.NaN, '000000000000f87f'],
    ['double', Number.POSITIVE_INFINITY, '000000000000f07f'],
  ];
  test.each(rows)('%s %d', (type, value, bits) => {
    const image = imageOf(type, value);
    expect(toHex(head(image).subarray(24))).toBe(bits);
    expect([head(image)[1], head(image)[2]]).toEqual([type === 'float' ? 0x24 : 0x28, 1]);
    const { entries, findings } = decodeNvs(image);
    expect(findings).toEqual([]);
    expect(entries[0]).toMatchObject({ type, value: type === 'float' ? Math.fround(value) : value });
  });

  test('what follows a float is padding', () => {
    const image = imageOf('float', 1);
    image.fill(0, 64 + 32 + 28, 64 + 64);
    expect(decodeNvs(image).entries).toEqual([]);
  });
});

describe('text', () => {
  const rows: readonly (readonly [written: string, value: number])[] = [
    ['1.25', 1.25],
    ['-.5e1', -5],
    ['5.', 5],
    ['1E+3', 1000],
    ['NaN', Number.NaN],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-0', -0],
  ];
  test.each(rows)('%s', (written, value) => {
    const [, item] = parseNvsCsv(`key,type,encoding,value\nns,namespace,,\nk,data,double,${written}\n`);
    expect(item).toMatchObject({ type: 'double', value });
  });

  test('a float is written with the fewest digits that give it again', () => {
    expect([0.1, 1 / 3, 16777216, 1e10].map((value) => formatFloat('float', Math.fround(value)))).toEqual([
      '0.1',
      '0.33333334',
      '16777216',
      '10000000000',
    ]);
    expect(formatFloat('double', 0.1)).toBe('0.1');
  });

  test('image -> CSV -> image', () => {
    const type = fc.constantFrom<NvsFloatType>('float', 'double');
    fc.assert(
      fc.property(type, fc.oneof(fc.double(), fc.float()), (chosen, value) => {
        const stored = chosen === 'float' ? Math.fround(value) : value;
        const image = imageOf(chosen, stored);
        const csv = formatNvsCsv(toNvsItems(decodeNvs(image)));
        expect(Buffer.compare(encodeNvs(parseNvsCsv(csv), { size: 0x3000 }).image, image)).toBe(0);
      }),
    );
  });
});
