/** What is issued, byte for byte, for fixed keys, times and randomness: another builder must write the same. */

import {
  type CertificateRequest,
  createCertificateRequest,
  createPrivateKey,
  encodePem,
  encodePrivateKey,
  encodePrivateKeyPem,
  issueCdSignerCertificate,
  issueCertificationDeclaration,
  issueDac,
  issuePaa,
  issuePai,
  keySigner,
  sha256,
} from '../../src';
import type { CertificationDeclaration } from '../../src/attestation/certification-declaration';
import type { CertificateOptions } from '../../src/attestation/issue/certificate';
import { toHex } from '../../src/bytes/text';
import { KEYS, seededRandom } from './forgery';

const digest = (data: Uint8Array | string) => toHex(sha256(Buffer.from(data))).slice(0, 32);
const base = () => ({ random: seededRandom('golden'), notBefore: new Date('2025-03-04T05:06:07.890Z') });
const paaSigner = keySigner(KEYS.paa);

const issuedPaa = (options: Partial<CertificateOptions> = {}) =>
  issuePaa({ ...base(), commonName: 'Golden PAA', signer: paaSigner, ...options });
async function issuedPai(options: Partial<CertificateOptions> = {}) {
  const paa = { certificate: await issuedPaa(), signer: paaSigner };
  const common = { ...base(), commonName: 'Golden PAI', vendorId: 0xfff1, publicKey: KEYS.pai };
  return issuePai({ ...common, paa, ...options, vendorId: 0xfff1 });
}
async function issuedDac(options: Partial<CertificateOptions> = {}) {
  const pai = { certificate: await issuedPai(), signer: keySigner(KEYS.pai) };
  const common = { ...base(), commonName: 'Golden DAC', publicKey: KEYS.dac };
  return issueDac({ ...common, pai, ...options, vendorId: 0xfff1, productId: 0x8000 });
}
const cdSigner = () =>
  issueCdSignerCertificate({ ...base(), commonName: 'Golden CD', signer: keySigner(KEYS.cd) });

const CD = {
  vendorId: 0xfff1,
  productIds: [0x8000],
  deviceTypeId: 0x16,
  certificateId: 'ZIG20142ZB330003-24',
  versionNumber: 1,
  certificationType: 0,
};
const declaration = (fields: object = {}) =>
  issueCertificationDeclaration({ ...CD, ...fields }, keySigner(KEYS.cd));
const request = (options: object = {}) =>
  createCertificateRequest({ commonName: 'Golden request', ...options }, keySigner(KEYS.pai));

const inCommonName = { idEncoding: 'common name' } as const;
const every = {
  organization: 'Größe GmbH',
  notAfter: new Date('2049-12-31T23:59:59Z'),
  serialNumber: Uint8Array.of(0, 0x80, 3, 4, 5, 6, 7, 8, 9),
  crlUri: 'http://example.com/pai.crl',
};

test.each<[string, () => Promise<CertificateRequest | CertificationDeclaration>, string]>([
  ['PAA', () => issuedPaa(), '68dd89eb13f366c0ca2f1df39992355c'],
  ['PAA with a vendor id', () => issuedPaa({ vendorId: 0xfff1 }), '2081642d77624d26c53ea561cbf5daae'],
  ['PAI', () => issuedPai(), '7b50acbeb0a1b7b13f3805829609afae'],
  [
    'PAI, ids in the common name',
    () => issuedPai({ productId: 0x8000, ...inCommonName }),
    '0ab62e01113cce242d1fcb1e197fe6e6',
  ],
  ['DAC', () => issuedDac(), '751c6a77d6ca48168cafdd427a4b8c18'],
  ['DAC, ids in the common name', () => issuedDac(inCommonName), 'c3ebd173f0ee0a1a4e25717cbbf9591d'],
  [
    'DAC with every option',
    async () => issuedDac({ ...every, crlIssuer: await cdSigner() }),
    '1e67716f9211c2d07129446d969b5db5',
  ],
  [
    'DAC until 2050',
    () => issuedDac({ notAfter: new Date('2050-01-01T00:00:00Z') }),
    '4533197bf3de36cf7b72ad172d0d7055',
  ],
  ['CD signing certificate', cdSigner, 'f38e5c0ad8e62c1f8e333cd1fffe2539'],
  ['declaration', () => declaration(), 'f2d992c3d26048908826ff415abfc77f'],
  [
    'declaration with every field',
    () =>
      declaration({
        productIds: Array.from({ length: 100 }, (_, index) => 0x8000 + index),
        securityLevel: 255,
        securityInformation: 0xffff,
        dacOriginVendorId: 0xfff2,
        dacOriginProductId: 2,
        authorizedPaaList: Array.from({ length: 10 }, (_, index) => new Uint8Array(20).fill(index)),
      }),
    'f18d7d15a28cb31e07a8c6a639747665',
  ],
  ['request', () => request(), 'c4a11b6969aa29042a92ba71b5a86c44'],
  [
    'request, ids in the common name',
    () => request({ vendorId: 1, productId: 0xabcd, ...inCommonName }),
    'd939a2289e48557df7fb0222353c97e1',
  ],
])('%s', async (_, issue, expected) => {
  const { der } = await issue();
  expect(digest(der)).toBe(expected);
});

/** Its scalar starts with a zero byte, which must not get lost. */
const SMALL = createPrivateKey(Uint8Array.from({ length: 32 }, (_, index) => index));

test('private keys', () => {
  const keys = [KEYS.dac, SMALL].flatMap((key) => [
    encodePrivateKey(key, 'sec1'),
    encodePrivateKey(key, 'pkcs8'),
    encodePrivateKeyPem(key),
    encodePrivateKeyPem(key, 'sec1'),
  ]);
  expect(keys.map(({ length }) => length)).toEqual([121, 138, 241, 227, 121, 138, 241, 227]);
  expect(keys.map(digest)).toEqual([
    'ca4adab69eb8eb57b6088b25217cdbea',
    '8b8afeb046a23cf3d1a840e8a68efdec',
    '46a23af69430a80d769e1a423097afd7',
    'af585864d6f71c9b6b71990628884f28',
    '2db813a12aab262bffc5230a70b7a7b3',
    '09bf183fe76641d5835c056ab6c4f62a',
    'ffa52edd5d5a68922a7e9e1da89b4c88',
    '3f12ee6171b161e91a9cb52c33c68038',
  ]);
});

test('PEM', async () => {
  const lengths = [1, 47, 48, 49, 96, 200];
  const texts = lengths.map((length) => encodePem('CMS', new Uint8Array(length).fill(7)));
  expect(digest((await Promise.all(texts)).join(''))).toBe('3b24a72f499c68327a574bad3b0f4374');
});
