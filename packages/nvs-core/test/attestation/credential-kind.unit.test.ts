import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createCertificateRequest,
  describeCredential,
  encodePrivateKey,
  encodePrivateKeyPem,
  FactoryError,
  keySigner,
  nameCredential,
  parseCertificate,
  parsePrivateKey,
  parsePublicCredentials,
  parsePublicKey,
} from '../../src';
import { KNOWN_CD_SIGNERS } from '../../src/attestation/cd-signing-keys';
import { constructed, encodeDer, integer, octetString, oid, pemText, primitive, sequence, set } from './asn1';
import { forgeCd, forgeCertificate, KEYS, spki } from './forgery';

const text = (value: string) => Buffer.from(value, 'utf8');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const DATA = '1.2.840.113549.1.7.1';
const P256 = oid('1.2.840.10045.3.1.7');
const time = primitive(0x17, text('260101000000Z'));
const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
const bits = primitive(0x03, Uint8Array.of(0, 1));

const crl = (...version: readonly ReturnType<typeof integer>[]) =>
  encodeDer(sequence(sequence(...version, algorithm, sequence(), time, time), algorithm, bits));
const bundle = encodeDer(
  sequence(
    oid(SIGNED_DATA),
    constructed(0xa0, sequence(integer(1), set(), sequence(oid(DATA)), constructed(0xa0, sequence()), set())),
  ),
);
const enveloped = encodeDer(sequence(oid('1.2.840.113549.1.7.3'), constructed(0xa0, sequence())));
const pkcs12 = encodeDer(
  sequence(integer(3), sequence(oid(DATA), constructed(0xa0, octetString(Uint8Array.of(1)))), sequence()),
);
const openSsh = pemText('OPENSSH PRIVATE KEY', text('openssh-key-v1\0none'));
const csr = async () =>
  (await createCertificateRequest({ commonName: 'x', idEncoding: 'attributes' }, keySigner(KEYS.dac))).der;

type Row = readonly [what: string, file: () => Uint8Array | Promise<Uint8Array>, name: string | undefined];
const rows: readonly Row[] = [
  ['a certificate', () => forgeCertificate('dac'), 'certificate'],
  ['a request', csr, 'certificate request'],
  ['a declaration', forgeCd, 'certification declaration'],
  ['a declaration labelled CMS', () => text(pemText('CMS', forgeCd())), 'certification declaration'],
  ['a list of version 2', () => crl(integer(1)), 'certificate revocation list (CRL)'],
  ['a list of version 1', () => crl(), 'certificate revocation list (CRL)'],
  ['a list as PEM', () => text(pemText('X509 CRL', crl())), 'certificate revocation list (CRL)'],
  ['certificates in PKCS#7', () => bundle, 'PKCS#7 file'],
  ['PKCS#7 as PEM', () => text(pemText('PKCS7', bundle)), 'PKCS#7 file'],
  ['PKCS#7 with a wrong label', () => text(pemText('CERTIFICATE', bundle)), 'PKCS#7 file'],
  ['encrypted PKCS#7', () => enveloped, 'PKCS#7 file'],
  ['PKCS#12', () => pkcs12, 'PKCS#12 file'],
  ['SEC 1', () => encodePrivateKey(KEYS.dac, 'sec1'), 'private key'],
  ['PKCS#8', () => encodePrivateKey(KEYS.dac, 'pkcs8'), 'private key'],
  ['RSA, PKCS#1', () => rsa.privateKey.export({ format: 'der', type: 'pkcs1' }), 'RSA private key'],
  ['RSA, PKCS#8', () => rsa.privateKey.export({ format: 'der', type: 'pkcs8' }), 'RSA private key'],
  [
    'RSA, PKCS#8, PEM',
    () => text(String(rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }))),
    'RSA private key',
  ],
  ['RSA, public', () => rsa.publicKey.export({ format: 'der', type: 'spki' }), 'RSA public key'],
  ['RSA, public, PKCS#1', () => rsa.publicKey.export({ format: 'der', type: 'pkcs1' }), 'RSA public key'],
  [
    'RSA, public, PKCS#1, PEM',
    () => text(String(rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }))),
    'RSA public key',
  ],
  [
    'an encrypted key',
    () =>
      text(
        String(
          rsa.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }),
        ),
      ),
    'encrypted private key',
  ],
  ['OpenSSH', () => text(openSsh), 'OpenSSH private key'],
  ['PuTTY', () => text('PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\n'), 'PuTTY private key'],
  ['SSH, public', () => text('ecdsa-sha2-nistp256 AAAAE2VjZHNh me@host\n'), 'SSH public key'],
  ['parameters', () => encodeDer(P256), 'elliptic curve parameters'],
  ['parameters, PEM', () => text(pemText('EC PARAMETERS', encodeDer(P256))), 'elliptic curve parameters'],
  [
    'parameters before a key',
    () => text(pemText('EC PARAMETERS', encodeDer(P256)) + encodePrivateKeyPem(KEYS.dac, 'sec1')),
    'private key',
  ],
  ['a signature', () => encodeDer(sequence(integer(1), integer(2))), undefined],
  ['text', () => text('hello'), undefined],
  ['PEM that is cut off', () => text('-----BEGIN CERTIFICATE-----\nAAAA'), undefined],
];

test.each(rows)('%s', async (_what, file, name) => {
  expect(nameCredential(await file())).toBe(name);
});

/** The error of `work`, as its code and message. */
function errorOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FactoryError) return `${error.code}: ${error.findings[0].message}`;
    throw error;
  }
  return '';
}

describe('in messages', () => {
  const SHOWN = ['certificate', 'certificate request', 'certification declaration'];
  test.each(rows.filter(([, , name]) => name !== undefined && !SHOWN.includes(name)))(
    'show names %s',
    async (_what, file, name = '') => {
      const data = await file();
      expect(errorOf(() => parsePublicCredentials(data))).toMatch(
        new RegExp(
          `^attestation.wrong-kind: the file contains (?:an? )?${name.replace(/[()]/g, '\\$&')}; it must contain a certificate$`,
        ),
      );
    },
  );

  test.each<[string, () => unknown, string]>([
    [
      'OpenSSH',
      () => parsePrivateKey(text(openSsh)),
      'attestation.key-format-unsupported: the private key is an OpenSSH private key; it must be SEC 1 or PKCS#8, as PEM or DER',
    ],
    [
      'PuTTY',
      () => parsePrivateKey(text('PuTTY-User-Key-File-2: x\n')),
      'attestation.key-format-unsupported',
    ],
    [
      'DSA',
      () => parsePrivateKey(text(pemText('DSA PRIVATE KEY', encodeDer(sequence(integer(0)))))),
      'attestation.key-algorithm-unsupported: the key of the file is DSA',
    ],
    [
      'PKCS#12',
      () => parsePrivateKey(pkcs12),
      'attestation.wrong-kind: the file contains a PKCS#12 file; it must contain a private key',
    ],
    [
      'parameters',
      () => parsePrivateKey(text(pemText('EC PARAMETERS', encodeDer(P256)))),
      'attestation.wrong-kind: the file contains elliptic curve parameters; it must',
    ],
    [
      'SSH',
      () => parsePublicKey(text('ssh-rsa AAAA x\n')),
      'attestation.wrong-kind: the file contains an SSH public key; it must contain a public key',
    ],
    [
      'RSA',
      () => parsePublicKey(rsa.publicKey.export({ format: 'der', type: 'pkcs1' })),
      'attestation.key-algorithm-unsupported: the key of the public key is RSA',
    ],
    [
      'a list for a certificate',
      () => parseCertificate(crl()),
      'attestation.wrong-kind: the file contains a certificate revocation list (CRL)',
    ],
  ])('%s', (_what, work, message) => {
    expect(errorOf(work)).toContain(message);
  });
});

describe('signers of declarations', () => {
  const titleOf = (data: Uint8Array) =>
    parsePublicCredentials(data).map((one) => describeCredential(one).title)[0];
  const [, official] = KNOWN_CD_SIGNERS;
  /** A CA certificate with a key of the CSA: its signature is not checked here. */
  const certified = (options: Parameters<typeof forgeCertificate>[1] = {}) =>
    forgeCertificate('pai', { publicKey: spkiOf(official?.publicKey ?? new Uint8Array()), ...options });

  test('the certificate of a key of the CSA, whatever its name', () => {
    expect(titleOf(certified())).toMatch(/^CD signer /);
    expect(errorOf(() => parsePrivateKey(certified()))).toContain('contains a certificate of a CD signer');
  });

  test('the public test key', () => {
    const file = join(__dirname, '../../../../vectors/chip-test/Chip-Test-CD-Signing-Cert.pem');
    expect(titleOf(readFileSync(file))).toBe('CD signer CN=Matter Test CD Signing Authority');
  });

  test('a PAI is none', () => {
    expect(titleOf(forgeCertificate('pai'))).toMatch(/^PAI /);
    expect(titleOf(forgeCertificate('paa'))).toMatch(/^PAA /);
  });
});

/** SubjectPublicKeyInfo of a point of P-256. */
function spkiOf(point: Uint8Array) {
  const info = sequence(
    sequence(oid('1.2.840.10045.2.1'), P256),
    primitive(0x03, Uint8Array.of(0, ...point)),
  );
  return spki(encodeDer(info));
}
