/** Inputs that take more than linear time where code is careless. */
import { type GrowthRow, named } from '../../../tools/testing/growth';
import { parseCertificates, parseRevocationSet } from '../src/attestation';
import { fromBase64, fromHex } from '../src/bytes';
import { chipOf } from '../src/chips';
import { nearest } from '../src/errors';
import { decodeNvs, encodeNvs, formatNvsCsv, type NvsItem, parseNvsCsv } from '../src/nvs';
import { decodePartitionTable } from '../src/partition-table/binary';
import { parsePartitionsCsv } from '../src/partition-table/csv';
import { decodeSecureCert } from '../src/secure-cert';
import { entryOf, PAI } from './attestation/revocation-rows';

/** Texts made of one piece, which are what a backtracking engine takes longest for. */
const repeated =
  (parse: (text: string) => unknown, piece: string, start = '', end = '') =>
  (size: number) => {
    const text = start + piece.repeat(size) + end;
    return () => parse(text);
  };

const table = (text: string) => parsePartitionsCsv(text, { env: {} });
const TABLES: readonly GrowthRow[] = [
  ['"${"', 20_000, repeated(table, '${', 'nvs,data,nvs,')],
  ['"$"', 20_000, repeated(table, '$', 'nvs,data,nvs,')],
  ['"$" and braces', 2_000, repeated(table, '\x24{}', 'nvs,data,nvs,')],
  ['unknown variables', 2_000, repeated(table, '$A', 'nvs,data,nvs,')],
  ['rows', 4_000, repeated(table, 'a,data,nvs,,4K\n')],
  ['rows that overlap', 4_000, repeated(table, 'a,data,nvs,0x9000,4K\n')],
  ['bad rows', 4_000, repeated(table, 'x,y,z\n')],
  ['units', 20_000, repeated(table, 'k', 'nvs,data,nvs,,1')],
  ['units with spaces', 20_000, repeated(table, 'k ', 'nvs,data,nvs,,1')],
  ['digits', 20_000, repeated(table, '1_', 'nvs,data,nvs,,', 'x')],
  ['spaces', 40_000, repeated(table, ' ', 'nvs,data,nvs,,1', 'x')],
  ['commas', 40_000, repeated(table, ',')],
  ['flags', 4_000, repeated(table, 'x:', 'nvs,data,nvs,,4K,')],
  ['an unknown subtype', 20_000, repeated(table, 'nv', 'nvs,data,')],
];

const CHECKSUMS: GrowthRow = [
  'a binary table of checksums',
  1_000,
  (size) => {
    const row = new Uint8Array(32).fill(0xff);
    row.set([0xaa, 0x50]);
    const sum = new Uint8Array(32).fill(0xeb);
    const data = new Uint8Array(64 * size);
    for (let index = 0; index < size; index++) {
      data.set(row, 32 * index);
      data.set(sum, 32 * (size + index));
    }
    return () => decodePartitionTable(data);
  },
];

const HEADER = 'key,type,encoding,value\n';
const csv = (text: string) => parseNvsCsv(HEADER + text);
const CSVS: readonly GrowthRow[] = [
  ['bad rows', 2_000, repeated(csv, 'a,b,c,d\n')],
  ['bad rows with quotes', 2_000, repeated(csv, '"a",b,c,d\n')],
  ['keys twice', 2_000, repeated(csv, 'a,data,u8,1\n', 'n,namespace,,\n')],
  ['quotes', 10_000, repeated(csv, '"')],
  ['doubled quotes', 10_000, repeated(csv, '""', 'a,data,string,"', '"x\n')],
  ['quotes that end early', 5_000, repeated(csv, '"a"b,')],
  ['lines in quotes', 10_000, repeated(csv, '\n', 'a,data,string,"', '"')],
  ['comments', 10_000, repeated(csv, '#"\n', '', 'a,"b"c,d,e\n')],
  ['commas', 20_000, repeated(csv, ',', 'a,data,u8,1')],
  ['an integer', 20_000, repeated(csv, '1_', 'n,namespace,,\na,data,u8,', 'x\n')],
  ['spaces', 40_000, repeated(csv, ' ', 'n,namespace,,\na,data,base64,', '!\n')],
  ['an encoding', 20_000, repeated(csv, 'blob_fill(', 'n,namespace,,\na,data,', ',x\n')],
  ['carriage returns', 40_000, repeated(csv, '\r')],
];

const items = (size: number, change: (index: number) => Partial<NvsItem> = () => ({})): NvsItem[] =>
  Array.from({ length: size }, (_, index) => {
    const where = { file: 'x', line: index };
    return { namespace: 'n', key: `k${index}`, type: 'u8', value: 1, where, ...change(index) } as NvsItem;
  });
const encoded = (size: number, change?: (index: number) => Partial<NvsItem>) => {
  const list = items(size, change);
  return (bytes: number) => () => encodeNvs(list, { size: bytes });
};
const IMAGES: readonly GrowthRow[] = [
  ['too many keys for the partition', 2_000, (size) => encoded(size)(0x3000)],
  ['many keys', 2_000, (size) => encoded(size)(0x200000)],
  ['one key often', 2_000, (size) => encoded(size, () => ({ key: 'k' }))(0x3000)],
  ['many namespaces', 2_000, (size) => encoded(size, (index) => ({ namespace: `n${index}` }))(0x3000)],
  [
    'keys that are too long',
    2_000,
    (size) => encoded(size, (index) => ({ key: `key-${index}-too-long` }))(0x3000),
  ],
  [
    'keys for a CSV',
    2_000,
    (size) => {
      const list = items(size, () => ({ type: 'string', value: '\r' }));
      return () => formatNvsCsv(list);
    },
  ],
];

const noise = (size: number) => {
  const data = new Uint8Array(4096 * size);
  for (let index = 0, state = 1; index < data.length; index++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    data[index] = state >>> 24;
  }
  return data;
};

const DUMP: GrowthRow = [
  'the dump of a full partition',
  8,
  (size) => {
    const { image } = encodeNvs(items(100 * size), { size: 4096 * (size + 1), readOnly: false });
    return () => decodeNvs(image);
  },
];

const NOISE_DUMP: GrowthRow = [
  'a dump of noise',
  16,
  (size) => {
    const data = noise(size);
    return () => decodeNvs(data);
  },
];

const SECURE_CERT_NOISE: GrowthRow = [
  'an esp_secure_cert partition of noise',
  16,
  (size) => {
    const data = noise(size);
    return () => decodeSecureCert(data);
  },
];

const TEXTS: readonly GrowthRow[] = [
  ['hexadecimal digits', 100_000, repeated(fromHex, '0', '', 'x')],
  ['base64', 100_000, repeated(fromBase64, 'A=')],
  ['padding', 100_000, repeated(fromBase64, '=')],
  ['a chip name', 50_000, repeated(chipOf, '(')],
  ['PEM headers', 250, repeated((text) => parseCertificates(Buffer.from(text)), '-----BEGIN X-----\n')],
  ['PEM dashes', 8_000, repeated((text) => parseCertificates(Buffer.from(text)), '-', '-----BEGIN X')],
  ['spaces before PEM', 8_000, repeated((text) => parseCertificates(Buffer.from(text)), ' ')],
  ['a word and a longer one', 200, (size) => () => nearest('c'.repeat(size), ['x'.repeat(3 * size)])],
  ['a word to be corrected', 50_000, repeated((text) => nearest(text, ['commissioning', 'storage']), 'c')],
];

const revocationSet = (make: (size: number) => readonly object[]) => (size: number) => {
  const set = Buffer.from(JSON.stringify(make(size)));
  return () => parseRevocationSet(set);
};
const serialNumbers = (size: number) =>
  Array.from({ length: size }, (_, index) => index.toString(16).toUpperCase().padStart(16, '0'));

const REVOCATION_SETS: readonly GrowthRow[] = [
  [
    'entries of one issuer',
    60,
    revocationSet((size) => serialNumbers(size).map((one) => entryOf(PAI, [one]))),
  ],
  ['entries that are the same', 60, revocationSet((size) => serialNumbers(size).map(() => entryOf(PAI)))],
  ['entries without fields', 60, revocationSet((size) => serialNumbers(size).map(() => ({})))],
  ['serial numbers', 4_000, revocationSet((size) => [entryOf(PAI, serialNumbers(size))])],
];

export const ROWS: readonly GrowthRow[] = [
  ...named('a revocation set of', REVOCATION_SETS),
  ...named('a partition table of', TABLES),
  CHECKSUMS,
  ...named('an NVS CSV of', CSVS),
  ...named('an NVS image with', IMAGES),
  DUMP,
  NOISE_DUMP,
  SECURE_CERT_NOISE,
  ...TEXTS,
];
