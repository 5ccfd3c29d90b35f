/** Each rule of the checker bites: an image that breaks it is told from a good one. */
import { crc32 } from 'node:zlib';
import { encodeNvs, type NvsItem } from 'nvs-core';
import { readFlash } from './flash-rules';

const blob = Uint8Array.from({ length: 5000 }, (_, index) => index & 0xff);
const items: NvsItem[] = [
  { namespace: 'ns', key: 'small', type: 'u8', value: 7 },
  { namespace: 'ns', key: 'minus', type: 'i16', value: -2 },
  { namespace: 'ns', key: 'text', type: 'string', value: 'é漢' },
  { namespace: 'ns', key: 'blob', type: 'blob', value: blob },
  { namespace: 'ns', key: 'empty', type: 'blob', value: new Uint8Array() },
  { namespace: 'other', key: 'small', type: 'u64', value: 2n ** 64n - 1n },
];
const good = () => Buffer.from(encodeNvs(items, { size: 0x4000 }).image);
const entry = (index: number, page = 0) => page * 4096 + 64 + index * 32;

/** Changes an entry and makes its CRC right again. */
const withEntry =
  (index: number, change: (head: Buffer) => void, page = 0) =>
  (image: Buffer) => {
    const head = image.subarray(entry(index, page), entry(index + 1, page));
    change(head);
    const crc = crc32(Buffer.concat([head.subarray(0, 4), head.subarray(8)]), 0xffffffff);
    head.writeUInt32LE(crc, 4);
  };

/** Entries of the second page: the end of the blob, its index, the empty blob and its index. */
const CHUNK = 0;
const INDEX = 1 + Math.ceil((5000 - 120 * 32) / 32);

const ROWS: [problem: string, change: (image: Buffer) => void][] = [
  ['is not whole pages', () => {}],
  ['page 0: CRC of the header', (image) => image.writeUInt32LE(7, 4)],
  ['page 0 has the state', (image) => image.writeUInt32LE(0xfffffff0, 0)],
  ['page 0 is being freed', (image) => image.writeUInt32LE(0xfffffff8, 0)],
  ['2 pages are active', (image) => image.writeUInt32LE(0xfffffffe, 0)],
  ['page 3 has no state and is not blank', (image) => image.writeUInt8(0, 0x3fff)],
  ['two pages have one sequence number', (image) => image.copy(image, 0x1004, 4, 32)],
  ['reserved bytes of the header', (image) => image.writeUInt8(0, 20)],
  ['page 0: bits after the bitmap', (image) => image.writeUInt8(0, 63)],
  ['page 0, entry 0: state 1', (image) => image.writeUInt8((image.readUInt8(32) & 0xfc) | 1, 32)],
  ['page 1, entry 125: empty, not blank', (image) => image.writeUInt8(0, entry(125, 1))],
  ['behind the first empty one', (image) => image.writeUInt8(0xee, 0x1000 + 32 + 30)],
  ['page 0, entry 1: CRC of the entry', (image) => image.writeUInt8(9, entry(1) + 24)],
  ['page 0, entry 1: a span of 0', withEntry(1, (head) => head.writeUInt8(0, 2))],
  ['page 0, entry 1: a span of 200', withEntry(1, (head) => head.writeUInt8(200, 2))],
  ['page 0, entry 1: a chunk index', withEntry(1, (head) => head.writeUInt8(3, 3))],
  ['page 0, entry 1: a key of 16 bytes', withEntry(1, (head) => head.fill('k', 8, 24))],
  ['page 0, entry 1: an empty key', withEntry(1, (head) => head.fill(0, 8, 24))],
  ['not padded with zeros', withEntry(1, (head) => head.writeUInt8(1, 20))],
  ['the key: not UTF-8', withEntry(1, (head) => head.writeUInt8(0xff, 8))],
  ['a namespace of type 2', withEntry(0, (head) => head.writeUInt8(2, 1))],
  ['namespace index 255', withEntry(0, (head) => head.writeUInt8(255, 24))],
  ['a namespace that no entry before it names', withEntry(1, (head) => head.writeUInt8(9, 0))],
  ['namespace index 1 again', withEntry(INDEX + 3, (head) => head.writeUInt8(1, 24), 1)],
  ['namespace "ns" again', withEntry(INDEX + 3, (head) => head.fill(0, 8, 24).write('ns', 8), 1)],
  ['"small": a second time', withEntry(2, (head) => head.fill(0, 8, 24).write('small', 8))],
  ['bytes behind the number', withEntry(1, (head) => head.writeUInt8(0, 31))],
  ['type 67', withEntry(1, (head) => head.writeUInt8(67, 1))],
  ['"text": CRC of the data', (image) => image.writeUInt8(0x21, entry(4))],
  ['a string without its NUL', withEntry(3, (head) => head.writeUInt16LE(5, 24))],
  ['reserved bytes of the size', withEntry(3, (head) => head.writeUInt8(0, 26))],
  ['a blob of version 1 on a page of version 2', withEntry(3, (head) => head.writeUInt8(0x41, 1))],
  ['"blob": chunk 5 as number 1', withEntry(CHUNK, (head) => head.writeUInt8(5, 3), 1)],
  ['"blob": chunks from 128 on', withEntry(INDEX, (head) => head.writeUInt8(128, 29), 1)],
  ['"blob": 0 chunks', withEntry(INDEX, (head) => head.writeUInt8(0, 28), 1)],
  ['3 chunks, of which 2 stand before it', withEntry(INDEX, (head) => head.writeUInt8(3, 28), 1)],
  ['5001 bytes, of which there are 5000', withEntry(INDEX, (head) => head.writeUInt32LE(5001, 24), 1)],
  ['reserved bytes of the index', withEntry(INDEX, (head) => head.writeUInt8(0, 30), 1)],
  [
    'chunks of "1 blob" without an index',
    withEntry(INDEX, (head) => head.writeUInt8('c'.charCodeAt(0), 8), 1),
  ],
];

test('a good image', () => {
  const { problems, namespaces, entries, freeEntries } = readFlash(good());
  expect({ problems, namespaces }).toEqual({ problems: [], namespaces: ['ns', 'other'] });
  expect(entries.map(({ namespace, key, type }) => `${namespace} ${key} ${type}`)).toEqual([
    'ns small u8',
    'ns minus i16',
    'ns text string',
    'ns blob blob',
    'ns empty blob',
    'other small u64',
  ]);
  expect(entries.map(({ value }) => value)).toEqual([7n, -2n, 'é漢', blob, new Uint8Array(), 2n ** 64n - 1n]);
  expect(freeEntries).toBe(126 - (INDEX + 5) + 126);
});

test.each(ROWS)('%s', (problem, change) => {
  const image = good();
  change(image);
  const { problems } = readFlash(problem === 'is not whole pages' ? image.subarray(1) : image);
  expect(problems.join('\n')).toContain(problem);
});

test('a partition without a blank page, or too small for writing', () => {
  expect(readFlash(good().subarray(0, 0x2000), { readOnly: false }).problems).toEqual([
    'too small to be mounted for writing',
    'no page is blank',
  ]);
});

test('keys of one hash on the active page', () => {
  const image = Buffer.from(encodeNvs(items.slice(0, 2), { size: 0x3000 }).image);
  withEntry(1, (head) => head.fill(0, 8, 24).write('c874', 8))(image);
  withEntry(2, (head) => head.fill(0, 8, 24).write('c200705', 8))(image);
  expect(readFlash(image).problems).toEqual(['page 0: "c200705" and "c874" have one hash']);
});
