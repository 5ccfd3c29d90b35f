import {
  type CdOptions,
  type Certificate,
  checkAttestation,
  classifyCredentials,
  createCertificateRequest,
  createDevelopmentCredentials,
  fillCommonName,
  generateKey,
  type Issuer,
  issueCertificationDeclaration,
  issueDac,
  issuePaa,
  issuePai,
  keySigner,
  publicKeyOfRequest,
  testCdKey,
} from '../../src';
import { NO_EXPIRY, parseAnyCertificate } from '../../src/attestation/certificate';
import { parseWellFormedDeclaration } from '../../src/attestation/certification-declaration';
import { toHex } from '../../src/bytes/text';
import { forgeCertificate, KEYS, seededRandom } from './forgery';

const NOW = new Date('2025-03-04T05:06:07.890Z');
const base = () => ({ random: seededRandom('issue'), notBefore: new Date('2025-03-04T05:06:07Z') });
const signer = keySigner(KEYS.paa);

async function chain(): Promise<{ paa: Issuer; pai: Issuer }> {
  const paa = await issuePaa({ ...base(), commonName: 'PAA', signer });
  const paaIssuer = { certificate: paa, signer };
  const pai = await issuePai({
    ...base(),
    commonName: 'PAI',
    vendorId: 0xfff1,
    paa: paaIssuer,
    publicKey: KEYS.pai,
  });
  return { paa: paaIssuer, pai: { certificate: pai, signer: keySigner(KEYS.pai) } };
}
const dacOptions = (pai: Issuer) => ({
  ...base(),
  commonName: 'DAC',
  vendorId: 0xfff1,
  productId: 0x8000,
  pai,
  publicKey: KEYS.dac,
});
const CD: CdOptions = {
  vendorId: 0xfff1,
  productIds: [0x8000],
  deviceTypeId: 0x16,
  certificateId: 'ZIG20142ZB330003-24',
  versionNumber: 1,
  certificationType: 0,
};

const findingsOf = (dac: Certificate, pai: Certificate, paa: Certificate, cd = {}) =>
  issueCertificationDeclaration({ ...CD, ...cd }, keySigner(testCdKey())).then(
    (declaration) =>
      checkAttestation({
        dac,
        pai,
        cd: declaration,
        paaTrustStore: [paa],
        vendorId: 0xfff1,
        productId: 0x8000,
        at: NOW,
      }).findings,
  );

describe('development credentials', () => {
  const options = { vendorId: 0xfff2, productId: 0x8001, now: NOW };
  const create = () => createDevelopmentCredentials({ ...options, random: seededRandom('development') });

  test('pass our own checks, and are development', async () => {
    const { paa, pai, dac, cd } = await create();
    const files = { dac: dac.certificate, pai: pai.certificate, cd };
    const check = checkAttestation({
      ...files,
      paaTrustStore: [paa.certificate],
      dacKey: dac.key,
      vendorId: 0xfff2,
      productId: 0x8001,
      at: NOW,
    });
    expect(check.findings).toEqual([]);
    expect(classifyCredentials({ ...files, vendorIds: [0xfff2] }).kind).toBe('development');
  });

  test('are the same for the same randomness and time', async () => {
    expect(await create()).toEqual(await create());
  });

  test('have serial numbers of their own, positive, of more than 64 bits, and no expiry', async () => {
    const { paa, pai, dac } = await create();
    const certificates = [paa, pai, dac].map(({ certificate }) => certificate);
    expect(new Set(certificates.map(({ serialNumber }) => toHex(serialNumber))).size).toBe(3);
    for (const { serialNumber, notAfter, notBefore } of certificates) {
      expect([serialNumber.length, (serialNumber[0] ?? 0xff) < 0x80]).toEqual([16, true]);
      expect([notBefore.toISOString(), notAfter]).toEqual(['2025-03-04T05:06:07.000Z', NO_EXPIRY]);
    }
  });

  test('are for test vendor ids only', async () => {
    await expect(
      createDevelopmentCredentials({ ...options, vendorId: 0x1234, random: seededRandom('x') }),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'attestation.issue-option-invalid',
        params: expect.objectContaining({ option: 'vendorId' }),
      }),
    );
  });
});

describe('certificates', () => {
  test.each<[string, object, object, object]>([
    ['plain', {}, {}, {}],
    [
      'ids in the common name',
      { idEncoding: 'common name' },
      { idEncoding: 'common name' },
      { idEncoding: 'common name' },
    ],
    ['a vendor id in the PAA, a product id in the PAI', { vendorId: 0xfff1 }, { productId: 0x8000 }, {}],
    [
      'with an end, an organization and a list of revoked',
      { notAfter: new Date('2060-01-01') },
      { organization: 'ACME' },
      { crlUri: 'http://example.com/pai.crl' },
    ],
    ['with a serial number', {}, {}, { serialNumber: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 0xff) }],
  ])('%s: pass our own checks', async (_, paaOptions, paiOptions, options) => {
    const paa = await issuePaa({ ...base(), commonName: 'PAA', signer, ...paaOptions });
    const pai = await issuePai({
      ...base(),
      commonName: 'PAI',
      vendorId: 0xfff1,
      paa: { certificate: paa, signer },
      publicKey: KEYS.pai,
      ...paiOptions,
    });
    const dac = await issueDac({
      ...dacOptions({ certificate: pai, signer: keySigner(KEYS.pai) }),
      ...options,
    });
    expect(await findingsOf(dac, pai, paa)).toEqual([]);
  });

  test('a certificate of a request has its key', async () => {
    const { paa, pai } = await chain();
    const request = await createCertificateRequest({ commonName: 'any' }, keySigner(KEYS.other));
    const dac = await issueDac({ ...dacOptions(pai), publicKey: publicKeyOfRequest(request) });
    expect(dac.publicKey.data).toEqual(KEYS.other.publicKey);
    expect(await findingsOf(dac, pai.certificate, paa.certificate)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['an empty common name', { commonName: '' }, 'commonName'],
    ['a common name of spaces', { commonName: '  ' }, 'commonName'],
    ['a common name of 65 bytes', { commonName: `${'ä'.repeat(32)}x` }, 'commonName'],
    [
      'a common name that is too long with the ids',
      { commonName: 'x'.repeat(45), idEncoding: 'common name' },
      'commonName',
    ],
    ['ids written by hand', { commonName: 'x Mvid:FFF1' }, 'commonName'],
    ['an empty organization', { organization: '' }, 'organization'],
    ['names that fill it up', { organization: 'x'.repeat(500) }, 'commonName'],
    ['product id 0', { productId: 0 }, 'productId'],
    ['another vendor id than the PAI', { vendorId: 0xfff2 }, 'vendorId'],
    ['an end before the start', { notAfter: new Date('2025-03-04T05:06:07Z') }, 'notAfter'],
    ['a start before the PAI', { notBefore: new Date('2020-01-01') }, 'notBefore'],
    ['a serial number of 7 bytes', { serialNumber: new Uint8Array(7).fill(1) }, 'serialNumber'],
    ['a negative serial number', { serialNumber: new Uint8Array(8).fill(0x80) }, 'serialNumber'],
    ['a URI that is not ASCII', { crlUri: 'http://exämple.com' }, 'crlUri'],
    ['an empty URI', { crlUri: '' }, 'crlUri'],
    ['an end beyond 9999', { notAfter: new Date('+010000-01-01') }, 'notAfter'],
    ['an end that is no date', { notAfter: new Date(Number.NaN) }, 'notAfter'],
    ['a CRL issuer without list', { crlIssuer: parseAnyCertificate(forgeCertificate('paa')) }, 'crlIssuer'],
    ['serial number 0', { serialNumber: new Uint8Array(8) }, 'serialNumber'],
  ])('refused: %s', async (_, options, option) => {
    const { pai } = await chain();
    await expect(issueDac({ ...dacOptions(pai), ...options })).rejects.toMatchObject({
      code: 'attestation.issue-option-invalid',
      params: { option },
    });
  });

  test('refused: another product id than the PAI, another vendor id than the PAA, the key of another issuer', async () => {
    const { paa, pai } = await chain();
    const withPid = await issuePai({
      ...base(),
      commonName: 'PAI',
      vendorId: 0xfff1,
      productId: 1,
      paa,
      publicKey: KEYS.pai,
    });
    await expect(issueDac(dacOptions({ ...pai, certificate: withPid }))).rejects.toMatchObject({
      params: { option: 'productId' },
    });
    const withVid = await issuePaa({ ...base(), commonName: 'PAA', vendorId: 0xfff3, signer });
    const options = { ...base(), commonName: 'PAI', vendorId: 0xfff1, publicKey: KEYS.pai };
    await expect(issuePai({ ...options, paa: { certificate: withVid, signer } })).rejects.toMatchObject({
      params: { option: 'vendorId' },
    });
    await expect(issueDac(dacOptions({ ...pai, signer }))).rejects.toMatchObject({
      code: 'attestation.key-mismatch',
    });
  });
});

describe('signers', () => {
  test.each<[string, (digest: Uint8Array) => Promise<Uint8Array>]>([
    ['answers nothing', async () => new Uint8Array(0)],
    ['answers with a signature of another key', keySigner(KEYS.other).sign],
    ['answers a signature of something else', async () => keySigner(KEYS.paa).sign(new Uint8Array(32))],
  ])('one that %s is refused', async (_, sign) => {
    await expect(
      issuePaa({ ...base(), commonName: 'PAA', signer: { ...signer, sign } }),
    ).rejects.toMatchObject({
      code: 'attestation.signer-answer-invalid',
    });
  });

  test('get the 32-byte digest and nothing else', async () => {
    const seen: number[] = [];
    const sign = (digest: Uint8Array) => {
      seen.push(digest.length);
      return signer.sign(digest);
    };
    await issuePaa({ ...base(), commonName: 'PAA', signer: { ...signer, sign } });
    expect(seen).toEqual([32]);
  });
});

describe('declarations', () => {
  test('every field is written and read back', async () => {
    const fields = {
      ...CD,
      dacOriginVendorId: 0xfff2,
      dacOriginProductId: 2,
      authorizedPaaList: [new Uint8Array(20)],
    };
    const declaration = await issueCertificationDeclaration(fields, keySigner(KEYS.cd));
    expect(parseWellFormedDeclaration(declaration.der).fields).toMatchObject(fields);
    expect(parseWellFormedDeclaration(declaration.der)).toEqual(declaration);
  });

  test.each<[string, Partial<CdOptions>]>([
    ['vendorId', { vendorId: 0 }],
    ['productIds', { productIds: [] }],
    ['productIds', { productIds: Array.from({ length: 101 }, () => 1) }],
    ['productIds', { productIds: [0x10000] }],
    ['deviceTypeId', { deviceTypeId: -1 }],
    ['certificateId', { certificateId: 'ZIG' }],
    ['securityLevel', { securityLevel: 256 }],
    ['securityInformation', { securityInformation: 0x10000 }],
    ['versionNumber', { versionNumber: 0x10000 }],
    ['certificationType', { certificationType: 3 }],
    ['dacOriginVendorId', { dacOriginVendorId: 1 }],
    ['dacOriginProductId', { dacOriginVendorId: 1, dacOriginProductId: 0 }],
    ['authorizedPaaList', { authorizedPaaList: [] }],
    ['authorizedPaaList', { authorizedPaaList: [new Uint8Array(19)] }],
  ])('refused: %s', async (option, fields) => {
    await expect(
      issueCertificationDeclaration({ ...CD, ...fields }, keySigner(KEYS.cd)),
    ).rejects.toMatchObject({
      code: 'attestation.issue-option-invalid',
      params: { option },
    });
  });
});

describe('the public test key', () => {
  test.each<[string, Partial<CdOptions>]>([
    ['vendorId', { vendorId: 0x1234 }],
    ['dacOriginVendorId', { dacOriginVendorId: 0x1234, dacOriginProductId: 1 }],
    ['certificationType', { certificationType: 1 }],
    ['certificationType', { certificationType: 2 }],
  ])('signs nothing for a product: %s', async (option, fields) => {
    const key = keySigner(testCdKey());
    await expect(issueCertificationDeclaration({ ...CD, ...fields }, key)).rejects.toMatchObject({
      code: 'attestation.issue-option-invalid',
      params: { option },
    });
    const own = await issueCertificationDeclaration({ ...CD, ...fields }, keySigner(KEYS.cd));
    expect(own.fields).toMatchObject(fields);
  });
});

test('common names are filled in from a template', () => {
  expect(
    fillCommonName('{vendorId}-{productId} {serialNumber}', {
      vendorId: 0xfff1,
      productId: 1,
      serialNumber: 'A7',
    }),
  ).toBe('FFF1-0001 A7');
  for (const template of ['{what}', '{constructor}', '{vendorId}'])
    expect(() => fillCommonName(template, {})).toThrow(`there is no value for ${template}`);
});

test('keys are drawn from the generator given', () => {
  expect(generateKey(seededRandom('a'))).toEqual(generateKey(seededRandom('a')));
  expect(generateKey(seededRandom('a')).raw).not.toEqual(generateKey(seededRandom('b')).raw);
});
