import { FactoryError, type Finding } from '../../src/errors';
import { nvsErrors } from '../../src/errors/nvs';
import {
  checkCsvItems,
  classifyNvs,
  decodeKeysPartition,
  decodeNvs,
  decryptNvs,
  deriveHmacKeys,
  encodeKeysPartition,
  encodeNvs,
  encryptNvs,
  formatNvsCsv,
  type NvsItem,
  parseNvsCsv,
} from '../../src/nvs';
import type { NvsEncodeOptions } from '../../src/nvs/encode';
import { assertNvsKeys } from '../../src/nvs/keys';
import { type Edit, edited, sampleImage } from './image-edit';

type Row = readonly [code: (typeof nvsErrors.codes)[number], what: string, act: () => readonly Finding[]];

const thrown = (act: () => unknown): readonly Finding[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof FactoryError) return error.findings;
    throw error;
  }
  return [];
};

const encode = (items: readonly NvsItem[], options: Partial<NvsEncodeOptions> = {}) => {
  return thrown(() => encodeNvs(items, { size: 0x3000, ...options }));
};
const entry = (over: object): NvsItem =>
  ({ namespace: 'ns', key: 'k', type: 'u8', value: 1, ...over }) as NvsItem;
const blob = (length: number) => entry({ type: 'blob', value: new Uint8Array(length) });
const integers = (count: number) => Array.from({ length: count }, (_, i) => entry({ key: `k${i}` }));
const namespaces = (count: number) => {
  return Array.from({ length: count }, (_, i): NvsItem => ({ type: 'namespace', namespace: `n${i}` }));
};

const csv = (rows: string | Uint8Array) => thrown(() => parseNvsCsv(rows));
const row = (text: string) => csv(`key,type,encoding,value\nns,namespace,,\n${text}\n`);

const damaged = (change: (edit: Edit) => void, size?: number) =>
  decodeNvs(edited(sampleImage(size), change)).findings;
const image = (items: readonly NvsItem[], change: (edit: Edit) => void = () => {}, size = 0x4000) => {
  return decodeNvs(edited(encodeNvs(items, { size }).image, change)).findings;
};

const half = (value: number, length = 32) => new Uint8Array(length).fill(value);
const keys = { encryptionKey: half(1), tweakKey: half(2) };
const otherKeys = { encryptionKey: half(3), tweakKey: half(4) };
const keysPartition = encodeKeysPartition(keys);

const rows: readonly Row[] = [
  ['nvs.version-unknown', 'version 3', () => encode([], { version: 3 as 2 })],
  ['nvs.size-invalid', 'zero', () => encode([], { size: 0 })],
  ['nvs.size-invalid', 'not a multiple of 4096', () => encode([], { size: 0x3001 })],
  ['nvs.size-invalid', 'negative', () => encode([], { size: -4096 })],
  ['nvs.size-invalid', 'not a number', () => encode([], { size: Number.NaN })],
  ['nvs.size-invalid', 'more than any flash', () => encode([], { size: 0x8001000 })],
  ['nvs.size-read-only', 'writable below 0x3000', () => encode([], { size: 0x2000, readOnly: false })],
  ['nvs.image-too-small', 'no blank page left', () => encode(integers(252), { size: 0x3000 })],
  ['nvs.image-too-small', 'read-only', () => encode(integers(126), { size: 0x1000 })],
  ['nvs.partition-read-only', 'below 0x3000', () => encodeNvs([], { size: 0x2000 }).findings],
  ['nvs.partition-full', 'no entry left', () => encodeNvs(integers(251), { size: 0x3000 }).findings],
  ['nvs.namespace-missing', 'entry', () => encode([entry({ namespace: '' })])],
  ['nvs.namespace-missing', 'CSV row', () => csv('key,type,encoding,value\nk,data,u8,1\n')],
  ['nvs.too-many-namespaces', '255', () => encode(namespaces(255), { size: 0x10000 })],
  ['nvs.key-empty', 'key', () => encode([entry({ key: '' })])],
  ['nvs.key-empty', 'namespace', () => encode([{ type: 'namespace', namespace: '' }])],
  ['nvs.key-not-text', 'NUL', () => encode([entry({ key: 'a\0b' })])],
  ['nvs.key-not-text', 'half a surrogate pair', () => encode([entry({ namespace: '\ud83d' })])],
  ['nvs.key-too-long', '16 bytes', () => encode([entry({ key: 'sixteen-bytes-xx' })])],
  ['nvs.key-too-long', '8 letters, 16 bytes', () => encode([entry({ key: 'éééééééé' })])],
  ['nvs.key-too-long', 'namespace', () => encode([{ type: 'namespace', namespace: 'sixteen-bytes-xx' }])],
  ['nvs.key-duplicate', 'another type', () => encode([entry({}), entry({ type: 'string', value: '' })])],
  [
    'nvs.key-duplicate',
    'reopened namespace',
    () =>
      encode([entry({}), entry({ namespace: 'other' }), { type: 'namespace', namespace: 'ns' }, entry({})]),
  ],
  ['nvs.key-collision', 'one page', () => encode([entry({ key: 'c874' }), entry({ key: 'c200705' })])],
  ['nvs.type-unknown', 'f16', () => encode([entry({ type: 'f16' })])],
  ['nvs.value-not-integer', 'fraction', () => encode([entry({ value: 1.5 })])],
  ['nvs.value-not-integer', 'number for u64', () => encode([entry({ type: 'u64', value: 1 })])],
  ['nvs.value-not-integer', 'CSV text', () => row('k,data,u8,seven')],
  ['nvs.value-not-integer', 'CSV without digits', () => row('k,data,u8,')],
  ['nvs.value-not-integer', 'CSV, endless zeros', () => row(`k,data,u8,${'0'.repeat(300)}5`)],
  ['nvs.value-not-number', 'text', () => encode([entry({ type: 'float', value: '1' })])],
  ['nvs.value-not-number', 'bigint', () => encode([entry({ type: 'double', value: 1n })])],
  ['nvs.value-not-number', 'CSV text', () => row('k,data,float,one')],
  ['nvs.value-not-number', 'CSV hexadecimal', () => row('k,data,double,0x1p3')],
  ['nvs.value-not-number', 'CSV without digits', () => row('k,data,double,.')],
  ['nvs.value-not-number', 'CSV, many digits', () => row(`k,data,double,${'1'.repeat(5000)}`)],
  ['nvs.value-out-of-range', 'float', () => encode([entry({ type: 'float', value: 3.5e38 })])],
  ['nvs.value-out-of-range', 'CSV double', () => row('k,data,double,-1e309')],
  ['nvs.value-out-of-range', 'u8', () => encode([entry({ value: 256 })])],
  ['nvs.value-out-of-range', 'i8', () => encode([entry({ type: 'i8', value: -129 })])],
  ['nvs.value-out-of-range', 'u32', () => encode([entry({ type: 'u32', value: 2 ** 32 })])],
  ['nvs.value-out-of-range', 'u64', () => encode([entry({ type: 'u64', value: 2n ** 64n })])],
  ['nvs.value-out-of-range', 'i64', () => encode([entry({ type: 'i64', value: -(2n ** 63n) - 1n })])],
  ['nvs.string-not-text', 'NUL', () => encode([entry({ type: 'string', value: 'a\0' })])],
  [
    'nvs.string-not-text',
    'half a surrogate pair',
    () => encode([entry({ type: 'string', value: '\udc00' })]),
  ],
  [
    'nvs.string-not-text',
    'file that is not UTF-8',
    () =>
      thrown(() =>
        parseNvsCsv('key,type,encoding,value\nns,namespace,,\nk,file,string,f\n', {
          readFile: () => half(0xff),
        }),
      ),
  ],
  ['nvs.string-too-long', '4001 bytes', () => encode([entry({ type: 'string', value: 'a'.repeat(4000) })])],
  ['nvs.string-too-long', '2000 letters', () => encode([entry({ type: 'string', value: 'é'.repeat(2000) })])],
  ['nvs.blob-too-long', 'version 1', () => encode([blob(1985)], { version: 1 })],
  ['nvs.blob-too-long', 'version 2', () => encode([blob(508001)], { size: 0x100000 })],
  ['nvs.blob-too-long', 'CSV fill', () => row('k,data,blob_sz_fill(507997;0x00),')],

  ['nvs.csv-empty', 'nothing', () => csv('')],
  ['nvs.csv-empty', 'only a comment', () => csv('# key,type,encoding,value')],
  ['nvs.csv-header', 'no header', () => csv('ns,namespace,,\nk,data,u8,1\n')],
  ['nvs.csv-mass-mfg', 'configuration', () => csv('ns,namespace,\nk,data,u8\n')],
  ['nvs.csv-mass-mfg', 'configuration, REPEAT', () => csv('ns,namespace,,\nk,data,u8,REPEAT\n')],
  ['nvs.csv-mass-mfg', 'values', () => csv('id,serial_no\n1,A1\n')],
  ['nvs.csv-mass-mfg', 'a REPEAT column', () => row('k,data,u8,1,REPEAT')],
  ['nvs.csv-secure-cert', 'header', () => csv('tlv_type,tlv_subtype,data_value,data_type\n')],
  ['nvs.csv-repeat', 'as text', () => checkCsvItems([entry({ type: 'string', value: 'REPEAT' })])],
  ['nvs.csv-wifi-keys', 'station', () => checkCsvItems([entry({ key: 'sta.ssid' })])],
  ['nvs.csv-quote-open', 'end of file', () => row('k,data,string,"text')],
  ['nvs.csv-quote-text', 'after the quote', () => row('k,data,string,"a"b')],
  ['nvs.csv-not-utf8', 'Latin-1', () => csv(Uint8Array.of(0x6b, 0xe9))],
  ['nvs.csv-fields', 'comma', () => row('k,data,string,a,b')],
  ['nvs.csv-type-unknown', 'typo', () => row('k,dta,u8,1')],
  ['nvs.csv-encoding-unknown', 'typo', () => row('k,data,u9,1')],
  ['nvs.csv-encoding-unknown', 'fill without byte', () => row('k,data,blob_fill(3),')],
  ['nvs.csv-value-missing', 'short row', () => row('k,data,u8')],
  ['nvs.csv-value-missing', 'file without name', () => row('k,file,binary,')],
  ['nvs.csv-hex', 'letter', () => row('k,data,hex2bin,0g')],
  ['nvs.csv-hex', 'odd', () => row('k,data,hex2bin,abc')],
  ['nvs.csv-hex', '0x', () => row('k,data,hex2bin,0xab')],
  ['nvs.csv-base64', 'wrong character', () => row('k,data,base64,AA-=')],
  ['nvs.csv-base64', 'no padding', () => row('k,data,base64,AAE')],
  ['nvs.csv-fill', 'longer than its encoding', () => row('k,data,blob_fill(2;0x00),abc')],
  ['nvs.csv-no-files', 'without readFile', () => row('k,file,binary,cert.der')],
  [
    'nvs.csv-unwritable',
    'carriage return',
    () => thrown(() => formatNvsCsv([entry({ type: 'string', value: '\r' })])),
  ],

  ['nvs.keys-length', 'keys alone', () => thrown(() => decodeKeysPartition(keysPartition.subarray(0, 64)))],
  ['nvs.keys-crc', 'a flipped bit', () => thrown(() => decodeKeysPartition(edited(keysPartition, flip(3))))],
  ['nvs.keys-blank', '0xFF', () => thrown(() => decodeKeysPartition(half(0xff, 4096)))],
  [
    'nvs.keys-equal',
    'halves',
    () => thrown(() => encodeKeysPartition({ ...keys, tweakKey: keys.encryptionKey })),
  ],
  ['nvs.key-half-length', '16 bytes', () => thrown(() => assertNvsKeys({ ...keys, tweakKey: half(1, 16) }))],
  ['nvs.hmac-key-length', '31 bytes', () => thrown(() => deriveHmacKeys(half(1, 31)))],
  [
    'nvs.image-already-encrypted',
    'twice',
    () => thrown(() => encryptNvs(encryptNvs(sampleImage(), keys), keys)),
  ],
  ['nvs.image-not-encrypted', 'plain', () => thrown(() => decryptNvs(sampleImage(), keys))],
  [
    'nvs.keys-wrong',
    'of another image',
    () => thrown(() => decryptNvs(encryptNvs(sampleImage(), keys), otherKeys)),
  ],
  ['nvs.image-encrypted', 'read without keys', () => decodeNvs(encryptNvs(sampleImage(), keys)).findings],
  ['nvs.image-size', 'empty', () => thrown(() => classifyNvs(new Uint8Array(0)))],
  ['nvs.image-size', 'cut', () => thrown(() => decodeNvs(sampleImage().subarray(1)))],
  ['nvs.image-not-nvs', 'decode', () => decodeNvs(half(0x55, 4096)).findings],
  ['nvs.image-not-nvs', 'encrypt', () => thrown(() => encryptNvs(half(0x55, 4096), keys))],
  ['nvs.image-not-nvs', 'decrypt', () => thrown(() => decryptNvs(half(0x55, 4096), keys))],

  ['nvs.image-blank', '0xFF', () => decodeNvs(half(0xff, 0x3000)).findings],
  ['nvs.no-blank-page', 'full', () => decodeNvs(sampleImage(0x1000), { readOnly: false }).findings],
  [
    'nvs.version-mixed',
    'page 1',
    () =>
      image(integers(150), ({ bytes, fixPageCrc }) => {
        bytes[4096 + 8] = 0xff;
        fixPageCrc(1);
      }),
  ],
  ['nvs.findings-omitted', 'limit', () => decodeNvs(half(0x55, 0x3000), { maxFindings: 2 }).findings],
  ['nvs.page-state', 'bits', () => damaged(({ bytes }) => bytes.fill(0, 0, 4))],
  ['nvs.page-not-blank', 'last page', () => damaged(({ bytes }) => bytes.fill(0, 0x2fff))],
  ['nvs.page-crc', 'sequence', () => damaged(({ bytes }) => bytes.fill(9, 4, 5))],
  [
    'nvs.page-version',
    'version 3',
    () =>
      damaged(({ bytes, fixPageCrc }) => {
        bytes[8] = 0xfd;
        fixPageCrc(0);
      }),
  ],
  ['nvs.page-bitmap', 'entry 127', () => damaged(({ state }) => state(0, 127, 0b10))],
  [
    'nvs.page-sequence',
    '0 twice',
    () =>
      image(integers(150), ({ bytes, fixPageCrc }) => {
        bytes.fill(0, 4096 + 4, 4096 + 8);
        fixPageCrc(1);
      }),
  ],
  ['nvs.page-active', 'two', () => image(integers(150), ({ bytes }) => bytes.set([0xfe], 0))],
  ['nvs.page-freeing', 'page 0', () => image(integers(150), ({ bytes }) => bytes.set([0xf8], 0))],
  ['nvs.entry-state', '01', () => damaged(({ state }) => state(0, 1, 0b01))],
  ['nvs.entry-not-blank', 'after the last', () => damaged((edit) => edit.entry(0, 8).fill(0, 31))],
  ['nvs.entry-after-empty', 'hole', () => damaged(({ state }) => state(0, 1, 0b11))],
  ['nvs.entry-crc', 'key', () => damaged((edit) => edit.entry(0, 1).fill(0x41, 8, 9))],
  ['nvs.entry-type', '0x03', () => damaged(withHeadCrc(1, (head) => head.fill(3, 1, 2)))],
  ['nvs.key-unreadable', 'no NUL', () => damaged(withHeadCrc(1, (head) => head.fill(0x41, 8, 24)))],
  ['nvs.key-unreadable', 'empty', () => damaged(withHeadCrc(1, (head) => head.fill(0, 8, 24)))],
  ['nvs.key-unreadable', 'UTF-8', () => damaged(withHeadCrc(1, (head) => head.fill(0xff, 8, 9)))],
  ['nvs.entry-span', 'zero', () => damaged(withHeadCrc(1, (head) => head.fill(0, 2, 3)))],
  ['nvs.entry-span', 'size', () => damaged(withHeadCrc(2, (head) => head.fill(0x7f, 24, 25)))],
  ['nvs.entry-torn', 'data erased', () => damaged(({ state }) => state(0, 3, 0b00))],
  ['nvs.entry-chunk', 'on an integer', () => damaged(withHeadCrc(1, (head) => head.fill(0, 3, 4)))],
  ['nvs.entry-padding', 'after a string', () => damaged((edit) => edit.entry(0, 3).fill(0, 31))],
  ['nvs.entry-padding', 'after an integer', () => damaged(withHeadCrc(1, (head) => head.fill(0, 31)))],
  ['nvs.entry-padding', 'after a key', () => damaged(withHeadCrc(1, (head) => head.fill(1, 23, 24)))],
  ['nvs.entry-padding', 'after an index', () => damaged(withHeadCrc(6, (head) => head.fill(1, 31)))],
  [
    'nvs.entry-collision',
    'known pair',
    () =>
      image(
        [entry({ key: 'c874' }), entry({ key: 'c200704' })],
        withHeadCrc(2, (head) => head.fill(0x35, 14, 15)),
      ),
  ],
  ['nvs.entry-duplicate', 'same name', () => damaged(withHeadCrc(7, (head) => head.fill(0x6e, 8, 9)))],
  [
    'nvs.type-version',
    'chunk on version 1',
    () =>
      damaged(({ bytes, fixPageCrc }) => {
        bytes[8] = 0xff;
        fixPageCrc(0);
      }),
  ],
  ['nvs.data-crc', 'string', () => damaged((edit) => edit.entry(0, 3).fill(0x41, 0, 1))],
  ['nvs.data-crc', 'chunk', () => damaged((edit) => edit.entry(0, 5).fill(0x41, 0, 1))],
  ['nvs.string-unterminated', 'no NUL', () => damaged(withDataCrc(2, (data) => data.fill(0x41, 0, 5)))],
  ['nvs.string-unterminated', 'two', () => damaged(withDataCrc(2, (data) => data.fill(0, 1, 2)))],
  ['nvs.string-not-utf8', '0xFF', () => damaged(withDataCrc(2, (data) => data.fill(0xff, 1, 2)))],
  ['nvs.namespace-unknown', 'index 9', () => damaged(withHeadCrc(1, (head) => head.fill(9, 0, 1)))],
  ['nvs.namespace-invalid', 'index 255', () => damaged(withHeadCrc(0, (head) => head.fill(0xff, 24, 25)))],
  ['nvs.namespace-invalid', 'index 0', () => damaged(withHeadCrc(0, (head) => head.fill(0, 24, 25)))],
  ['nvs.namespace-invalid', 'i8', () => damaged(withHeadCrc(0, (head) => head.fill(0x11, 1, 2)))],
  [
    'nvs.namespace-duplicate',
    'index 1',
    () =>
      image(
        namespaces(2),
        withHeadCrc(1, (head) => head.fill(1, 24, 25)),
      ),
  ],
  [
    'nvs.namespace-duplicate',
    'name',
    () =>
      image(
        namespaces(2),
        withHeadCrc(1, (head) => head.fill(0x30, 9, 10)),
      ),
  ],
  ['nvs.blob-index-invalid', 'start 1', () => damaged(withHeadCrc(6, (head) => head.fill(1, 29, 30)))],
  ['nvs.blob-index-invalid', 'no chunks', () => damaged(withHeadCrc(6, (head) => head.fill(0, 28, 29)))],
  ['nvs.blob-chunk-missing', 'second', () => damaged(withHeadCrc(6, (head) => head.fill(2, 28, 29)))],
  [
    'nvs.blob-chunk-duplicate',
    'both 0',
    () =>
      image(
        [entry({}), blob(5000)].slice(1),
        withHeadCrc(0, (head) => head.fill(0, 3, 4), 1),
      ),
  ],
  ['nvs.blob-size-mismatch', '4 in the index', () => damaged(withHeadCrc(6, (head) => head.fill(4, 24, 25)))],
  ['nvs.blob-chunk-orphan', 'index erased', () => damaged(({ state }) => state(0, 6, 0b00))],
];

function flip(offset: number) {
  return ({ bytes }: Edit) => {
    bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  };
}

function withHeadCrc(index: number, change: (head: Uint8Array) => void, page = 0) {
  return (edit: Edit) => {
    change(edit.entry(page, index));
    edit.fixEntryCrc(page, index);
  };
}

function withDataCrc(index: number, change: (data: Uint8Array) => void) {
  return (edit: Edit) => {
    change(edit.entry(0, index + 1));
    edit.fixDataCrc(0, index);
  };
}

describe('rejected', () => {
  test.each(rows)('%s: %s', (code, _what, act) => {
    const findings = act();
    expect(findings.map((finding) => finding.code)).toContain(code);
    for (const { message, help } of findings) {
      expect(message).not.toMatch(/undefined|NaN(?! bytes)|\[object/);
      expect(help).not.toBe('');
    }
  });

  test('every code has a row', () => {
    const missing = nvsErrors.codes.filter((code) => !rows.some(([tested]) => tested === code));
    expect(missing).toEqual([]);
  });
});
