/** Whatever the options, what is issued is what the strict reader reads of it. */
import fc from 'fast-check';
import {
  type CdOptions,
  type Certificate,
  createCertificateRequest,
  createPrivateKey,
  encodePem,
  encodePrivateKey,
  encodePrivateKeyPem,
  isSignedBy,
  issueCertificationDeclaration,
  issueDac,
  issuePaa,
  issuePai,
  keySigner,
  type NameOptions,
  parseCertificateRequest,
  parseCertificates,
  parsePrivateKey,
} from '../../src';
import { NO_EXPIRY, parseAnyCertificate } from '../../src/attestation/certificate';
import { isRequestSigned } from '../../src/attestation/certificate-request';
import { parseWellFormedDeclaration } from '../../src/attestation/certification-declaration';
import { type DerNode, decodeDer } from '../../src/attestation/der';
import type { CertificateOptions } from '../../src/attestation/issue/certificate';
import { toHex } from '../../src/bytes/text';
import { sha1 } from '../../src/crypto/hash';
import { isP256Scalar } from '../../src/crypto/p256';
import { type Asn1, oid, primitive, sequence, set, utf8String } from './asn1';
import { forgeCertificate, KEYS, seededRandom } from './forgery';

const RUNS = { numRuns: 60 };
const START = new Date('1950-01-01T00:00:00Z');
const random = seededRandom('property');

const id = fc.integer({ min: 1, max: 0xffff });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
/** Options without those that are undefined. */
const given = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
const text = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter(
      (drawn) => Buffer.byteLength(drawn) <= maxLength && !/M[vp]id:/.test(drawn) && drawn.trim() !== '',
    );
const seconds = (from: string) =>
  fc
    .integer({ min: Date.parse(from) / 1000, max: Date.parse('9999-12-31T23:59:58Z') / 1000 })
    .map((second) => new Date(second * 1000));

const names = {
  commonName: text(24),
  organization: optional(text(12)),
  idEncoding: optional(fc.constantFrom('attributes' as const, 'common name' as const)),
};

/** Type and content of a CN that the certificate of another maker may have. */
const foreignName = fc.oneof(
  fc.tuple(
    fc.constantFrom(0x0c, 0x13, 0x16),
    fc.stringMatching(/^[A-Za-z0-9 ]{6}$/).map((letters): Uint8Array => Buffer.from(letters)),
  ),
  fc.tuple(fc.constantFrom(0x03, 0x14), bytes(6)),
  fc.tuple(
    fc.constant(0x1e),
    fc
      .stringMatching(/^[A-Za-zÄ-ü€]{3}$/)
      .map((letters): Uint8Array => Buffer.from(letters, 'utf16le').swap16()),
  ),
);
function foreignCertificate([tag, content]: [number, Uint8Array]): Certificate {
  const attribute = (type: string, value: Asn1) => set(sequence(oid(type), value));
  const subject = sequence(
    attribute('2.5.4.3', primitive(tag, content)),
    attribute('1.3.6.1.4.1.37244.2.1', utf8String('FFF1')),
  );
  return parseAnyCertificate(forgeCertificate('pai', { subject, notBefore: START }));
}

const common = fc.record({
  ...names,
  notBefore: seconds('1950-01-01T00:00:00Z'),
  validSeconds: optional(fc.integer({ min: 1, max: 2 ** 40 })),
  serialNumber: optional(
    fc
      .uint8Array({ minLength: 8, maxLength: 20 })
      .map((drawn) => Uint8Array.of((drawn[0] ?? 0) & 0x7f, ...drawn.slice(1)))
      .filter((serial) => serial.some((byte) => byte !== 0)),
  ),
  crl: optional(
    fc.record({
      uri: fc.string({ unit: fc.constantFrom(...'a/:.%~!'), minLength: 1, maxLength: 14 }),
      issuer: optional(foreignName),
    }),
  ),
});

type Drawn = typeof common extends fc.Arbitrary<infer T> ? T : never;

/** The options that were drawn. */
function optionsOf({ validSeconds, crl, ...drawn }: Drawn, ids: object): CertificateOptions {
  const end = drawn.notBefore.getTime() + (validSeconds ?? 0) * 1000;
  return given({
    ...drawn,
    ...ids,
    random,
    notAfter: validSeconds === undefined ? undefined : new Date(Math.min(end, NO_EXPIRY.getTime())),
    crlUri: crl?.uri,
    crlIssuer: crl?.issuer === undefined ? undefined : foreignCertificate(crl.issuer),
  }) as CertificateOptions;
}
/** The attributes of a name, in their order. */
function attributesOf({
  commonName,
  organization,
  vendorId,
  productId,
  idEncoding,
}: NameOptions): string[][] {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(4, '0');
  const ids = [
    ...(vendorId === undefined ? [] : [['VID', 'Mvid:', hex(vendorId)]]),
    ...(productId === undefined ? [] : [['PID', 'Mpid:', hex(productId)]]),
  ];
  const isInCommonName = idEncoding === 'common name';
  const suffix = isInCommonName ? ids.map(([, prefix, digits]) => ` ${prefix}${digits}`).join('') : '';
  return [
    ...(organization === undefined ? [] : [['O', organization]]),
    ['CN', commonName + suffix],
    ...(isInCommonName ? [] : ids.map(([name = '', , digits = '']) => [name, digits])),
  ];
}

const readAttributes = ({ subject }: Pick<Certificate, 'subject'>) =>
  subject.attributes.map(({ name, text: value }) => [name, value]);
const number = (data: Uint8Array) => BigInt(`0x${toHex(data)}`);
const keyId = (key: { readonly publicKey: Uint8Array }) => sha1(key.publicKey);
const child = (node: DerNode | undefined, ...path: number[]): DerNode | undefined =>
  path.reduce((parent, index) => parent?.children[index], node);

/** Compares a certificate with its options, and with what issued it. */
function expectIssued(
  made: Certificate,
  options: CertificateOptions,
  { issuer, key, signer }: { issuer: Certificate; key: keyof typeof KEYS; signer: keyof typeof KEYS },
  basicConstraints: object,
): void {
  expect(readAttributes(made)).toEqual(attributesOf(options));
  const { vendorId, productId } = options;
  expect([made.ids.vendorId, made.ids.productId, made.ids.problem]).toEqual([vendorId, productId, undefined]);
  expect(made.issuer.der).toEqual(issuer.subject.der);
  expect([made.notBefore, made.notAfter]).toEqual([options.notBefore, options.notAfter ?? NO_EXPIRY]);
  if (options.serialNumber !== undefined)
    expect(number(made.serialNumber)).toBe(number(options.serialNumber));
  expect(made.serialNumber[0]).toBeLessThan(0x80);
  const isCa = made.basicConstraints?.ca === true;
  expect(made).toMatchObject({
    version: 3,
    problems: [],
    basicConstraints,
    keyUsage: isCa ? ['keyCertSign', 'cRLSign'] : ['digitalSignature'],
    skid: keyId(KEYS[key]),
    akid: keyId(KEYS[signer]),
    publicKey: { name: 'P-256', data: KEYS[key].publicKey },
  });
  expect(made.extensions.map(({ name, critical }) => [name, critical])).toEqual([
    ['basicConstraints', true],
    ['keyUsage', true],
    ['subjectKeyIdentifier', false],
    ['authorityKeyIdentifier', false],
    ...(options.crlUri === undefined ? [] : [['crlDistributionPoints', false]]),
  ]);
  if (options.crlUri !== undefined) {
    const list = decodeDer(made.extensions.at(-1)?.value ?? new Uint8Array(0), 'test');
    expect(Buffer.from(child(list, 0, 0, 0, 0)?.content ?? []).toString()).toBe(options.crlUri);
    expect(child(list, 0, 1, 0, 0)?.encoded).toEqual(options.crlIssuer?.subject.der);
  }
  expect(isSignedBy(made, issuer.publicKey)).toBe(true);
  expect(parseAnyCertificate(made.der)).toEqual(made);
}

test('a PAA', async () => {
  await fc.assert(
    fc.asyncProperty(common, optional(id), async (drawn, vendorId) => {
      const options = optionsOf(drawn, { vendorId });
      const made = await issuePaa({ ...options, signer: keySigner(KEYS.paa) });
      expectIssued(made, options, { issuer: made, key: 'paa', signer: 'paa' }, { ca: true, pathLength: 1 });
    }),
    RUNS,
  );
});

test('a PAI', async () => {
  const signer = keySigner(KEYS.paa);
  const certificate = await issuePaa({ commonName: 'PAA', random, notBefore: START, signer });
  await fc.assert(
    fc.asyncProperty(common, id, optional(id), async (drawn, vendorId, productId) => {
      const options = { ...optionsOf(drawn, { productId }), vendorId };
      const made = await issuePai({ ...options, paa: { certificate, signer }, publicKey: KEYS.pai });
      const chain = { issuer: certificate, key: 'pai', signer: 'paa' } as const;
      expectIssued(made, options, chain, { ca: true, pathLength: 0 });
    }),
    RUNS,
  );
});

test('a DAC, under a PAI of any name', async () => {
  await fc.assert(
    fc.asyncProperty(common, foreignName, id, async (drawn, name, productId) => {
      const certificate = foreignCertificate(name);
      const options = { ...optionsOf(drawn, {}), vendorId: 0xfff1, productId };
      const pai = { certificate, signer: keySigner(KEYS.pai) };
      const made = await issueDac({ ...options, pai, publicKey: KEYS.dac });
      expectIssued(made, options, { issuer: certificate, key: 'dac', signer: 'pai' }, { ca: false });
    }),
    RUNS,
  );
});

const declaration = fc.record({
  vendorId: id,
  productIds: fc.array(id, { minLength: 1, maxLength: 100 }),
  deviceTypeId: fc.integer({ min: 0, max: 0xffffffff }),
  certificateId: fc.string({ minLength: 19, maxLength: 19 }),
  securityLevel: fc.integer({ min: 0, max: 0xff }),
  securityInformation: fc.integer({ min: 0, max: 0xffff }),
  versionNumber: fc.integer({ min: 0, max: 0xffff }),
  certificationType: fc.integer({ min: 0, max: 2 }),
  origin: optional(fc.record({ dacOriginVendorId: id, dacOriginProductId: id })),
  authorizedPaaList: optional(fc.array(bytes(20), { minLength: 1, maxLength: 10 })),
});

test('a declaration', async () => {
  await fc.assert(
    fc.asyncProperty(declaration, bytes(20), async ({ origin, ...drawn }, signerId) => {
      const options = given({ ...drawn, ...origin }) as CdOptions;
      const made = await issueCertificationDeclaration(options, keySigner(KEYS.cd), signerId);
      expect(made.fields).toEqual({ formatVersion: 1, ...options });
      expect([made.problems, made.unknownTags]).toEqual([[], []]);
      expect(made.cms).toMatchObject({
        version: 3,
        digestOids: ['2.16.840.1.101.3.4.2.1'],
        contentType: '1.2.840.113549.1.7.1',
        signers: [
          {
            version: 3,
            keyId: signerId,
            digestOid: '2.16.840.1.101.3.4.2.1',
            signatureOid: '1.2.840.10045.4.3.2',
            hasAttributes: false,
          },
        ],
      });
      const [{ signature = new Uint8Array(0) } = {}] = made.cms.signers;
      const { verifyData } = KEYS.cd.algorithm.signature;
      expect(verifyData(signature, made.cms.content, KEYS.cd.publicKey)).toBe(true);
      expect(parseWellFormedDeclaration(made.der)).toEqual(made);
    }),
    RUNS,
  );
});

test('a request', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ ...names, vendorId: optional(id), productId: optional(id) }),
      async (drawn) => {
        const options = given(drawn) as NameOptions;
        const made = await createCertificateRequest(options, keySigner(KEYS.pai));
        expect(readAttributes(made)).toEqual(attributesOf(options));
        expect(made.publicKey.data).toEqual(KEYS.pai.publicKey);
        expect(isRequestSigned(made)).toBe(true);
        expect(parseCertificateRequest(made.der)).toEqual(made);
      },
    ),
    RUNS,
  );
});

test('a private key, in every form', () => {
  const scalar = bytes(32).filter(isP256Scalar);
  fc.assert(
    fc.property(scalar, fc.nat({ max: 31 }), (drawn, zeros) => {
      const key = createPrivateKey(drawn.fill(0, 0, zeros).fill(1, 31));
      const [sec1, pkcs8] = [encodePrivateKey(key, 'sec1'), encodePrivateKey(key, 'pkcs8')];
      expect([sec1.length, pkcs8.length]).toEqual([121, 138]);
      const texts = [encodePrivateKeyPem(key), encodePrivateKeyPem(key, 'sec1')].map((pem) =>
        Buffer.from(pem),
      );
      for (const file of [sec1, pkcs8, ...texts]) expect(parsePrivateKey(file)).toEqual(key);
    }),
    RUNS,
  );
});

test('PEM', async () => {
  const certificates = (['paa', 'pai', 'dac'] as const).map((kind) =>
    parseAnyCertificate(forgeCertificate(kind)),
  );
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(certificates, { minLength: 1 }), async (chosen) => {
      const texts = await Promise.all(chosen.map(({ der }) => encodePem('CERTIFICATE', der)));
      expect(parseCertificates(Buffer.from(texts.join('')))).toEqual(chosen);
    }),
    { numRuns: 20 },
  );
});
