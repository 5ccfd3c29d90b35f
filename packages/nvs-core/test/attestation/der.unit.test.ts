import { DerReader, decodeDer } from '../../src/attestation/der';
import { fromHex, toHex } from '../../src/bytes/text';
import {
  bitString,
  boolean,
  constructed,
  encodeDer,
  encodedSequence,
  integer,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8String,
  writer,
} from './asn1';

const reader = new DerReader('test');
const code = (work: () => unknown) => {
  try {
    work();
    return 'nothing';
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

/** Examples of ITU-T X.690 and of RFC 5280. */
test.each([
  ['integer 0', integer(0), '020100'],
  ['integer 127', integer(127), '02017f'],
  ['integer 128', integer(128), '02020080'],
  ['integer 2^31 - 1', integer(2 ** 31 - 1), '02047fffffff'],
  ['integer of bytes', integer(Uint8Array.of(0, 0, 0xff)), '020200ff'],
  ['integer of bytes, without a zero byte', integer(Uint8Array.of(0, 0, 0x7f)), '02017f'],
  ['integer 0 of bytes', integer(Uint8Array.of(0, 0)), '020100'],
  ['true', boolean(true), '0101ff'],
  ['false', boolean(false), '010100'],
  ['oid', oid('1.2.840.113549'), '06062a864886f70d'],
  ['bit string', bitString(Uint8Array.of(0x6e, 0x5d, 0xc0), 6), '0304066e5dc0'],
  ['UTF-8', utf8String('ä'), '0c02c3a4'],
  ['UTCTime', time(new Date('2049-12-31T23:59:59Z')), '170d3439313233313233353935395a'],
  ['GeneralizedTime', time(new Date('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
  ['long length', octetString(new Uint8Array(200)), `0481c8${'00'.repeat(200)}`],
  ['longer length', octetString(new Uint8Array(0x1234)), `04821234${'00'.repeat(0x1234)}`],
  ['tagged bytes', writer.tagged(2, Uint8Array.of(1, 2)), '82020102'],
  ['tagged values', writer.tagged(2, [integer(1)]), 'a203020101'],
  ['nested', sequence(set(), constructed(0xa0, integer(1))), '30073100a003020101'],
])('%s is written and read back', (_, node, hex) => {
  expect(toHex(encodeDer(node))).toBe(hex);
  expect(decodeDer(fromHex(hex), 'test').encoded).toEqual(fromHex(hex));
});

test.each<[string, (node: ReturnType<typeof decodeDer>) => unknown, string, unknown]>([
  ['oid', (node) => reader.oid(node, 'x'), '06062a864886f70d', '1.2.840.113549'],
  ['integer', (node) => reader.integer(node, 'x'), '02020080', 128],
  ['true', (node) => reader.boolean(node, 'x'), '0101ff', true],
  ['bit string', (node) => reader.bitString(node, 'x'), '030206c0', Uint8Array.of(0xc0)],
  [
    'UTCTime',
    (node) => reader.time(node, 'x'),
    '170d3530303130313030303030305a',
    new Date('1950-01-01T00:00:00Z'),
  ],
  [
    'GeneralizedTime',
    (node) => reader.time(node, 'x'),
    '180f39393939313233313233353935395a',
    new Date('9999-12-31T23:59:59Z'),
  ],
])('%s is read', (_, read, hex, value) => {
  expect(read(decodeDer(fromHex(hex), 'test'))).toEqual(value);
});

test.each<[string, (node: ReturnType<typeof decodeDer>) => unknown, string]>([
  ['oid without end', (node) => reader.oid(node, 'x'), '06022a86'],
  ['empty oid', (node) => reader.oid(node, 'x'), '0600'],
  ['padded oid', (node) => reader.oid(node, 'x'), '06032a8001'],
  ['oid of 60 bits', (node) => reader.oid(node, 'x'), '060a2affffffffffffffff7f'],
  ['negative integer', (node) => reader.integer(node, 'x'), '0201ff'],
  ['integer of 5 bytes', (node) => reader.integer(node, 'x'), '02050100000000'],
  ['boolean 1', (node) => reader.boolean(node, 'x'), '010101'],
  ['bit string without count', (node) => reader.bitString(node, 'x'), '0300'],
  ['8 unused bits', (node) => reader.bitString(node, 'x'), '03020800'],
  ['unused bits of nothing', (node) => reader.bitString(node, 'x'), '030101'],
  ['half a byte', (node) => reader.bytes(node, 'x'), '03020400'],
  ['30 February', (node) => reader.time(node, 'x'), '170d3234303233303030303030305a'],
  ['time without seconds', (node) => reader.time(node, 'x'), '170b323430323239303030305a'],
  ['time with a zone', (node) => reader.time(node, 'x'), '17113234303232393030303030302b30313030'],
  ['another tag', (node) => reader.oid(node, 'x'), '020100'],
  ['nothing', () => reader.oid(undefined, 'x'), '020100'],
])('%s is refused', (_, read, hex) => {
  const node = decodeDer(fromHex(hex.length % 2 === 0 ? hex : `${hex}0`), 'test');
  expect(code(() => read(node))).toBe('attestation.structure-invalid');
});

const PADDED = 'lengths or integers are not in their shortest form';
const SHORT = 'it ends too early';
const INVALID = 'a tag or length is invalid';

test.each([
  ['nothing', '', 'it has no bytes'],
  ['a tag alone', '02', SHORT],
  ['padded length', '02810100', PADDED],
  ['padded length of two bytes', `04820080${'00'.repeat(128)}`, PADDED],
  ['padded length of three bytes', `0483000100${'00'.repeat(256)}`, PADDED],
  ['padded integer', '02020001', PADDED],
  ['padded negative integer', '0202ff80', PADDED],
  ['trailing byte', '02010000', 'bytes follow after its end'],
  ['length beyond the end', '0205', SHORT],
  ['length that is cut off', '0282', SHORT],
  ['length of 9 bytes', '0289000000000000000001', INVALID],
  ['child longer than its parent', '3003020500', SHORT],
  ['indefinite length', '30800000', PADDED],
  ['indefinite length of bytes', '04800000', INVALID],
  ['tag number of two bytes', '1f200100', INVALID],
  ['25 levels', nested(25), 'it nests deeper than 24 levels'],
])('%s is no DER', (_, hex, reason) => {
  const fail = () => decodeDer(fromHex(hex), 'test');
  expect(code(fail)).toBe('attestation.der-malformed');
  expect(fail).toThrow(reason);
});

function nested(levels: number): string {
  return Array.from({ length: levels - 1 }).reduce<string>(
    (inner) => toHex(encodeDer(octetString(fromHex(inner)))).replace(/^04/, '30'),
    '0500',
  );
}

test('a primitive of the wide string type keeps its bytes', () => {
  expect(toHex(decodeDer(fromHex('9e0220ac'), 'test').content)).toBe('20ac');
  expect(toHex(decodeDer(fromHex('1e0120'), 'test').content)).toBe('20');
});

test('what is read are views, of a Buffer too, and their slices are copies', () => {
  const data = Buffer.from(encodeDer(sequence(octetString(Uint8Array.of(1, 2)))));
  const [value] = decodeDer(data, 'test').children;
  const copy = value?.content.slice();
  data.fill(0xff);
  expect([value?.content, value?.encoded, copy]).toEqual([
    Uint8Array.of(0xff, 0xff),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(1, 2),
  ]);
});

test.each([0, 1, 120, 121, 122, 123, 124, 250, 251, 300])(
  'a SEQUENCE of a string of %i bytes and half a wide character is written as it was read',
  (length) => {
    const content = Buffer.concat([encodeDer(octetString(new Uint8Array(length))), fromHex('1e0120')]);
    const read = encodeDer(octetString(content));
    read[0] = 0x30;
    expect(encodeDer(encodedSequence(read))).toEqual(read);
    expect(decodeDer(encodeDer(set(encodedSequence(read))), 'test').children[0]?.encoded).toEqual(read);
  },
);
