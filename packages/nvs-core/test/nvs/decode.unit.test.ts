import { classifyNvs, decodeNvs, encodeNvs, encryptNvs, type NvsItem } from '../../src/nvs';
import { type Edit, edited, SAMPLE, sampleImage } from './image-edit';

const u8 = (key: string, value = 1): NvsItem => ({ namespace: 'ns', key, type: 'u8', value });
const codes = ({ findings }: ReturnType<typeof decodeNvs>) => findings.map(({ code }) => code);
const keysOf = ({ entries }: ReturnType<typeof decodeNvs>) => entries.map(({ key }) => key);
const keys = { encryptionKey: new Uint8Array(32).fill(1), tweakKey: new Uint8Array(32).fill(2) };
/** Overwrites one byte of an entry's head and fixes its CRC. */
const set = (edit: Edit, page: number, entry: number, offset: number, byte: number) => {
  edit.entry(page, entry)[offset] = byte;
  edit.fixEntryCrc(page, entry);
};

test('every entry with its position', () => {
  const decoded = decodeNvs(sampleImage());
  expect(decoded).toMatchObject({ kind: 'plain', version: 2, findings: [] });
  expect(decoded.namespaces).toEqual([{ name: 'ns', index: 1, page: 0, entry: 0, offset: 64 }]);
  expect(
    decoded.entries.map(({ key, value, page, entry, span, offset }) => [
      key,
      value,
      page,
      entry,
      span,
      offset,
    ]),
  ).toEqual([
    ['n', 7, 0, 1, 1, 96],
    ['s', 'text', 0, 2, 2, 128],
    ['b', Uint8Array.of(1, 2, 3), 0, 6, 3, 256],
    ['w', -2n, 0, 7, 1, 288],
  ]);
  expect(
    decoded.pages.map(({ state, writtenEntries, emptyEntries }) => [state, writtenEntries, emptyEntries]),
  ).toEqual([
    ['active', 8, 118],
    ['uninitialised', 0, 0],
    ['uninitialised', 0, 0],
  ]);
  expect(
    decoded.pages[0]?.entries.map(({ index, state, span, head }) => [index, state, span, head?.type]),
  ).toEqual([
    [0, 'written', 1, 'u8'],
    [1, 'written', 1, 'u8'],
    [2, 'written', 2, 'string'],
    [4, 'written', 2, 'blob-data'],
    [6, 'written', 1, 'blob-index'],
    [7, 'written', 1, 'i64'],
  ]);
});

test('the kind of an image', () => {
  const plain = sampleImage();
  const noise = Uint8Array.from({ length: 4096 }, (_, index) => (index * 31) & 0xff);
  expect(classifyNvs(plain)).toBe('plain');
  expect(classifyNvs(encryptNvs(plain, keys))).toBe('encrypted');
  expect(classifyNvs(encodeNvs([], { size: 0x3000 }).image)).toBe('empty');
  expect(classifyNvs(new Uint8Array(4096).fill(0xff))).toBe('blank');
  expect(classifyNvs(noise)).toBe('not-nvs');
  // One damaged entry does not make an image encrypted.
  const alone = encodeNvs([SAMPLE[0] as NvsItem], { size: 0x1000 }).image;
  expect(classifyNvs(edited(alone, (edit) => edit.entry(0, 0).fill(9, 24, 25)))).toBe('plain');
});

describe('images that a device wrote', () => {
  const items = Array.from({ length: 200 }, (_, i) => u8(`k${i}`, i));
  const { image } = encodeNvs(items, { size: 0x4000 });

  test('erased entries are listed with their heads, but not read', () => {
    const decoded = decodeNvs(edited(image, ({ state }) => state(0, 1, 0b00)));
    expect(codes(decoded)).toEqual([]);
    expect(keysOf(decoded)).toHaveLength(199);
    expect(decoded.pages[0]?.entries[1]).toMatchObject({ index: 1, state: 'erased', head: { key: 'k0' } });
  });

  test('pages are read in the order of their sequence numbers, wherever they are', () => {
    const swapped = Uint8Array.from(image);
    swapped.set(image.subarray(0, 0x1000), 0x2000);
    swapped.fill(0xff, 0, 0x1000);
    const decoded = decodeNvs(swapped);
    expect(codes(decoded)).toEqual([]);
    expect(keysOf(decoded)).toEqual(items.map((item) => item.type !== 'namespace' && item.key));
  });

  test('a value that was being rewritten when the power failed: the later entry wins', () => {
    const rewritten = edited(image, (edit) => {
      edit.entry(1, 0).set(new TextEncoder().encode('k0\0\0'), 8);
      edit.fixEntryCrc(1, 0);
    });
    const decoded = decodeNvs(rewritten);
    expect(codes(decoded)).toEqual(['nvs.entry-duplicate']);
    expect(decoded.entries.find(({ key }) => key === 'k0')).toMatchObject({ value: 125, page: 1, entry: 0 });
  });

  test('while a page is being freed, the copies on the newest page are ignored', () => {
    const freeing = edited(image, ({ bytes }) => bytes.set([0xf8], 0));
    const decoded = decodeNvs(freeing);
    expect(codes(decoded)).toEqual(['nvs.page-freeing']);
    expect(keysOf(decoded)).toHaveLength(125);
  });

  test('a rewritten blob: the second generation counts its chunks from 128', () => {
    const second = edited(sampleImage(), (edit) => {
      set(edit, 0, 4, 3, 0x80);
      set(edit, 0, 6, 29, 0x80);
    });
    const decoded = decodeNvs(second);
    expect(codes(decoded)).toEqual([]);
    expect(decoded.entries[2]).toMatchObject({ key: 'b', value: Uint8Array.of(1, 2, 3) });
  });

  test('a corrupt page hides only its own entries', () => {
    const decoded = decodeNvs(edited(image, ({ bytes }) => bytes.fill(0, 28, 32)));
    expect(codes(decoded)).toContain('nvs.page-crc');
    expect(decoded.pages.map(({ state }) => state)).toEqual([
      'corrupt',
      'active',
      'uninitialised',
      'uninitialised',
    ]);
  });

  test('consecutive damaged entries make one finding', () => {
    const decoded = decodeNvs(
      edited(image, (edit) => [3, 4, 5].map((entry) => edit.entry(0, entry).fill(0, 24))),
    );
    expect(decoded.findings.map(({ code, params }) => [code, params])).toEqual([
      ['nvs.entry-crc', { page: 0, entry: 3, count: 3 }],
    ]);
    expect(keysOf(decoded)).toHaveLength(197);
  });

  test('an encrypted image has pages, and a finding that it needs keys', () => {
    const decoded = decodeNvs(encryptNvs(image, keys));
    expect(codes(decoded)).toEqual(['nvs.image-encrypted']);
    expect(decoded.pages.map(({ writtenEntries }) => writtenEntries)).toEqual([126, 75, 0, 0]);
  });
});
