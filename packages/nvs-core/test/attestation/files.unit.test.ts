import { generateKeyPairSync } from 'node:crypto';
import {
  assertKeyBelongs,
  cdSignerOf,
  createCertificateRequest,
  encodePrivateKey,
  encodePrivateKeyPem,
  FactoryError,
  keySigner,
  MAX_CREDENTIAL_LENGTH,
  parseCertificate,
  parseCertificateRequest,
  parseCertificates,
  parsePrivateKey,
  parsePublicCredentials,
  publicKeyOfRequest,
} from '../../src';
import { parseWellFormedDeclaration } from '../../src/attestation/certification-declaration';
import { identify } from '../../src/attestation/credential-kind';
import { encodeDer, integer, pemText, primitive, sequence } from './asn1';
import { CD_FIELDS, forgeCd, forgeCertificate, KEYS, spki } from './forgery';

const DAC = forgeCertificate('dac');
const PEM = pemText('CERTIFICATE', DAC);
const text = (value: string) => Buffer.from(value, 'utf8');
const otherKey = (type: 'rsa' | 'P-384' | 'secp256k1' | 'ed25519') =>
  type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : type === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: type });
const otherCertificate = (type: Parameters<typeof otherKey>[0]) =>
  forgeCertificate('dac', {
    publicKey: spki(otherKey(type).publicKey.export({ format: 'der', type: 'spki' })),
  });
const nested = (depth: number): Uint8Array =>
  Array.from({ length: depth }).reduce<Uint8Array>(
    (inner) => Uint8Array.of(0x30, inner.length, ...inner),
    Uint8Array.of(0x30, 0),
  );

/** Offset of the octet that counts the unused bits of the signature. */
const unusedBits = (der: Uint8Array) => der.length - parseCertificate(der).signature.length - 1;

/** The code and all parameters of what is thrown, and that it is a FactoryError. */
function thrownBy(work: () => unknown): { code: string; params: object } {
  try {
    work();
  } catch (error) {
    if (error instanceof FactoryError) return { code: error.code, params: error.params };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('certificates', () => {
  const RSA = otherKey('rsa').privateKey;
  test.each<[string, Uint8Array, string, object]>([
    ['empty file', new Uint8Array(0), 'attestation.file-empty', { expected: 'certificate' }],
    ['blank file', text(' \n\n'), 'attestation.file-empty', { expected: 'certificate' }],
    [
      '10 MB',
      new Uint8Array(10_000_000).fill(0x30),
      'attestation.file-too-large',
      { length: 10_000_000, limit: MAX_CREDENTIAL_LENGTH },
    ],
    ['two certificates', text(PEM + PEM), 'attestation.several', { count: 2, kind: 'certificate' }],
    [
      'SEC 1 key',
      encodePrivateKey(KEYS.dac, 'sec1'),
      'attestation.wrong-kind',
      { kind: 'private key', expected: 'certificate' },
    ],
    ['PKCS#8 key', encodePrivateKey(KEYS.dac, 'pkcs8'), 'attestation.wrong-kind', { kind: 'private key' }],
    [
      'PKCS#8 key, PEM',
      text(encodePrivateKeyPem(KEYS.dac)),
      'attestation.wrong-kind',
      { kind: 'private key' },
    ],
    [
      'RSA key',
      RSA.export({ format: 'der', type: 'pkcs1' }),
      'attestation.wrong-kind',
      { kind: 'RSA private key' },
    ],
    [
      'encrypted key',
      RSA.export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }),
      'attestation.wrong-kind',
      { kind: 'encrypted private key' },
    ],
    [
      'public key',
      otherKey('P-384').publicKey.export({ format: 'der', type: 'spki' }),
      'attestation.wrong-kind',
      { kind: 'public key' },
    ],
    ['declaration', forgeCd(), 'attestation.wrong-kind', { kind: 'certification declaration' }],
    ['RSA', otherCertificate('rsa'), 'attestation.key-algorithm-unsupported', { algorithm: 'RSA' }],
    ['P-384', otherCertificate('P-384'), 'attestation.key-algorithm-unsupported', { algorithm: 'P-384' }],
    [
      'secp256k1',
      otherCertificate('secp256k1'),
      'attestation.key-algorithm-unsupported',
      { algorithm: 'secp256k1' },
    ],
    [
      'Ed25519',
      otherCertificate('ed25519'),
      'attestation.key-algorithm-unsupported',
      { algorithm: 'Ed25519' },
    ],
    [
      'trailing bytes',
      Uint8Array.of(...DAC, 0),
      'attestation.der-malformed',
      { reason: 'bytes follow after its end' },
    ],
    ['cut off', DAC.slice(0, -1), 'attestation.der-malformed', { reason: 'it ends too early' }],
    ['long form of a short length', Uint8Array.of(0x30, 0x81, 2, 5, 0), 'attestation.der-malformed', {}],
    [
      'signature of half a byte',
      DAC.map((byte, index) => (index === unusedBits(DAC) ? 1 : byte)),
      'attestation.structure-invalid',
      {},
    ],
    ['indefinite length', Uint8Array.of(0x30, 0x80, 0, 0), 'attestation.der-malformed', {}],
    ['length of 2^31', Uint8Array.of(0x30, 0x84, 0x7f, 0xff, 0xff, 0xff), 'attestation.der-malformed', {}],
    ['length of 2^64', Uint8Array.of(0x30, 0x88, 1, 0, 0, 0, 0, 0, 0, 0), 'attestation.der-malformed', {}],
    ['nesting', nested(40), 'attestation.der-malformed', { reason: 'it nests deeper than 24 levels' }],
    ['60,000 levels', new Uint8Array(60_000).fill(0x30), 'attestation.der-malformed', {}],
    ['other text', text('hello'), 'attestation.der-malformed', {}],
    ['other DER', Uint8Array.of(0x30, 3, 2, 1, 1), 'attestation.structure-invalid', {}],
    ['no END line', text(PEM.slice(0, -10)), 'attestation.pem-malformed', {}],
    [
      'END line of another kind',
      text(PEM.replace('END CERTIFICATE', 'END CERT')),
      'attestation.pem-malformed',
      {},
    ],
    ['body that is no base64', text(PEM.replace('MII', 'M-I')), 'attestation.pem-malformed', {}],
    ['body cut off', text(PEM.replace(/..\n-----END/, '\n-----END')), 'attestation.pem-malformed', {}],
    [
      'no body',
      text('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'),
      'attestation.pem-malformed',
      {},
    ],
    ['thousands of BEGIN lines', text('-----BEGIN X-----\n'.repeat(3000)), 'attestation.pem-malformed', {}],
    [
      'point off the curve',
      forgeCertificate('dac', { publicKey: offCurve() }),
      'attestation.public-key-invalid',
      {},
    ],
  ])('%s', (_, data, code, params) => {
    expect(thrownBy(() => parseCertificate(data))).toEqual({
      code,
      params: expect.objectContaining(params),
    });
  });

  function offCurve() {
    const algorithm = sequence(
      primitive(6, Buffer.from('2a8648ce3d0201', 'hex')),
      primitive(6, Buffer.from('2a8648ce3d030107', 'hex')),
    );
    return sequence(algorithm, primitive(3, Uint8Array.of(0, ...KEYS.dac.publicKey.slice(0, -1), 0)));
  }

  test('a request is named as one', async () => {
    const request = await createCertificateRequest({ commonName: 'x' }, keySigner(KEYS.dac));
    expect(thrownBy(() => parseCertificate(request.der)).params).toMatchObject({
      kind: 'certificate request',
    });
    expect(
      thrownBy(() => parseCertificate(text(pemText('CERTIFICATE REQUEST', request.der)))).params,
    ).toMatchObject({
      kind: 'certificate request',
    });
  });

  test('the place of the file is said', () => {
    expect(() => parseCertificate(new Uint8Array(0), { file: 'dac.pem' })).toThrow(
      expect.objectContaining({ where: { file: 'dac.pem' } }),
    );
  });

  const expected = parseCertificate(DAC);
  test.each<[string, string]>([
    ['PEM', PEM],
    ['CRLF and text around', `subject=CN = x\r\n${PEM.replace(/\n/g, '\r\n')}\r\nend`],
    [
      'one long line',
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(DAC).toString('base64')}\n-----END CERTIFICATE-----`,
    ],
    ['its key in the same file', encodePrivateKeyPem(KEYS.dac) + PEM],
    ['byte order mark', `\ufeff${PEM}`],
  ])('accepted: %s', (_, file) => {
    expect(parseCertificate(text(file))).toEqual(expected);
  });

  test('a bundle holds several', () => {
    const pai = forgeCertificate('pai');
    expect(parseCertificates(text(PEM + pemText('CERTIFICATE', pai))).map(({ der }) => der)).toEqual([
      DAC,
      pai,
    ]);
    expect(parseCertificates(DAC)).toHaveLength(1);
    expect(thrownBy(() => parseCertificates(encodePrivateKey(KEYS.dac, 'sec1'))).code).toBe(
      'attestation.wrong-kind',
    );
  });
});

describe('private keys', () => {
  const asNode = (key = KEYS.dac) => {
    const { createPrivateKey } = jest.requireActual<typeof import('node:crypto')>('node:crypto');
    return createPrivateKey({
      key: Buffer.from(encodePrivateKey(key, 'pkcs8')),
      format: 'der',
      type: 'pkcs8',
    });
  };
  const passphrase = 'open sesame ü';
  const encrypted = { cipher: 'aes-256-cbc', passphrase } as const;
  const secret = Buffer.from(KEYS.dac.raw).toString('hex');

  test('SEC 1 is as the secure-cert provider slices it', () => {
    const der = encodePrivateKey(KEYS.dac, 'sec1');
    expect([der.length, der.slice(7, 39), der.slice(56, 121)]).toEqual([
      121,
      KEYS.dac.raw,
      KEYS.dac.publicKey,
    ]);
    expect(asNode().export({ format: 'der', type: 'sec1' })).toEqual(Buffer.from(der));
    expect(asNode().export({ format: 'der', type: 'pkcs8' })).toEqual(
      Buffer.from(encodePrivateKey(KEYS.dac, 'pkcs8')),
    );
  });

  type Accepted = [string, string | Uint8Array, string?];
  test.each(
    [
      ['SEC 1', encodePrivateKey(KEYS.dac, 'sec1')],
      ['SEC 1, PEM', encodePrivateKeyPem(KEYS.dac, 'sec1')],
      [
        'SEC 1 after EC PARAMETERS',
        `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${encodePrivateKeyPem(KEYS.dac, 'sec1')}`,
      ],
      ['PKCS#8', encodePrivateKey(KEYS.dac, 'pkcs8')],
      ['PKCS#8, PEM', encodePrivateKeyPem(KEYS.dac)],
      ['PKCS#8, a passphrase that is not needed', encodePrivateKeyPem(KEYS.dac), passphrase],
      ['PKCS#8 without public key', encodeDer(pkcs8WithoutPoint())],
      ['encrypted PKCS#8', asNode().export({ format: 'der', type: 'pkcs8', ...encrypted }), passphrase],
      ['encrypted PKCS#8, PEM', asNode().export({ format: 'pem', type: 'pkcs8', ...encrypted }), passphrase],
      [
        'encrypted PKCS#8 with 3DES',
        asNode().export({ format: 'pem', type: 'pkcs8', cipher: 'des-ede3-cbc', passphrase }),
        passphrase,
      ],
      [
        'encrypted SEC 1, the old way',
        asNode().export({ format: 'pem', type: 'sec1', ...encrypted }),
        passphrase,
      ],
    ].map((row) => [row[0], row as Accepted] as const),
  )('%s', (_, [, file, phrase]) => {
    const data = typeof file === 'string' ? text(file) : file;
    expect(parsePrivateKey(data, phrase === undefined ? {} : { passphrase: phrase })).toEqual(KEYS.dac);
  });

  function pkcs8WithoutPoint() {
    const algorithm = sequence(
      primitive(6, Buffer.from('2a8648ce3d0201', 'hex')),
      primitive(6, Buffer.from('2a8648ce3d030107', 'hex')),
    );
    const inner = encodeDer(sequence(integer(1), primitive(4, KEYS.dac.raw)));
    return sequence(integer(0), algorithm, primitive(4, inner));
  }

  const sec1 = encodePrivateKey(KEYS.dac, 'sec1');
  const changed = (offset: number, bytes: Uint8Array) =>
    Uint8Array.from([...sec1.slice(0, offset), ...bytes, ...sec1.slice(offset + bytes.length)]);
  const p8 = Buffer.from(asNode().export({ format: 'der', type: 'pkcs8', ...encrypted }));
  const pbes2 = (file: Buffer, from: string, to: string) =>
    Buffer.from(file.toString('hex').replace(from, to), 'hex');

  type Rejected = [string, string | Uint8Array, string, string?];
  test.each(
    [
      ['empty', '', 'attestation.file-empty'],
      ['certificate', DAC, 'attestation.wrong-kind'],
      ['certificate, PEM', PEM, 'attestation.wrong-kind'],
      ['declaration', forgeCd(), 'attestation.wrong-kind'],
      ['two keys', encodePrivateKeyPem(KEYS.dac) + encodePrivateKeyPem(KEYS.pai), 'attestation.several'],
      [
        'RSA, PKCS#1',
        otherKey('rsa').privateKey.export({ format: 'der', type: 'pkcs1' }),
        'attestation.key-algorithm-unsupported',
      ],
      [
        'RSA, PKCS#8',
        otherKey('rsa').privateKey.export({ format: 'pem', type: 'pkcs8' }),
        'attestation.key-algorithm-unsupported',
      ],
      [
        'P-384',
        otherKey('P-384').privateKey.export({ format: 'pem', type: 'pkcs8' }),
        'attestation.key-algorithm-unsupported',
      ],
      [
        'secp256k1, SEC 1',
        otherKey('secp256k1').privateKey.export({ format: 'der', type: 'sec1' }),
        'attestation.key-algorithm-unsupported',
      ],
      [
        'Ed25519',
        otherKey('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }),
        'attestation.key-algorithm-unsupported',
      ],
      [
        'SEC 1 without curve',
        encodeDer(sequence(integer(1), primitive(4, KEYS.dac.raw))),
        'attestation.key-algorithm-unsupported',
      ],
      ['public key of another', changed(56, KEYS.pai.publicKey), 'attestation.private-key-invalid'],
      ['scalar 0', changed(7, new Uint8Array(32)), 'attestation.private-key-invalid'],
      [
        'scalar beyond the order',
        changed(7, new Uint8Array(32).fill(0xff)),
        'attestation.private-key-invalid',
      ],
      ['version 2', changed(4, Uint8Array.of(2)), 'attestation.structure-invalid'],
      ['encrypted, no passphrase', p8, 'crypto.passphrase-missing'],
      ['encrypted, empty passphrase', p8, 'crypto.passphrase-missing', ''],
      ['encrypted, wrong passphrase', p8, 'crypto.passphrase-wrong', 'x'],
      [
        'encrypted the old way, wrong passphrase',
        asNode().export({ format: 'pem', type: 'sec1', ...encrypted }),
        'crypto.passphrase-wrong',
        'x',
      ],
      [
        'encrypted with an unknown cipher',
        pbes2(p8, '60864801650304012a', '60864801650304017f'),
        'crypto.key-encryption-unsupported',
        passphrase,
      ],
      [
        'encrypted the old way with DES',
        asNode()
          .export({ format: 'pem', type: 'sec1', ...encrypted })
          .toString()
          .replace('AES-256-CBC', 'DES-CBC'),
        'crypto.key-encryption-unsupported',
        passphrase,
      ],
      [
        'PBES1',
        encodeDer(
          sequence(
            sequence(primitive(6, Buffer.from('2a864886f70d010503', 'hex')), sequence()),
            primitive(4, new Uint8Array(16)),
          ),
        ),
        'crypto.key-encryption-unsupported',
        passphrase,
      ],
      ['2^31 iterations', encodeDer(pbkdf2(2 ** 31 - 1)), 'crypto.key-encryption-unsupported', passphrase],
    ].map((row) => [row[0], row as Rejected] as const),
  )('%s', (_, [, file, code, phrase]) => {
    const data = typeof file === 'string' ? text(file) : file;
    const thrown = thrownBy(() => parsePrivateKey(data, phrase === undefined ? {} : { passphrase: phrase }));
    expect(thrown.code).toBe(code);
    expect(JSON.stringify(thrown)).not.toMatch(new RegExp(`${secret}|${passphrase}`));
  });

  function pbkdf2(iterations: number) {
    const derivation = sequence(
      primitive(6, Buffer.from('2a864886f70d01050c', 'hex')),
      sequence(primitive(4, new Uint8Array(8)), integer(iterations)),
    );
    const cipher = sequence(
      primitive(6, Buffer.from('60864801650304012a', 'hex')),
      primitive(4, new Uint8Array(16)),
    );
    const scheme = sequence(
      primitive(6, Buffer.from('2a864886f70d01050d', 'hex')),
      sequence(derivation, cipher),
    );
    return sequence(scheme, primitive(4, new Uint8Array(48)));
  }

  test('belongs to its certificate or not', () => {
    const certificate = parseCertificate(DAC);
    expect(assertKeyBelongs(certificate, KEYS.dac)).toBe(KEYS.dac);
    expect(thrownBy(() => assertKeyBelongs(certificate, KEYS.pai))).toEqual({
      code: 'attestation.key-mismatch',
      params: { subject: 'DAC' },
    });
  });
});

describe('declarations', () => {
  test('all fields are read', () => {
    const list = [new Uint8Array(20).fill(7)];
    const fields = {
      ...CD_FIELDS,
      dacOriginVendorId: 0xfff2,
      dacOriginProductId: 1,
      authorizedPaaList: list,
    };
    expect(parseWellFormedDeclaration(forgeCd({ fields })).fields).toEqual(fields);
  });

  test.each<[string, Uint8Array, string, RegExp]>([
    ['empty', new Uint8Array(0), 'attestation.file-empty', /empty/],
    ['certificate', DAC, 'attestation.wrong-kind', /contains a certificate/],
    ['two signers', forgeCd({ signers: 2 }), 'attestation.structure-invalid', /2 signers, not one/],
    [
      'TLV with trailing bytes',
      forgeCd({ content: Uint8Array.of(0x15, 0x18, 0) }),
      'attestation.structure-invalid',
      /1 bytes follow/,
    ],
    [
      'TLV that nests',
      forgeCd({ content: new Uint8Array(60).fill(0x15) }),
      'attestation.structure-invalid',
      /nests deeper/,
    ],
    [
      'TLV string of 2^64 bytes',
      forgeCd({ content: Uint8Array.of(0x15, 0x2f, 4, ...new Uint8Array(8).fill(255)) }),
      'attestation.structure-invalid',
      /ends too early/,
    ],
    [
      'two things wrong',
      forgeCd({ version: 2, fields: { certificateId: 'x' } }),
      'attestation.structure-invalid',
      /CMS version.*\n.*certificate_id/,
    ],
  ])('%s', (_, data, code, message) => {
    expect(() => parseWellFormedDeclaration(data)).toThrow(message);
    expect(thrownBy(() => parseWellFormedDeclaration(data)).code).toBe(code);
  });
});

describe('requests', () => {
  test('read back, PEM too, and their key is proven', async () => {
    const request = await createCertificateRequest(
      { commonName: 'New PAI', vendorId: 0xfff1 },
      keySigner(KEYS.pai),
    );
    expect(parseCertificateRequest(text(pemText('CERTIFICATE REQUEST', request.der)))).toEqual(request);
    expect(request.ids).toEqual({ vendorId: 0xfff1, encoding: 'attributes' });
    expect(publicKeyOfRequest(request)).toEqual({
      algorithm: KEYS.pai.algorithm,
      publicKey: KEYS.pai.publicKey,
    });
    const broken = {
      ...request,
      signature: Uint8Array.from(request.signature, (byte, i) => (i === 20 ? byte ^ 1 : byte)),
    };
    expect(thrownBy(() => publicKeyOfRequest(broken)).code).toBe('attestation.request-signature-invalid');
    expect(parsePublicCredentials(request.der)).toMatchObject([{ kind: 'certificate request' }]);
  });
  test('anything else is refused', () => {
    expect(thrownBy(() => parseCertificateRequest(DAC)).code).toBe('attestation.wrong-kind');
  });
});

test('what is shown are certificates, requests and declarations, never keys', () => {
  expect(parsePublicCredentials(text(encodePrivateKeyPem(KEYS.dac) + PEM)).map(({ kind }) => kind)).toEqual([
    'certificate',
  ]);
  expect(parsePublicCredentials(forgeCd()).map(({ kind }) => kind)).toEqual(['certification declaration']);
  expect(thrownBy(() => parsePublicCredentials(encodePrivateKey(KEYS.dac, 'sec1'))).code).toBe(
    'attestation.wrong-kind',
  );
});

test('an outline that is nothing known has no kind', () => {
  expect(
    [Uint8Array.of(2, 1, 1), Uint8Array.of(0x30, 0), new Uint8Array(0)].map((data) => identify(data).kind),
  ).toEqual([undefined, undefined, undefined]);
  expect(cdSignerOf(parseCertificate(DAC))).toMatchObject({ name: 'Test DAC', origin: 'given' });
});
