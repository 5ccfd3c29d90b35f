import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { utf8 } from '../../src/bytes';
import { nvsCrc32 } from '../../src/bytes/nvs-crc32';
import { deriveHmacKeys, encodeKeysPartition } from '../../src/nvs';
import {
  BITMAP_OFFSET,
  BLOB_MAX_LENGTH,
  ENTRIES_PER_PAGE,
  ENTRY_FIELD,
  ENTRY_LENGTH,
  ENTRY_STATE,
  FIRST_ENTRY_OFFSET,
  KEY_FIELD_LENGTH,
  KEY_MAX_LENGTH,
  NAMESPACES_MAX,
  PAGE_CRC_RANGE,
  PAGE_FIELD,
  PAGE_LENGTH,
  PAGE_STATE,
  STRING_MAX_LENGTH,
  TYPE_CODE,
  VERSION_BYTE,
  WRITABLE_MIN_LENGTH,
} from '../../src/nvs/layout';

const text = readFileSync(resolve(__dirname, '../../../../docs/formats/nvs.md'), 'utf8');

/** The rows of the table whose first column has this title. */
function table(title: string): string[][] {
  const [, body = ''] = new RegExp(`^\\| ${title} \\|.*\\n\\| ---.*\\n((?:\\|.*\\n)+)`, 'm').exec(text) ?? [];
  return body
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const numbers = (title: string) => table(title).map(([offset, bytes]) => [Number(offset), Number(bytes)]);
const named = (title: string) =>
  Object.fromEntries(table(title).map(([name = '', value = '']) => [name, Number(value)]));

/** Whether the parts follow one another without a gap up to `length`. */
function fill(parts: readonly (readonly (number | undefined)[])[], length: number): boolean {
  let end = 0;
  for (const [offset, bytes = Number.NaN] of parts) {
    if (offset !== end) return false;
    end += bytes;
  }
  return end === length;
}

test('the parts of a page', () => {
  const parts = numbers('offset');
  expect(parts.map(([offset]) => offset)).toEqual([0, BITMAP_OFFSET, FIRST_ENTRY_OFFSET]);
  expect(parts.at(-1)?.[1]).toBe(ENTRIES_PER_PAGE * ENTRY_LENGTH);
  expect(fill(parts, PAGE_LENGTH)).toBe(true);
});

test('the header of a page', () => {
  const fields = numbers('header offset');
  expect(fields.map(([offset]) => offset)).toEqual(expect.arrayContaining(Object.values(PAGE_FIELD)));
  expect(fill(fields, BITMAP_OFFSET)).toBe(true);
  const [from, to] = PAGE_CRC_RANGE;
  expect(table('header offset').at(-1)?.[2]).toBe(`checksum of bytes ${from}..${to - 1}`);
});

test('states and versions', () => {
  expect(named('page state')).toEqual(PAGE_STATE);
  expect(named('version')).toEqual(VERSION_BYTE);
  const states = table('entry state').map(([name = '', bits = '']) => [name, Number.parseInt(bits, 2)]);
  expect(Object.fromEntries(states)).toEqual(ENTRY_STATE);
});

test('the fields of an entry', () => {
  const rows = table('entry offset');
  const fields = rows.map(([offset, , field = '']) => [field.split(':')[0], Number(offset)]);
  expect(Object.fromEntries(fields)).toEqual(ENTRY_FIELD);
  expect(fill(numbers('entry offset'), ENTRY_LENGTH)).toBe(true);
  expect(rows.find(([, , field = '']) => field.startsWith('key'))?.[1]).toBe(String(KEY_FIELD_LENGTH));
});

test('the types', () => {
  expect(named('type')).toEqual(TYPE_CODE);
});

test('the limits', () => {
  const limits = table('limit').map(([name = '', value = '']) => [name, Number(value.replace(' bytes', ''))]);
  expect(Object.fromEntries(limits)).toEqual({
    'key, namespace name': KEY_MAX_LENGTH,
    string: STRING_MAX_LENGTH,
    'blob of version 1': BLOB_MAX_LENGTH[1],
    'blob of version 2': BLOB_MAX_LENGTH[2],
    namespaces: NAMESPACES_MAX,
    'writable partition': WRITABLE_MIN_LENGTH,
  });
});

test('the checksum', () => {
  const [, sum] = /`123456789` it is (0x[0-9A-F]+)/.exec(text) ?? [];
  expect(Number(sum)).toBe(nvsCrc32(utf8('123456789')));
});

test('the keys partition', () => {
  const keys = { encryptionKey: new Uint8Array(32).fill(1), tweakKey: new Uint8Array(32).fill(2) };
  const partition = encodeKeysPartition(keys);
  const [encryption = [], tweak = [], sum = [], rest = []] = numbers('keys offset');
  const part = ([offset = 0, bytes = 0]: readonly (number | undefined)[]) =>
    partition.subarray(offset, offset + bytes);
  expect([part(encryption), part(tweak)]).toEqual([keys.encryptionKey, keys.tweakKey]);
  expect(Buffer.from(part(sum)).readUInt32LE()).toBe(nvsCrc32(partition.subarray(0, sum[0])));
  expect(part(rest).every((byte) => byte === 0xff)).toBe(true);
  expect(fill([encryption, tweak, sum, rest], PAGE_LENGTH)).toBe(true);
});

test('the messages of the HMAC scheme', () => {
  const hmacKey = new Uint8Array(32).fill(7);
  const derived = table('key').map(([, message = '']) => {
    const seed = /`([0-9A-F ]+)`/.exec(message)?.[1]?.replaceAll(' ', '') ?? '';
    return new Uint8Array(
      createHmac('sha256', hmacKey)
        .update(Buffer.from(seed.repeat(8), 'hex'))
        .digest(),
    );
  });
  const { encryptionKey, tweakKey } = deriveHmacKeys(hmacKey);
  expect(derived).toEqual([encryptionKey, tweakKey]);
});
