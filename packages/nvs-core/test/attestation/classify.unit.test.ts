import { classifyCredentials, keyIdOf, parseCredential, testCdKey } from '../../src';
import type { ClassifyInput } from '../../src/attestation/classify';
import {
  CD_SIGNER,
  type CdForgery,
  type CertificateForgery,
  forgeCd,
  forgeCertificate,
  KEYS,
} from './forgery';

const dacOf = (change?: CertificateForgery) => parseCredential('dac', forgeCertificate('dac', change));
const paiOf = (change?: CertificateForgery) => parseCredential('pai', forgeCertificate('pai', change));
const cdOf = (change?: CdForgery) => parseCredential('cd', forgeCd(change));
const GOOD: ClassifyInput = {
  vendorIds: [0xfff1],
  dac: dacOf(),
  pai: paiOf(),
  cd: cdOf(),
  ownCdSigners: [CD_SIGNER],
};
const UNDER_TEST_KEY: Partial<ClassifyInput> = {
  cd: cdOf({ signer: testCdKey(), keyId: keyIdOf(testCdKey().publicKey) }),
};
const product = { commonName: 'x', vendorId: 0x1349, productId: 1 };

test.each<[string, Partial<ClassifyInput>]>([
  ['test ids and a key of the workspace', {}],
  ['the public test key', { ...UNDER_TEST_KEY, ownCdSigners: [] }],
  ['the last test id', { vendorIds: [0xfff1, 0xfff4] }],
  [
    'dac_origin with a test id',
    { cd: cdOf({ fields: { dacOriginVendorId: 0xfff2, dacOriginProductId: 1 } }) },
  ],
])('development: %s', (_, change) => {
  expect(classifyCredentials({ ...GOOD, ...change })).toEqual({ kind: 'development', reasons: [] });
});

test.each<[string, Partial<ClassifyInput>, string]>([
  ['no vendor id configured', { vendorIds: [] }, 'the configuration has no vendor id'],
  [
    'a product vendor id configured',
    { vendorIds: [0xfff1, 0x1349] },
    'the vendor id of the configuration is 0x1349',
  ],
  ['0xFFF0', { vendorIds: [0xfff0] }, 'the vendor id of the configuration is 0xFFF0'],
  ['0xFFF5', { vendorIds: [0xfff5] }, 'the vendor id of the configuration is 0xFFF5'],
  ['a product DAC', { dac: dacOf({ subject: product }) }, 'the vendor id of the DAC is 0x1349'],
  ['a product PAI', { pai: paiOf({ subject: product }) }, 'the vendor id of the PAI is 0x1349'],
  ['a DAC without id', { dac: dacOf({ subject: { commonName: 'x' } }) }, 'the DAC has no vendor id'],
  [
    'a product declaration',
    { cd: cdOf({ fields: { vendorId: 0x1349 } }) },
    'the vendor id of the Certification Declaration is 0x1349',
  ],
  [
    'a product dac_origin',
    { cd: cdOf({ fields: { dacOriginVendorId: 0x1349, dacOriginProductId: 1 } }) },
    'the vendor id of dac_origin in the Certification Declaration is 0x1349',
  ],
  ['a provisional declaration', { cd: cdOf({ fields: { certificationType: 1 } }) }, 'is not of type 0'],
  ['a malformed declaration', { cd: cdOf({ fields: { certificateId: 'x' } }) }, 'is malformed'],
  ['no DAC', { dac: undefined }, 'the DAC is missing'],
  ['no PAI', { pai: undefined }, 'the PAI is missing'],
  ['an unreadable DAC', { dac: parseCredential('dac', Uint8Array.of(1)) }, 'the DAC is not readable'],
  ['an unreadable PAI', { pai: parseCredential('pai', Uint8Array.of(1)) }, 'the PAI is not readable'],
  [
    'an unreadable declaration',
    { cd: parseCredential('cd', Uint8Array.of(1)) },
    'the Certification Declaration is not readable',
  ],
  ['no declaration', { cd: undefined }, 'the Certification Declaration is missing'],
  [
    'a signer that is not the workspace’s',
    { ownCdSigners: [] },
    'is not signed by the public test key or a key of this workspace',
  ],
  ['two signers', { cd: cdOf({ signers: 2 }) }, 'is not signed by'],
  [
    'a wrong signature',
    { cd: cdOf({ signer: KEYS.other }) },
    'the signature of the Certification Declaration is wrong',
  ],
])('production: %s', (_, change, reason) => {
  const classified = classifyCredentials({ ...GOOD, ...change });
  expect(classified).toEqual({ kind: 'production', reasons: [expect.stringContaining(reason)] });
});

describe('without any credentials the vendor id decides', () => {
  test.each([[[0xfff1]], [[0xfff4]], [[]]])('%j is development', (vendorIds) => {
    expect(classifyCredentials({ vendorIds })).toEqual({ kind: 'development', reasons: [] });
  });

  test.each([[[0x1349]], [[0xfff1, 0x1349]]])('%j is production', (vendorIds) => {
    expect(classifyCredentials({ vendorIds })).toEqual({
      kind: 'production',
      reasons: ['the vendor id of the configuration is 0x1349, not a test id'],
    });
  });

  test('keys of this workspace are no credentials', () => {
    expect(classifyCredentials({ vendorIds: [0xfff1], ownCdSigners: [CD_SIGNER] }).kind).toBe('development');
  });

  test('one credential alone is held to all the rules', () => {
    expect(classifyCredentials({ vendorIds: [0xfff1], dac: dacOf() }).reasons).toEqual([
      'the PAI is missing',
      'the Certification Declaration is missing',
    ]);
  });
});

test('reasons say where each id comes from', () => {
  const sources = { configuration: 'app.json:3', dac: 'dac.pem', pai: 'pai.pem', cd: 'cd.der' };
  const input = {
    vendorIds: [0x1349],
    dac: dacOf({ subject: product }),
    pai: paiOf({ subject: product }),
    cd: cdOf({ fields: { vendorId: 0x1349 } }),
    ownCdSigners: [CD_SIGNER],
    sources,
  };
  expect(classifyCredentials(input).reasons).toEqual([
    'the vendor id of the configuration (app.json:3) is 0x1349, not a test id',
    'the vendor id of the DAC (dac.pem) is 0x1349, not a test id',
    'the vendor id of the PAI (pai.pem) is 0x1349, not a test id',
    'the vendor id of the Certification Declaration (cd.der) is 0x1349, not a test id',
  ]);
});
