import { isDeepStrictEqual } from 'node:util';
import { FactoryError, formatFindings } from '../../src/errors';
import { decodeNvs, encodeNvs, type NvsItem, type NvsValue, toNvsItems } from '../../src/nvs';

const entry = (key: string, value: NvsValue): NvsItem => ({ namespace: 'ns', key, ...value });
const u8 = (key: string, value = 1): NvsItem => entry(key, { type: 'u8', value });
const text = (key: string, length: number) => entry(key, { type: 'string', value: 'x'.repeat(length) });
const blob = (key: string, length: number) =>
  entry(key, { type: 'blob', value: new Uint8Array(length).fill(length) });
const values = (items: readonly NvsItem[], options: Parameters<typeof encodeNvs>[1]) => {
  const { image } = encodeNvs(items, options);
  const decoded = decodeNvs(image, { readOnly: true });
  expect(decoded.findings).toEqual([]);
  return decoded.entries.map(({ namespace, key, type, value }) => ({ namespace, key, type, value }));
};
const errorOf = (act: () => unknown): FactoryError => {
  try {
    act();
  } catch (error) {
    if (error instanceof FactoryError) return error;
    throw error;
  }
  throw new Error('nothing was rejected');
};

describe('values', () => {
  const accepted: readonly (readonly [what: string, item: NvsItem, version?: 1 | 2])[] = [
    ['smallest u8', u8('k', 0)],
    ['largest u8', u8('k', 255)],
    ['smallest i8', entry('k', { type: 'i8', value: -128 })],
    ['largest i8', entry('k', { type: 'i8', value: 127 })],
    ['largest u16', entry('k', { type: 'u16', value: 0xffff })],
    ['smallest i16', entry('k', { type: 'i16', value: -0x8000 })],
    ['largest u32', entry('k', { type: 'u32', value: 0xffffffff })],
    ['smallest i32', entry('k', { type: 'i32', value: -0x80000000 })],
    ['largest u64', entry('k', { type: 'u64', value: 2n ** 64n - 1n })],
    ['smallest i64', entry('k', { type: 'i64', value: -(2n ** 63n) })],
    ['empty string', text('k', 0)],
    ['longest string of the peer', text('k', 3967)],
    ['a string that the peer crashes on', text('k', 3968)],
    ['longest string', text('k', 3999)],
    ['longest string, version 1', text('k', 3999), 1],
    ['empty blob', blob('k', 0)],
    ['empty blob, version 1', blob('k', 0), 1],
    ['longest blob of version 1', blob('k', 1984), 1],
    ['blob of one page', blob('k', 4000)],
    ['blob of several pages', blob('k', 20000)],
    ['longest blob', blob('k', 508000)],
    ['key of 15 bytes', u8('sevenéééé')],
  ];
  test.each(accepted.map(([what, item, version = 2]) => ({ what, item, version })))(
    '$what',
    ({ item, version }) => {
      // Jest takes seconds to compare half a megabyte byte by byte.
      expect(isDeepStrictEqual(values([item], { size: 0x90000, version }), [item])).toBe(true);
    },
  );
});

describe('positions', () => {
  test('a blob of 508,000 bytes after other entries takes no more than 127 chunks', () => {
    const { layout } = encodeNvs([u8('a'), blob('k', 508000)], { size: 0x90000 });
    const chunks = layout.entries.filter(({ type }) => type === 'blob-data');
    expect(chunks).toHaveLength(127);
    expect(chunks[0]).toMatchObject({ page: 1, entry: 0 });
  });

  test('a reopened namespace keeps its index, and opens only once', () => {
    const items: NvsItem[] = [
      { type: 'namespace', namespace: 'ns' },
      u8('a'),
      { type: 'namespace', namespace: 'other' },
      { type: 'namespace', namespace: 'ns' },
      u8('b'),
    ];
    const { layout } = encodeNvs(items, { size: 0x3000 });
    expect(layout.entries.map(({ namespaceIndex, key }) => [namespaceIndex, key])).toEqual([
      [0, 'ns'],
      [1, 'a'],
      [0, 'other'],
      [1, 'b'],
    ]);
  });

  test('the layout has the position of every entry and the usage of every page', () => {
    const { layout, findings } = encodeNvs([u8('a'), text('s', 40), blob('b', 4000)], { size: 0x4000 });
    expect(layout.entries.map(({ where: _where, ...place }) => Object.values(place).join(' '))).toEqual([
      ' 0 ns namespace 0 0 1 64 1',
      'ns 1 a u8 0 1 1 96 1',
      'ns 1 s string 0 2 3 128 41',
      'ns 1 b blob-data 0 5 121 224 3840',
      'ns 1 b blob-data 1 0 6 4160 160',
      'ns 1 b blob-index 1 6 1 4352 0',
    ]);
    expect(layout.pages).toEqual([
      { page: 0, state: 'full', usedEntries: 126, freeEntries: 0 },
      { page: 1, state: 'active', usedEntries: 7, freeEntries: 119 },
      { page: 2, state: 'uninitialised', usedEntries: 0, freeEntries: 126 },
      { page: 3, state: 'uninitialised', usedEntries: 0, freeEntries: 126 },
    ]);
    expect(layout).toMatchObject({
      usedPages: 2,
      usedEntries: 133,
      freeEntries: 245,
      readOnly: false,
      version: 2,
    });
    expect(findings).toEqual([]);
  });

  test('a read-only partition uses its last page too', () => {
    const items = Array.from({ length: 370 }, (_, i) => u8(`k${i}`));
    expect(values(items, { size: 0x3000, readOnly: true })).toHaveLength(370);
    expect(encodeNvs([], { size: 0x2000 }).image).toHaveLength(0x1000);
  });
});

describe('rejected', () => {
  const full = (pages: number) => Array.from({ length: pages * 126 - 1 }, (_, i) => u8(`k${i}`));
  test.each([
    ['two pages of data in 0x1000', full(2), { size: 0x1000 }, 0x2000],
    ['three pages of data in 0x1000', full(3), { size: 0x1000 }, 0x4000],
    ['three pages of data in 0x3000', full(3), { size: 0x3000 }, 0x4000],
    ['three pages of data read-only in 0x2000', full(3), { size: 0x2000, readOnly: true }, 0x3000],
    ['a long blob', [blob('k', 100000)], { size: 0x4000 }, 0x1b000],
  ])('%s: the error has the size that is enough', (_what, items, options, needed) => {
    const { code, params } = errorOf(() => encodeNvs(items, options));
    expect([code, params]).toEqual(['nvs.image-too-small', expect.objectContaining({ needed })]);
    expect(params.missing).toBe(needed - options.size);
    expect(() => encodeNvs(items, { ...options, size: needed })).not.toThrow();
    expect(errorOf(() => encodeNvs(items, { ...options, size: needed - 0x1000 })).code).toBe(
      'nvs.image-too-small',
    );
  });

  test('all errors are reported at once, each with its row', () => {
    const at = (line: number) => ({ where: { file: 'values.csv', line } });
    const error = errorOf(() =>
      encodeNvs(
        [
          { ...u8('twice'), ...at(3) },
          { ...u8('sixteen-bytes-xx'), ...at(4) },
          { ...u8('k', 256), ...at(5) },
          { ...u8('twice'), ...at(6) },
          { ...u8('c874'), ...at(7) },
          { ...u8('c200705'), ...at(8) },
          { ...blob('big', 9000), ...at(9) },
        ],
        { size: 0x3000 },
      ),
    );
    expect(error.findings.map(({ code, where }) => [code, where.line])).toEqual([
      ['nvs.key-too-long', 4],
      ['nvs.value-out-of-range', 5],
      ['nvs.key-duplicate', 6],
      ['nvs.key-collision', 8],
      ['nvs.image-too-small', undefined],
    ]);
    const report = formatFindings(error.findings);
    expect(report).toContain('key "twice" of namespace "ns" is already defined by values.csv:3');
    expect(report).toContain('keys "c200705" and "c874" (values.csv:7) share a page (0)');
    expect(report).toContain('0x1000 (4096) more are needed');
  });

  test('errors never contain a value', () => {
    const secret = 'hunter2-hunter2';
    const { findings } = errorOf(() =>
      encodeNvs([entry('k', { type: 'string', value: `${secret}\0` }), u8('n', 424242)], { size: 0x3000 }),
    );
    expect(JSON.stringify(findings)).not.toMatch(/hunter2|424242/);
  });
});

test('254 namespaces, the maximum', () => {
  const items = Array.from({ length: 254 }, (_, i): NvsItem => ({ ...u8('k', i), namespace: `n${i}` }));
  const decoded = decodeNvs(encodeNvs(items, { size: 0x10000 }).image);
  expect(decoded.namespaces).toHaveLength(254);
  expect(toNvsItems(decoded).filter(({ type }) => type === 'u8')).toEqual(items);
});
