import {
  type AttestationCheck,
  keyIdOf,
  type NameOptions,
  parseCredential,
  UnreadableCredential,
} from '../../src';
import { parseAnyCertificate } from '../../src/attestation/certificate';
import { formatFinding } from '../../src/errors/format';
import { primitive, sequence } from './asn1';
import {
  CD_FIELDS,
  checkBytes,
  constraints,
  extension,
  forgeCd,
  forgeCertificate,
  goodInput,
  KEYS,
  usage,
} from './forgery';
import { RULES } from './rules';

const errorsOf = (check: AttestationCheck) =>
  check.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);

test('the good set is accepted, with every part checked', () => {
  const check = checkBytes(goodInput());
  expect(check.findings.map(({ code }) => code)).toEqual(['attestation.cd-signer-given']);
  expect(check).toMatchObject({ isAccepted: true, paa: { version: 3 } });
  expect(check.attestationResult).toBeUndefined();
});

test.each(RULES.map((row) => [row.name, row] as const))('%s', (_, row) => {
  const check = checkBytes(goodInput(row.change));
  const found = check.findings.find(
    ({ code, subject, result }) =>
      code === row.code && subject === row.subject && result?.number === row.number,
  );
  expect(check.findings.map(({ code, result }) => [code, result?.number])).toContainEqual([
    row.code,
    row.number,
  ]);
  expect(found).toMatchObject({ subject: row.subject, severity: row.severity ?? 'error' });
  expect(found?.isStricter).toBe(row.isStricter);
  expect(check.isAccepted).toBe(row.severity !== undefined);
  expect(check.attestationResult?.number).toBe(row.first ?? row.number);
});

describe('accepted', () => {
  const PAA = forgeCertificate('paa', { subject: { commonName: 'PAA' }, issuer: { commonName: 'PAA' } });
  const paaTrustStore = [parseAnyCertificate(PAA)];
  const paiOfPaa = (subject: NameOptions) =>
    forgeCertificate('pai', { subject, issuer: { commonName: 'PAA' } });
  const paaKeyId = keyIdOf(KEYS.paa.publicKey);
  const originInput = {
    paaTrustStore,
    pai: paiOfPaa({ commonName: 'Test PAI', vendorId: 0xfff2, productId: 0x8001 }),
    dac: forgeCertificate('dac', {
      subject: { commonName: 'DAC', vendorId: 0xfff2, productId: 0x8001 },
      issuer: { commonName: 'Test PAI', vendorId: 0xfff2, productId: 0x8001 },
    }),
    cd: forgeCd({ fields: { dacOriginVendorId: 0xfff2, dacOriginProductId: 0x8001 } }),
  };
  test.each([
    [
      'extended key usage',
      {
        dac: forgeCertificate('dac', {
          more: [
            extension('2.5.29.37', true, sequence(primitive(6, Buffer.from('2b06010505070302', 'hex')))),
          ],
        }),
      },
    ],
    [
      'unknown extension that is not critical',
      { dac: forgeCertificate('dac', { more: [extension('1.2.3.4', false, sequence())] }) },
    ],
    [
      'alternative name',
      {
        pai: forgeCertificate('pai', {
          more: [extension('2.5.29.17', undefined, sequence(primitive(0x82, Buffer.from('a.b'))))],
        }),
      },
    ],
    [
      'PAI with digitalSignature',
      { pai: forgeCertificate('pai', { keyUsage: usage('digitalSignature', 'keyCertSign', 'cRLSign') }) },
    ],
    [
      'PAA without path length',
      {
        paaTrustStore: [
          parseAnyCertificate(forgeCertificate('paa', { basicConstraints: constraints(true) })),
        ],
      },
    ],
    [
      'PAA without vendor id and authority key id',
      {
        paaTrustStore: [
          parseAnyCertificate(
            forgeCertificate('paa', {
              subject: { commonName: 'PAA' },
              issuer: { commonName: 'PAA' },
              akid: undefined,
            }),
          ),
        ],
        pai: paiOfPaa({ commonName: 'Test PAI', vendorId: 0xfff1 }),
      },
    ],
    [
      'ids in the common name',
      {
        dac: forgeCertificate('dac', {
          subject: { commonName: 'DAC', vendorId: 0xfff1, productId: 0x8000, idEncoding: 'common name' },
        }),
      },
    ],
    [
      'a hundred product ids',
      { cd: forgeCd({ fields: { productIds: Array.from({ length: 100 }, (_, index) => 0x8000 + index) } }) },
    ],
    ['another origin', originInput],
    ['the PAA authorized, first of one', { cd: forgeCd({ fields: { authorizedPaaList: [paaKeyId] } }) }],
    [
      'the PAA authorized, last of ten',
      {
        cd: forgeCd({
          fields: { authorizedPaaList: [...Array.from({ length: 9 }, () => new Uint8Array(20)), paaKeyId] },
        }),
      },
    ],
    [
      'the PAA authorized, known only from the PAI',
      { paaTrustStore: undefined, cd: forgeCd({ fields: { authorizedPaaList: [paaKeyId] } }) },
    ],
    [
      'PEM',
      {
        dac: Buffer.from(
          `-----BEGIN CERTIFICATE-----\n${Buffer.from(forgeCertificate('dac')).toString('base64')}\n-----END CERTIFICATE-----\n`,
        ),
      },
    ],
    ['a DAC valid from this second on', { at: new Date('2024-01-01T00:00:00Z') }],
    [
      'two PAAs of one key id, the second is the signer',
      {
        paaTrustStore: [
          parseAnyCertificate(forgeCertificate('paa', { publicKey: parseCertificateKey() })),
          parseAnyCertificate(forgeCertificate('paa')),
        ],
      },
    ],
  ])('%s', (_, change) => {
    expect(errorsOf(checkBytes(goodInput(change)))).toEqual([]);
  });

  /** A key other than the PAA's, under the PAA's key id. */
  function parseCertificateKey() {
    return sequence(
      sequence(
        primitive(6, Buffer.from('2a8648ce3d0201', 'hex')),
        primitive(6, Buffer.from('2a8648ce3d030107', 'hex')),
      ),
      primitive(3, Uint8Array.of(0, ...KEYS.other.publicKey)),
    );
  }
});

test('all findings come at once, each with its place, in the order of a commissioner', () => {
  const check = checkBytes(
    goodInput({
      dac: forgeCertificate('dac', {
        version: 2,
        keyUsage: undefined,
        signer: KEYS.other,
        notAfter: new Date('2024-02-01'),
      }),
      pai: forgeCertificate('pai', { basicConstraints: constraints(true, 1) }),
      cd: forgeCd({ fields: { ...CD_FIELDS, vendorId: 0xfff3, securityLevel: 1 } }),
      places: { dac: { file: 'dac.der' } },
    }),
  );
  expect(check.findings.map(({ result }) => result?.number)).toEqual([
    203,
    303,
    303,
    300,
    301,
    undefined,
    undefined,
    604,
    604,
    604,
  ]);
  expect(check.attestationResult).toEqual({ number: 203, name: 'PaiFormatInvalid' });
  expect(
    check.findings.filter(({ subject }) => subject === 'dac').every(({ where }) => where.file === 'dac.der'),
  ).toBe(true);
  const [, version] = check.findings;
  expect(version && formatFinding(version)).toBe(
    [
      '✖ attestation.version: the DAC is X.509 version 2; it must be version 3',
      '  → dac.der',
      '  = help: have the DAC reissued with the profile of a DAC (Matter Core specification, 6.2.2)',
    ].join('\n'),
  );
});

describe('a credential that cannot be parsed', () => {
  const broken = Uint8Array.of(0x30, 0x05, 0x00);

  test.each([
    ['dac', 303, 'DacFormatInvalid'],
    ['pai', 203, 'PaiFormatInvalid'],
    ['cd', 600, 'CertificationDeclarationNoKeyId'],
  ] as const)('is a finding of a commissioner: %s', (subject, number, name) => {
    const parsed = parseCredential(subject as 'dac', broken);
    expect(parsed).toBeInstanceOf(UnreadableCredential);
    expect(parsed).toMatchObject({
      findings: [{ code: 'attestation.der-malformed', severity: 'error', subject, result: { number, name } }],
    });
    const places = { [subject]: { file: 'x.der' } };
    const check = checkBytes(goodInput({ [subject]: broken, places }));
    expect(check).toMatchObject({ isAccepted: false, attestationResult: { number, name } });
    expect(check.findings[0]).toMatchObject({ subject, where: { file: 'x.der' } });
  });

  test('is found in its turn: what is wrong with a PAI comes before a DAC that cannot be parsed', () => {
    const check = checkBytes(goodInput({ dac: broken, pai: forgeCertificate('pai', { version: 2 }) }));
    expect(check.findings.map(({ code }) => code)).toEqual([
      'attestation.version',
      'attestation.der-malformed',
      'attestation.cd-signer-given',
    ]);
    expect(check.attestationResult?.number).toBe(203);
  });
});
