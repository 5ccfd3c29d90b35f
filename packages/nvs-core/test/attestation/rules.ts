/** One row a rule of checkAttestation: what is forged, and what must be found. The table of the docs follows it. */
import { generateKeyPairSync } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { parseAnyCertificate } from '../../src/attestation/certificate';
import { EXTENSION } from '../../src/attestation/extensions';
import type { AttestationSubject } from '../../src/attestation/findings';
import { authorityKeyIdentifier, subjectKeyIdentifier } from '../../src/attestation/issue/extensions';
import { createName } from '../../src/attestation/issue/name';
import { testCdKey } from '../../src/attestation/issue/test-cd-key';
import { KNOWN_CD_SIGNERS, keyIdOf } from '../../src/attestation/known-cd-signers';
import type { ATTESTATION_RESULTS } from '../../src/attestation/results';
import { type Asn1, boolean, constructed, encodeDer, integer, primitive, sequence, writer } from './asn1';
import {
  type CdForgery,
  type CertificateForgery,
  type CheckBytes,
  constraints,
  extension,
  forgeCd,
  forgeCertificate,
  KEYS,
  spki,
  usage,
} from './forgery';

export interface RuleRow {
  readonly name: string;
  readonly code: string;
  readonly subject: AttestationSubject;
  readonly number?: keyof typeof ATTESTATION_RESULTS | undefined;
  readonly severity?: 'warning' | 'info';
  /** An error, or a warning, though commissioners accept it today. */
  readonly isStricter?: true;
  /** What a commissioner answers first, where it is not this number. */
  readonly first?: keyof typeof ATTESTATION_RESULTS;
  readonly change: Partial<CheckBytes>;
}

type Certificates = 'dac' | 'pai' | 'paa';
const FORMAT = { dac: 303, pai: 203, paa: 101 } as const;
const STRICTER = { number: undefined, isStricter: true } as const;

const forged = (subject: Certificates, change: CertificateForgery): Partial<CheckBytes> => {
  const der = forgeCertificate(subject, change);
  return subject === 'paa' ? { paaTrustStore: [parseAnyCertificate(der)] } : { [subject]: der };
};

const format = (
  subject: Certificates,
  name: string,
  code: string,
  change: CertificateForgery,
  rest: Partial<RuleRow> = {},
): RuleRow => ({
  name: `${subject}: ${name}`,
  code: `attestation.${code}`,
  subject,
  number: FORMAT[subject],
  change: forged(subject, change),
  ...rest,
});

const curve = (namedCurve: string) =>
  spki(generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'der', type: 'spki' }));
const rsa = () =>
  spki(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'der', type: 'spki' }));
const basic = (critical: boolean | undefined, ...parts: Asn1[]) =>
  extension(EXTENSION.basicConstraints, critical, sequence(...parts));
const bits = (...bytes: number[]) =>
  extension(EXTENSION.keyUsage, true, primitive(0x03, Uint8Array.from(bytes)));

const both = (build: (subject: 'dac' | 'pai') => RuleRow): RuleRow[] => [build('dac'), build('pai')];
const ca = (subject: Certificates) => subject !== 'dac';

const certificateRows: readonly RuleRow[] = [
  ...both((s) => format(s, 'X.509 version 2', 'version', { version: 2 })),
  ...both((s) =>
    format(s, 'signed with SHA-1', 'signature-algorithm', { signatureOid: '1.2.840.10045.4.1' }),
  ),
  format('dac', 'key on secp256k1', 'key-algorithm-unsupported', { publicKey: curve('secp256k1') }, {}),
  format('dac', 'key on P-384', 'key-algorithm-unsupported', { publicKey: curve('P-384') }),
  format('pai', 'RSA key', 'key-algorithm-unsupported', { publicKey: rsa() }),
  format('dac', 'key that is no point', 'public-key-invalid', {
    publicKey: sequence(
      sequence(
        primitive(0x06, Buffer.from('2a8648ce3d0201', 'hex')),
        primitive(0x06, Buffer.from('2a8648ce3d030107', 'hex')),
      ),
      primitive(0x03, new Uint8Array(66).fill(4, 1, 2)),
    ),
  }),
  ...both((s) => format(s, 'no basicConstraints', 'extension-missing', { basicConstraints: undefined })),
  ...both((s) => format(s, 'no keyUsage', 'extension-missing', { keyUsage: undefined })),
  ...both((s) => format(s, 'no subject key identifier', 'extension-missing', { skid: undefined })),
  ...both((s) => format(s, 'no authority key identifier', 'extension-missing', { akid: undefined })),
  format('paa', 'no subject key usage', 'extension-missing', { keyUsage: undefined }),
  ...both((s) =>
    format(s, 'basicConstraints without critical', 'extension-critical', {
      basicConstraints: basic(undefined, ...(ca(s) ? [boolean(true), integer(0)] : [])),
    }),
  ),
  format('dac', 'keyUsage without critical', 'extension-critical', {
    keyUsage: extension(EXTENSION.keyUsage, undefined, primitive(0x03, Uint8Array.of(7, 0x80))),
  }),
  format('pai', 'subject key identifier critical', 'extension-critical', {
    skid: extension(EXTENSION.subjectKeyIdentifier, true, primitive(0x04, new Uint8Array(20))),
  }),
  format('dac', 'CA=true', 'basic-constraints', { basicConstraints: constraints(true) }),
  format('dac', 'path length 0', 'basic-constraints', { basicConstraints: basic(true, integer(0)) }),
  format('dac', 'path length 1', 'basic-constraints', { basicConstraints: basic(true, integer(1)) }),
  format('pai', 'CA=false', 'basic-constraints', { basicConstraints: constraints(false) }),
  format('pai', 'no path length', 'basic-constraints', { basicConstraints: constraints(true) }),
  format('pai', 'path length 1', 'basic-constraints', { basicConstraints: constraints(true, 1) }),
  format('paa', 'path length 0', 'basic-constraints', { basicConstraints: constraints(true, 0) }),
  format('dac', 'keyUsage without digitalSignature', 'key-usage', { keyUsage: usage('keyEncipherment') }),
  format('dac', 'keyUsage with keyCertSign', 'key-usage', {
    keyUsage: usage('digitalSignature', 'keyCertSign'),
  }),
  format('dac', 'keyUsage with cRLSign', 'key-usage', { keyUsage: usage('digitalSignature', 'cRLSign') }),
  format('pai', 'keyUsage without keyCertSign', 'key-usage', { keyUsage: usage('cRLSign') }),
  format('pai', 'keyUsage without cRLSign', 'key-usage', { keyUsage: usage('keyCertSign') }),
  format('pai', 'keyUsage with keyAgreement', 'key-usage', {
    keyUsage: usage('keyCertSign', 'cRLSign', 'keyAgreement'),
  }),
  ...both((s) =>
    format(s, 'subject key identifier of 19 bytes', 'key-id-length', {
      skid: subjectKeyIdentifier(writer, new Uint8Array(19)),
    }),
  ),
  format('dac', 'authority key identifier of 19 bytes', 'key-id-length', {
    akid: authorityKeyIdentifier(writer, new Uint8Array(19)),
  }),
  format('dac', 'two keyUsage extensions', 'extension-malformed', { more: [usage('digitalSignature')] }),
  format('dac', 'keyUsage that is no bit string', 'extension-malformed', { keyUsage: bits(9, 1) }),
  format('pai', 'basicConstraints with a third part', 'extension-malformed', {
    basicConstraints: basic(true, boolean(true), integer(0), integer(0)),
  }),
  format('dac', 'Mvid: with three digits', 'ids-malformed', {
    subject: { commonName: 'DAC Mvid:FF1 Mpid:8000' },
  }),
  format('pai', 'Mvid: in lower case', 'ids-malformed', { subject: { commonName: 'PAI Mvid:fff1' } }),
  format('paa', '1 KB of names', 'certificate-too-long', {
    subject: createName(writer, { commonName: 'x'.repeat(300), vendorId: 0xfff1 }),
  }),
  format(
    'dac',
    '1 KB of names',
    'certificate-too-long',
    { subject: createName(writer, { commonName: 'x'.repeat(400), vendorId: 0xfff1, productId: 0x8000 }) },
    STRICTER,
  ),
  format(
    'pai',
    'compressed key',
    'public-key-invalid',
    {
      publicKey: sequence(
        sequence(
          primitive(0x06, Buffer.from('2a8648ce3d0201', 'hex')),
          primitive(0x06, Buffer.from('2a8648ce3d030107', 'hex')),
        ),
        primitive(0x03, Uint8Array.of(0, ...p256.Point.fromBytes(KEYS.pai.publicKey).toBytes(true))),
      ),
    },
    STRICTER,
  ),
  format('dac', 'empty common name', 'ids-malformed', {
    subject: { commonName: '', vendorId: 0xfff1, productId: 0x8000 },
  }),
  format('dac', 'CRL distribution points that are a number', 'extension-malformed', {
    more: [extension(EXTENSION.crlDistributionPoints, undefined, integer(1))],
  }),
  format('dac', 'keyUsage with a bit of no meaning', 'extension-malformed', {
    keyUsage: bits(6, 0x80, 0x40),
  }),
  {
    name: 'dac: byte after the certificate',
    code: 'attestation.der-malformed',
    subject: 'dac',
    isStricter: true,
    change: { dac: Uint8Array.of(...forgeCertificate('dac'), 0) },
  },
  {
    name: 'pai: none',
    code: 'attestation.file-empty',
    subject: 'pai',
    number: 207,
    change: { pai: new Uint8Array() },
  },
  {
    name: 'dac: cut off',
    code: 'attestation.der-malformed',
    subject: 'dac',
    number: 303,
    change: { dac: forgeCertificate('dac').slice(0, -1) },
  },
  {
    name: 'pai: the DAC key',
    code: 'attestation.wrong-kind',
    subject: 'pai',
    number: 203,
    change: { pai: encodeDer(sequence(integer(1), primitive(0x04, KEYS.dac.raw))) },
  },
];

const chain = (
  subject: Certificates,
  name: string,
  code: string,
  change: CertificateForgery,
  number: RuleRow['number'] = 301,
): RuleRow => ({
  name: `${subject}: ${name}`,
  code: `attestation.${code}`,
  subject,
  number,
  change: forged(subject, change),
});

const other = { vendorId: 0xfff2, productId: 0x8001 };
const chainRows: readonly RuleRow[] = [
  {
    name: 'dac: vendor id other than the PAI’s',
    code: 'attestation.dac-vendor-id',
    subject: 'dac',
    number: 305,
    change: forged('dac', { subject: { commonName: 'DAC', ...other, productId: 0x8000 } }),
  },
  {
    name: 'dac: no vendor id',
    code: 'attestation.dac-vendor-id',
    subject: 'dac',
    number: 305,
    change: forged('dac', { subject: { commonName: 'DAC', productId: 0x8000 } }),
  },
  {
    name: 'dac: no product id',
    code: 'attestation.dac-product-id',
    subject: 'dac',
    number: 306,
    change: forged('dac', { subject: { commonName: 'DAC', vendorId: 0xfff1 } }),
  },
  {
    name: 'dac: product id other than the PAI’s',
    code: 'attestation.dac-product-id',
    subject: 'dac',
    number: 306,
    change: forged('pai', { subject: { commonName: 'Test PAI', vendorId: 0xfff1, productId: 0x8001 } }),
  },
  {
    name: 'pai: no vendor id',
    code: 'attestation.pai-vendor-id-missing',
    subject: 'pai',
    number: 205,
    first: 305,
    change: forged('pai', { subject: { commonName: 'Test PAI' } }),
  },
  {
    name: 'dac: key of another',
    code: 'attestation.key-not-of-dac',
    subject: 'dac',
    number: 500,
    change: { dacKey: KEYS.other },
  },
  {
    name: 'paa: no trust store',
    code: 'attestation.paa-not-checked',
    subject: 'paa',
    severity: 'info',
    change: { paaTrustStore: undefined },
  },
  {
    name: 'cd: none given',
    code: 'attestation.cd-not-checked',
    subject: 'cd',
    severity: 'warning',
    change: { cd: undefined },
  },
  {
    name: 'paa: not in the trust store',
    code: 'attestation.paa-not-found',
    subject: 'paa',
    number: 101,
    change: { paaTrustStore: [] },
  },
  {
    name: 'pai: vendor id other than the PAA’s',
    code: 'attestation.pai-vendor-id',
    subject: 'pai',
    number: 205,
    change: forged('paa', { subject: { commonName: 'Test PAA', vendorId: 0xfff2 } }),
  },
  {
    name: 'paa: product id',
    code: 'attestation.paa-product-id',
    subject: 'paa',
    number: 105,
    change: forged('paa', { subject: { commonName: 'Test PAA', vendorId: 0xfff1, productId: 1 } }),
  },
  {
    name: 'dac: expired',
    code: 'attestation.not-valid',
    subject: 'dac',
    number: 300,
    change: forged('dac', { notAfter: new Date('2024-02-01') }),
  },
  {
    name: 'dac: not yet valid',
    code: 'attestation.not-valid',
    subject: 'dac',
    number: 300,
    change: forged('dac', { notBefore: new Date('2031-02-01') }),
  },
  {
    name: 'pai: expired at the notBefore of the DAC',
    code: 'attestation.not-valid',
    subject: 'pai',
    number: 301,
    change: forged('pai', { notBefore: new Date('2022-01-01'), notAfter: new Date('2023-02-01') }),
  },
  {
    name: 'pai: not yet valid at the notBefore of the DAC',
    code: 'attestation.not-valid',
    subject: 'pai',
    number: 301,
    change: forged('pai', { notBefore: new Date('2024-02-01') }),
  },
  {
    name: 'paa: expired at the notBefore of the DAC',
    code: 'attestation.not-valid',
    subject: 'paa',
    number: 301,
    change: forged('paa', { notBefore: new Date('2022-01-01'), notAfter: new Date('2023-02-01') }),
  },
  {
    name: 'pai: expired today',
    code: 'attestation.expired-today',
    subject: 'pai',
    severity: 'warning',
    change: forged('pai', { notAfter: new Date('2024-05-31') }),
  },
  {
    name: 'paa: expired today',
    code: 'attestation.expired-today',
    subject: 'paa',
    severity: 'warning',
    change: forged('paa', { notAfter: new Date('2024-05-31') }),
  },
  ...(['dac', 'pai', 'paa'] as const).map(
    (subject): RuleRow => ({
      name: `${subject}: unknown critical extension`,
      code: 'attestation.extension-unknown',
      subject,
      ...(subject === 'paa' ? STRICTER : { number: 301 }),
      change: forged(subject, { more: [extension('1.2.3.4', true, sequence())] }),
    }),
  ),
  chain('dac', 'critical CRL distribution points', 'extension-unknown', {
    more: [extension(EXTENSION.crlDistributionPoints, true, sequence(sequence()))],
  }),
  chain('dac', 'no policy in certificatePolicies', 'extension-malformed', {
    more: [extension(EXTENSION.certificatePolicies, undefined, sequence())],
  }),
  chain('pai', 'a policy required', 'policy-required', {
    more: [extension(EXTENSION.policyConstraints, true, sequence(primitive(0x80, Uint8Array.of(1))))],
  }),
  chain('pai', 'name constraints that permit others', 'name-constraints', {
    more: [
      extension(
        EXTENSION.nameConstraints,
        true,
        sequence(constructed(0xa0, sequence(constructed(0xa4, createName(writer, { commonName: 'Other' }))))),
      ),
    ],
  }),
  ...(['dac', 'pai', 'paa'] as const).map((subject) =>
    chain(subject, 'serial number of another issuer', 'authority-certificate', {
      akid: extension(
        EXTENSION.authorityKeyIdentifier,
        undefined,
        sequence(
          primitive(0x80, keyIdOf(KEYS[subject === 'dac' ? 'pai' : 'paa'].publicKey)),
          primitive(0x82, Uint8Array.of(1)),
        ),
      ),
    }),
  ),
  chain('pai', 'valid until the notBefore of the DAC', 'not-valid', {
    notBefore: new Date('2022-01-01'),
    notAfter: new Date('2024-01-01'),
  }),
  chain('dac', 'notBefore before 1970', 'not-valid', { notBefore: new Date('1960-01-01') }, 303),
  chain('paa', 'issuer is another name', 'issuer-name', { issuer: { commonName: 'Other' } }),
  chain('paa', 'authority key identifier of another', 'authority-key-id', {
    akid: authorityKeyIdentifier(writer, new Uint8Array(20)),
  }),
  {
    name: 'dac: signed by another key',
    code: 'attestation.signature-invalid',
    subject: 'dac',
    number: 301,
    change: forged('dac', { signer: KEYS.other }),
  },
  {
    name: 'pai: signed by another key',
    code: 'attestation.signature-invalid',
    subject: 'pai',
    number: 301,
    change: forged('pai', { signer: KEYS.other }),
  },
  {
    name: 'paa: signed by another key',
    code: 'attestation.signature-invalid',
    subject: 'paa',
    isStricter: true,
    change: forged('paa', { signer: KEYS.other }),
  },
  {
    name: 'dac: issuer is another name',
    code: 'attestation.issuer-name',
    subject: 'dac',
    number: 301,
    change: forged('dac', { issuer: { commonName: 'Other' } }),
  },
  {
    name: 'pai: issuer is another name',
    code: 'attestation.issuer-name',
    subject: 'pai',
    number: 301,
    change: forged('pai', { issuer: { commonName: 'Other' } }),
  },
  {
    name: 'dac: authority key identifier of another',
    code: 'attestation.authority-key-id',
    subject: 'dac',
    number: 301,
    change: forged('dac', { akid: authorityKeyIdentifier(writer, new Uint8Array(20)) }),
  },
];

const cdRow = (
  name: string,
  code: string,
  number: RuleRow['number'],
  change: CdForgery,
  rest: Partial<RuleRow> = {},
): RuleRow => ({
  name: `cd: ${name}`,
  code: `attestation.${code}`,
  subject: 'cd',
  ...(number === undefined ? {} : { number }),
  change: { cd: forgeCd(change), ...rest.change },
  ...Object.fromEntries(Object.entries(rest).filter(([field]) => field !== 'change')),
});
const field = (name: string, fields: Record<string, unknown>, rest: Partial<RuleRow> = {}) =>
  cdRow(name, 'cd-field', 603, { fields }, rest);
const missing = (name: string) => field(`no ${name}`, { [name]: undefined });
const SHA1 = '1.3.14.3.2.26';
const [TEST_SIGNER] = KNOWN_CD_SIGNERS;
const testSigner = { keyId: TEST_SIGNER?.keyId ?? new Uint8Array(20) };
const signedByTestKey = { ...testSigner, signer: testCdKey() };
const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const paas = (count: number) => Array.from({ length: count }, (_, index) => new Uint8Array(20).fill(index));

const declarationRows: readonly RuleRow[] = [
  {
    name: 'cd: cut off',
    code: 'attestation.der-malformed',
    subject: 'cd',
    number: 600,
    change: { cd: forgeCd().slice(0, -1) },
  },
  {
    name: 'cd: a certificate',
    code: 'attestation.wrong-kind',
    subject: 'cd',
    number: 600,
    change: { cd: forgeCertificate('dac') },
  },
  cdRow('SignerInfo version 2', 'cd-signer-info', 600, { signerVersion: 2 }),
  cdRow('signer digest SHA-1', 'cd-signer-info', 600, { signerDigestOid: SHA1 }),
  cdRow('signature with SHA-1', 'cd-signer-info', 600, { signerSignatureOid: '1.2.840.10045.4.1' }),
  cdRow('signer named by issuer', 'cd-signer-info', 600, {
    signerId: sequence(createName(writer, { commonName: 'x' }), integer(1)),
  }),
  cdRow('signed attributes', 'cd-signer-info', 600, { attributes: true }),
  cdRow('two signers', 'cd-signer-info', 600, { signers: 2 }),
  cdRow('no signer', 'cd-signer-info', 600, { signers: 0 }),
  cdRow('unknown signer', 'cd-signer-unknown', 601, { keyId: new Uint8Array(20) }),
  cdRow('CMS version 2', 'cd-envelope', 602, { version: 2 }),
  cdRow('digest SHA-1', 'cd-envelope', 602, { digestOid: SHA1 }),
  cdRow('content type of Authenticode', 'cd-envelope', 602, { contentType: '1.3.6.1.4.1.311.2.1.4' }),
  cdRow('signed by another key', 'cd-signature', 602, { signer: KEYS.other }),
  cdRow('signature of no length', 'cd-signer-info', 600, { signature: new Uint8Array(0) }),
  cdRow('signature with a third number', 'cd-signer-info', undefined, { isSignatureLong: true }, STRICTER),
  cdRow('signer digest with parameters', 'cd-signer-info', 600, { signerDigestParameters: true }),
  cdRow('unsigned attributes', 'cd-signer-info', 600, { unsignedAttributes: true }),
  cdRow('digest with parameters', 'cd-envelope', 602, { digestParameters: true }),
  {
    name: 'cd: byte after the CMS',
    code: 'attestation.der-malformed',
    subject: 'cd',
    isStricter: true,
    change: { cd: Uint8Array.of(...forgeCd(), 0) },
  },
  {
    name: 'cd: not SignedData',
    code: 'attestation.structure-invalid',
    subject: 'cd',
    number: 602,
    change: { cd: forgeCd({ outerType: '1.2.840.113549.1.7.1' }) },
  },
  cdRow('a key that the user gives', 'cd-signer-given', undefined, {}, { severity: 'warning' }),
  cdRow(
    'official under the test key',
    'cd-test-key',
    undefined,
    { ...testSigner, fields: { certificationType: 2 } },
    { first: 602, isStricter: true },
  ),
  cdRow(
    'provisional under the test key',
    'cd-test-key',
    undefined,
    { ...testSigner, fields: { certificationType: 1 } },
    { first: 602, isStricter: true },
  ),
  cdRow(
    'vendor id under the test key',
    'cd-test-vendor-id',
    undefined,
    {
      ...signedByTestKey,
      fields: { vendorId: 0x1234 },
    },
    { ...STRICTER, first: 604 },
  ),
  cdRow(
    'dac_origin under the test key',
    'cd-test-vendor-id',
    undefined,
    {
      ...signedByTestKey,
      fields: { dacOriginVendorId: 0x1234, dacOriginProductId: 0x8000 },
    },
    { ...STRICTER, first: 604 },
  ),
  missing('formatVersion'),
  missing('vendorId'),
  missing('productIds'),
  missing('deviceTypeId'),
  missing('certificateId'),
  missing('securityLevel'),
  missing('securityInformation'),
  missing('versionNumber'),
  missing('certificationType'),
  cdRow('format_version 2 read by a commissioner', 'cd-elements', 501, { fields: { formatVersion: 2 } }),
  cdRow('certification_type 3', 'cd-elements', 501, { fields: { certificationType: 3 } }),
  field('security_level 1', { securityLevel: 1 }, { ...STRICTER, severity: 'warning' }),
  field('security_information 1', { securityInformation: 1 }, { ...STRICTER, severity: 'warning' }),
  field('certificate_id of 18 characters', { certificateId: 'ZIG20141ZB330001-2' }),
  field('101 product ids', { productIds: [0x8000, ...ids(100)] }, STRICTER),
  cdRow('no product ids', 'cd-product-id', 605, { fields: { productIds: [] } }),
  field('dac_origin_vendor_id alone', { dacOriginVendorId: 0xfff1 }),
  field('dac_origin_product_id alone', { dacOriginProductId: 0x8000 }),
  field('11 authorized PAAs', { authorizedPaaList: [...paas(10), keyIdOf(KEYS.paa.publicKey)] }, STRICTER),
  cdRow('no authorized PAAs', 'cd-paa-not-authorized', 606, { fields: { authorizedPaaList: [] } }),
  field('authorized PAA of 19 bytes', { authorizedPaaList: [new Uint8Array(19)] }),
  cdRow('content that is no TLV', 'cd-field', 603, { content: Uint8Array.of(0x15, 0x24) }),
  cdRow('TLV with trailing bytes', 'cd-field', 603, { content: Uint8Array.of(0x15, 0x18, 0x00) }),
  field('certificate_id with a NUL', { certificateId: 'ZIG20141ZB330001\0-2' }),
  cdRow('unknown field between', 'cd-field', 603, {
    content: Uint8Array.from([0x15, 0x24, 20, 1, ...forgedContent().slice(1)]),
  }),
  cdRow(
    'unknown field',
    'cd-field-unknown',
    undefined,
    {
      content: Uint8Array.from([...forgedContent().slice(0, -1), 0x24, 12, 1, 0x18]),
    },
    { severity: 'warning' },
  ),
  cdRow(
    'vendor id other than the configuration’s',
    'cd-vendor-id',
    604,
    {},
    { change: { vendorId: 0xfff2 } },
  ),
  cdRow(
    'vendor id other than the firmware’s',
    'cd-vendor-id',
    604,
    {},
    { change: { firmware: { vendorId: 0xfff2 } } },
  ),
  cdRow(
    'product id of the configuration not listed',
    'cd-product-id',
    605,
    {},
    { change: { productId: 0x8001 } },
  ),
  cdRow(
    'product id of the firmware not listed',
    'cd-product-id',
    605,
    {},
    { change: { firmware: { productId: 0x8001 } } },
  ),
  cdRow('none of 100 product ids', 'cd-product-id', 605, { fields: { productIds: ids(100) } }),
  cdRow(
    'vendor id other than the certificates’',
    'cd-certificate-vendor-id',
    604,
    { fields: { vendorId: 0xfff2 } },
    { change: { vendorId: 0xfff2 } },
  ),
  cdRow(
    'product id of the DAC not listed',
    'cd-certificate-product-id',
    605,
    { fields: { productIds: [1] } },
    { change: { productId: 1 } },
  ),
  cdRow('dac_origin with another vendor id', 'cd-certificate-vendor-id', 604, {
    fields: { dacOriginVendorId: 0xfff2, dacOriginProductId: 0x8000 },
  }),
  cdRow('dac_origin with another product id', 'cd-certificate-product-id', 605, {
    fields: { dacOriginVendorId: 0xfff1, dacOriginProductId: 0x8001 },
  }),
  cdRow('PAA not authorized', 'cd-paa-not-authorized', 606, { fields: { authorizedPaaList: paas(10) } }),
  cdRow(
    'product ids differ, both listed',
    'product-id-differs',
    undefined,
    { fields: { productIds: [0x8000, 0x8001] } },
    { severity: 'warning', subject: 'config', change: { productId: 0x8001 } },
  ),
];

function forgedContent(): Uint8Array {
  const der = forgeCd();
  const start = Buffer.from(der).indexOf(Buffer.from([0x15, 0x24, 0, 1]));
  const length = der[start - 1] ?? 0;
  return der.slice(start, start + length);
}

export const RULES: readonly RuleRow[] = [...certificateRows, ...chainRows, ...declarationRows];
