import fc from 'fast-check';
import { type FactoryError, formatName, type NameOptions, sameName } from '../../src';
import { DerReader, decodeDer } from '../../src/attestation/der';
import { createName } from '../../src/attestation/issue/name';
import { decodeName, type MatterIds, matterIdsOf } from '../../src/attestation/name';
import { type Asn1, encodeDer, oid, primitive, sequence, set, utf8String, writer } from './asn1';

const VENDOR_ID = '1.3.6.1.4.1.37244.2.1';
const PRODUCT_ID = '1.3.6.1.4.1.37244.2.2';
const read = (name: Asn1) => decodeName(decodeDer(encodeDer(name), 'name'), new DerReader('name'));
const nameOf = (...attributes: [string, string][]) =>
  read(sequence(...attributes.map(([type, text]) => set(sequence(oid(type), utf8String(text))))));
const commonName = (text: string) => nameOf(['2.5.4.3', text]);
const problem = expect.stringContaining('four upper-case hexadecimal digits');

/** The examples of the Matter Core specification, 6.2.2.2.1, and more of their kind. */
test.each<[string, object]>([
  ['ACME Matter Devel DAC 5CDA9899 Mvid:FFF1 Mpid:00B1', { vendorId: 0xfff1, productId: 0x00b1 }],
  ['ACME Matter Devel DAC 5CDA9899 Mpid:00B1 Mvid:FFF1', { vendorId: 0xfff1, productId: 0x00b1 }],
  ['Mpid:00B1,ACME Matter Devel DAC 5CDA9899,Mvid:FFF1', { vendorId: 0xfff1, productId: 0x00b1 }],
  ['ACME Matter Devel DAC 5CDA9899 Mvid:FFF1Mpid:00B1', { vendorId: 0xfff1, productId: 0x00b1 }],
  ['Mvid:FFF1ACME Matter Devel DAC 5CDAMpid:00B19899', { vendorId: 0xfff1, productId: 0x00b1 }],
  ['ACME Matter Devel DAC 5CDA9899 Mvid:FF1 Mpid:00B1', { productId: 0x00b1, problem }],
  ['ACME Matter Devel DAC 5CDA9899 Mvid:fff1 Mpid:00B1', { productId: 0x00b1, problem }],
  ['ACME Matter Devel DAC 5CDA9899 Mvid:FFF1 Mpid:B1', { vendorId: 0xfff1, problem }],
  ['ACME Matter Devel DAC 5CDA9899 Mpid: Mvid:FFF1', { vendorId: 0xfff1, problem }],
  ['Mvid:FFF Mpid:00B10x', { productId: 0x00b1, problem }],
  ['MpidMvid:FFF10 Matter Test Mpid:00B1', { vendorId: 0xfff1, productId: 0x00b1 }],
  ['Mvid:XYZ1 Mvid:FFF1', { vendorId: 0xfff1 }],
  ['Matter Devel DAC Mpid:00B1 MVID:FFF1', { productId: 0x00b1 }],
  [`${'x'.repeat(60)} Mvid:FFF1`, {}],
])('%s', (text, ids) => {
  const read = matterIdsOf(commonName(text));
  const encoding = Object.keys(ids).some((key) => key !== 'problem') ? { encoding: 'common name' } : {};
  expect(read).toEqual({ ...ids, ...encoding });
});

test.each<[string, [string, string][], MatterIds | object]>([
  [
    'attributes',
    [
      [VENDOR_ID, 'FFF1'],
      [PRODUCT_ID, '8000'],
    ],
    { vendorId: 0xfff1, productId: 0x8000, encoding: 'attributes' },
  ],
  [
    'attributes win',
    [
      ['2.5.4.3', 'Mvid:FFF2 Mpid:0001'],
      [VENDOR_ID, 'FFF1'],
    ],
    { vendorId: 0xfff1, encoding: 'attributes' },
  ],
  [
    'a product attribute alone takes no vendor id of the common name',
    [
      ['2.5.4.3', 'Mvid:FFF1'],
      [PRODUCT_ID, '00B1'],
    ],
    { productId: 0x00b1, encoding: 'attributes' },
  ],
  ['lower case', [[VENDOR_ID, 'fff1']], { encoding: 'attributes', problem }],
  ['too long', [[VENDOR_ID, 'FFF10']], { encoding: 'attributes', problem }],
  [
    'twice',
    [
      [VENDOR_ID, 'FFF1'],
      [VENDOR_ID, 'FFF1'],
    ],
    { vendorId: 0xfff1, encoding: 'attributes', problem: 'the vendor id appears 2 times' },
  ],
  [
    'malformed common name beside attributes',
    [
      ['2.5.4.3', 'Mvid:1'],
      [VENDOR_ID, 'FFF1'],
    ],
    { vendorId: 0xfff1, encoding: 'attributes', problem },
  ],
  ['no name at all', [], {}],
])('%s', (_, attributes, ids) => {
  expect(matterIdsOf(nameOf(...attributes))).toEqual(ids);
});

test('a name made here is read back in either encoding', () => {
  const options: NameOptions = { commonName: 'ACME', organization: 'A, B', vendorId: 0xfff1, productId: 1 };
  const name = read(createName(writer, options));
  expect(formatName(name)).toBe('O=A, B, CN=ACME, VID=FFF1, PID=0001');
  const fallback = read(createName(writer, { ...options, idEncoding: 'common name' }));
  expect(formatName(fallback)).toBe('O=A, B, CN=ACME Mvid:FFF1 Mpid:0001');
  expect(matterIdsOf(fallback)).toEqual({ vendorId: 0xfff1, productId: 1, encoding: 'common name' });
  expect([sameName(name, name), sameName(name, fallback)]).toEqual([true, false]);
});

test('wide strings keep their bytes', () => {
  const wide = sequence(set(sequence(oid('2.5.4.3'), primitive(0x1e, Uint8Array.of(0x20, 0xac, 0, 0x41)))));
  expect(read(wide).der).toEqual(encodeDer(wide));
});

test.each<[string, Asn1, boolean]>([
  ['another kind of string', primitive(0x13, Buffer.from('Test PAI')), true],
  ['a wide string', primitive(0x1e, Buffer.from('Test PAI', 'utf16le').swap16()), true],
  [
    'a wider string',
    primitive(0x1c, Buffer.from([...'Test PAI'].flatMap((letter) => [0, 0, 0, letter.charCodeAt(0)]))),
    true,
  ],
  ['another case', utf8String('TEST pai'), true],
  ['more spaces', utf8String(' Test \t  PAI '), true],
  ['no space', utf8String('TestPAI'), false],
  ['an accent', utf8String('Tést PAI'), false],
  ['a type whose bytes are compared', primitive(0x03, Buffer.from('\0Test PAI')), false],
])('names are compared as X.509 does: %s', (_, value, isSame) => {
  const name = (text: Asn1) => read(sequence(set(sequence(oid('2.5.4.3'), text))));
  expect(sameName(name(value), name(utf8String('Test PAI')))).toBe(isSame);
});

test('the case of letters beyond ASCII is compared', () => {
  expect(sameName(commonName('PRÜF'), commonName('prüf'))).toBe(false);
  expect(sameName(commonName('PRüF'), commonName('prüf'))).toBe(true);
});

test('the order of the parts of a name is compared, that within a part is not', () => {
  const part = (type: string) => sequence(oid(type), utf8String('x'));
  const [first, second] = [part('2.5.4.3'), part('2.5.4.10')];
  expect(sameName(read(sequence(set(first, second))), read(sequence(set(second, first))))).toBe(true);
  expect(sameName(read(sequence(set(first), set(second))), read(sequence(set(second), set(first))))).toBe(
    false,
  );
  expect(sameName(read(sequence(set(first), set(second))), read(sequence(set(first, second))))).toBe(false);
});

describe('text of a name', () => {
  const commonNameOf = (tag: number, ...bytes: number[]) =>
    sequence(set(sequence(oid('2.5.4.3'), primitive(tag, Uint8Array.from(bytes)))));
  const [utf8, printable, ia5] = [0x0c, 0x13, 0x16];

  test.each<[string, Asn1, string]>([
    ['a continuation byte alone', commonNameOf(utf8, 0x41, 0x80), 'UTF-8'],
    ['a sequence cut off', commonNameOf(utf8, 0xc3), 'UTF-8'],
    ['a sequence that is too long', commonNameOf(utf8, 0xc0, 0x80), 'UTF-8'],
    ['half a surrogate pair', commonNameOf(utf8, 0xed, 0xa0, 0x80), 'UTF-8'],
    ['beyond Unicode', commonNameOf(utf8, 0xf4, 0x90, 0x80, 0x80), 'UTF-8'],
    ['Latin-1 in a UTF8String', commonNameOf(utf8, 0xe9), 'UTF-8'],
    ['a line break in a PrintableString', commonNameOf(printable, 0x41, 0x0a), 'PrintableString'],
    ['an at sign in a PrintableString', commonNameOf(printable, 0x40), 'PrintableString'],
    ['UTF-8 in a PrintableString', commonNameOf(printable, 0xc3, 0xa9), 'PrintableString'],
    ['Latin-1 in an IA5String', commonNameOf(ia5, 0xe9), 'IA5String'],
    ['an OCTET STRING', commonNameOf(0x04, 0x41), 'not of text'],
    [
      'a quarter of a character of four bytes',
      commonNameOf(0x1c, 0, 0, 0, 0x41, 0),
      'ends within a character',
    ],
    ['half a surrogate pair of two bytes', commonNameOf(0x1e, 0xd8, 0), 'a code that is no character'],
  ])('%s is rejected', (_, name, reason) => {
    expect(() => read(name)).toThrow(
      /^attestation\.structure-invalid: the name is malformed: the attribute CN/,
    );
    expect(() => read(name)).toThrow(reason);
  });

  test.each<[string, Asn1, string]>([
    ['UTF8String', commonNameOf(utf8, 0xf0, 0x9f, 0x92, 0xa1), '💡'],
    ['PrintableString', commonNameOf(printable, ...Buffer.from("Az09 '()+,-./:=?")), "Az09 '()+,-./:=?"],
    ['IA5String', commonNameOf(ia5, ...Buffer.from('a@example.com')), 'a@example.com'],
  ])('%s is read', (_, name, text) => {
    expect(read(name).attributes.map((attribute) => attribute.text)).toEqual([text]);
  });

  test('any bytes are either the text that was meant or rejected', () => {
    const types = [utf8, printable, ia5];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 12 }), (tag, bytes) => {
        try {
          const [attribute] = read(commonNameOf(tag, ...bytes)).attributes;
          expect(Buffer.from(attribute?.text ?? '', 'utf8')).toEqual(Buffer.from(bytes));
        } catch (error) {
          expect((error as FactoryError).code).toBe('attestation.structure-invalid');
        }
      }),
    );
  });
});
