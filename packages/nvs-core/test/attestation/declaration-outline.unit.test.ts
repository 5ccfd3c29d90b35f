import { parseCertificationDeclaration, readDeclarationClaims } from '../../src';
import { encodeTlv } from '../../src/attestation/tlv';
import { type CdForgery, forgeCd } from './forgery';

function wholeOf(data: Uint8Array) {
  const { fields, cms } = parseCertificationDeclaration(data);
  const { vendorId, dacOriginVendorId, certificationType } = fields;
  return {
    vendorId,
    dacOriginVendorId,
    certificationType,
    signerKeyIds: cms.signers.map(({ keyId }) => keyId),
  };
}

const structure = (...elements: Parameters<typeof encodeTlv>[0][]) =>
  encodeTlv({ type: 'structure', elements });
const number = (tag: number, value: bigint) => ({ tag, type: 'unsigned', value }) as const;

test.each<[string, CdForgery]>([
  ['the usual', {}],
  ['a product of type 2', { fields: { vendorId: 0x1349, certificationType: 2 } }],
  ['dac_origin', { fields: { dacOriginVendorId: 0xfff2, dacOriginProductId: 1 } }],
  ['a list of PAAs that looks like ends', { fields: { authorizedPaaList: [new Uint8Array(20).fill(0x18)] } }],
  ['two signers', { signers: 2 }],
  ['no signer', { signers: 0 }],
  ['a signer with attributes', { attributes: true }],
  ['one field', { content: structure(number(8, 0n)) }],
  ['a field twice', { content: structure(number(1, 1n), number(1, 2n)) }],
  ['fields of other types', { content: structure({ tag: 1, type: 'string', value: 'x' }, number(9, 300n)) }],
  [
    'fields in a structure',
    {
      content: structure(
        { tag: 2, type: 'structure', elements: [number(1, 7n), number(8, 1n)] },
        number(8, 2n),
      ),
    },
  ],
  [
    'fields in bytes',
    { content: structure({ tag: 2, type: 'bytes', value: new Uint8Array(300).fill(0x24) }, number(1, 5n)) },
  ],
])('what is claimed is what the whole says: %s', (_, change) => {
  const data = forgeCd(change);
  expect(readDeclarationClaims(data)).toEqual(wholeOf(data));
});

test.each([
  ['no content', Uint8Array.of()],
  ['no end', Uint8Array.of(0x15, 0x24, 1, 5)],
  ['a string beyond the end', Uint8Array.of(0x15, 0x30, 1, 0xff, 0x18)],
  ['a tag of a profile', Uint8Array.of(0x15, 0x44, 1, 0, 5, 0x18)],
  ['an unknown type', Uint8Array.of(0x15, 0x39, 1, 0x18)],
])('TLV with %s is refused', (_, content) => {
  expect(() => readDeclarationClaims(forgeCd({ content }))).toThrow('its TLV is malformed');
});

test('a declaration that is cut off claims nothing', () => {
  const data = forgeCd();
  for (let length = 0; length < data.length; length++)
    expect(() => readDeclarationClaims(data.slice(0, length))).toThrow(
      expect.objectContaining({ name: 'FactoryError' }),
    );
});
