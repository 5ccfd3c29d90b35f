import fc from 'fast-check';
import { FactoryError } from '../../src';
import { decodeMatterTlv, encodeMatterTlv, type MatterTlvElement } from '../../src/attestation/tlv';
import { fromHex, toHex } from '../../src/bytes/text';

/** Examples of the Matter Core specification, A.12. */
test.each<[string, MatterTlvElement]>([
  ['08', { type: 'boolean', value: false }],
  ['09', { type: 'boolean', value: true }],
  ['002a', { type: 'signed', value: 42n }],
  ['00ef', { type: 'signed', value: -17n }],
  ['042a', { type: 'unsigned', value: 42n }],
  ['012a00', { type: 'signed', value: 42n }],
  ['02f0670000', { type: 'signed', value: 26608n }],
  ['0300902f5009000000', { type: 'signed', value: 40000000000n }],
  ['0c0648656c6c6f21', { type: 'string', value: 'Hello!' }],
  ['1005000102030 4'.replace(' ', ''), { type: 'bytes', value: Uint8Array.of(0, 1, 2, 3, 4) }],
  ['14', { type: 'null' }],
  ['0a0000803f', { type: 'float', value: 1 }],
  ['0b000000000000f03f', { type: 'float', value: 1 }],
  ['1518', { type: 'structure', elements: [] }],
  ['1618', { type: 'array', elements: [] }],
  [
    '17 0001 2000 2a 18'.replaceAll(' ', ''),
    {
      type: 'list',
      elements: [
        { type: 'signed', value: 1n },
        { type: 'signed', value: 42n, tag: 0 },
      ],
    },
  ],
  ['2401ff', { type: 'unsigned', value: 255n, tag: 1 }],
  ['c4f1ffedde01002a', { type: 'unsigned', value: 42n, tag: 'profile f1ffedde0100' }],
])('%s', (hex, element) => {
  expect(decodeMatterTlv(fromHex(hex), 'TLV')).toEqual(element);
});

test.each([
  ['nothing', ''],
  ['end of container', '18'],
  ['end of container with a tag', '153801'],
  ['unknown type', '19'],
  ['no end', '15'],
  ['trailing byte', '151800'],
  ['integer cut off', '0500'],
  ['string cut off', '0c0548'],
  ['string of 2^64 - 1 bytes', '0fffffffffffffffff'],
  ['tag cut off', '24'],
  ['nesting', '15'.repeat(17) + '18'.repeat(17)],
])('rejected: %s', (_, hex) => {
  expect(() => decodeMatterTlv(fromHex(hex), 'TLV')).toThrow(
    expect.objectContaining({ code: 'attestation.structure-invalid' }),
  );
});

const tag = fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined });
const { element } = fc.letrec<{ element: MatterTlvElement }>((tie) => ({
  element: fc
    .tuple(
      tag,
      fc.oneof(
        { maxDepth: 4 },
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ type: 'unsigned' as const, value })),
        fc.string({ unit: 'grapheme', maxLength: 300 }).map((value) => ({ type: 'string' as const, value })),
        fc.uint8Array({ maxLength: 300 }).map((value) => ({ type: 'bytes' as const, value })),
        fc.record({
          type: fc.constantFrom('structure' as const, 'array' as const, 'list' as const),
          elements: fc.array(tie('element'), { maxLength: 4 }),
        }),
      ),
    )
    .map(([number, value]) => (number === undefined ? value : { ...value, tag: number }) as MatterTlvElement),
}));

test('a string that is no UTF-8 keeps its bytes', () => {
  expect(decodeMatterTlv(fromHex('0c0241ff'), 'TLV')).toEqual({
    type: 'string',
    value: 'A\ufffd',
    bytes: Uint8Array.of(0x41, 0xff),
  });
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(element, (value) => expect(decodeMatterTlv(encodeMatterTlv(value), 'TLV')).toEqual(value)),
    { numRuns: 300 },
  );
});

test('any bytes are a value or a FactoryError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
      try {
        decodeMatterTlv(data, 'TLV');
      } catch (error) {
        if (!(error instanceof FactoryError)) throw new Error(toHex(data), { cause: error });
      }
    }),
    { numRuns: 3000 },
  );
});
