import { sha256 } from '../../src/crypto/hash';
import { FactoryError } from '../../src/errors';
import { secureCertErrors } from '../../src/errors/secure-cert';
import { encodeSecureCert, type SecureCertContents } from '../../src/secure-cert';
import type { SecureCertCommissioning } from '../../src/secure-cert/contents';
import type { SecureCertOptions } from '../../src/secure-cert/encode';
import {
  commissioning,
  counting,
  DECODE_ONLY,
  dac,
  der,
  efuseKey,
  full,
  pai,
  plain,
  vector,
} from './vectors';

describe('images of esp-secure-cert-tool', () => {
  test.each([
    ['plain.bin', plain, { sha256 }],
    ['full.bin', full, { sha256 }],
    ['efuse-key.bin', efuseKey, {}],
  ] as const)('%s', (name, contents, options) => {
    const expected = vector(name);
    expect(encodeSecureCert(contents, { ...options, pad: false })).toEqual(expected);
    const padded = encodeSecureCert(contents, options);
    expect(padded).toHaveLength(0x2000);
    expect(padded.subarray(0, expected.length)).toEqual(expected);
    expect(padded.subarray(expected.length)).toEqual(new Uint8Array(0x2000 - expected.length).fill(0xff));
  });
});

test.each([0x1000, 0x2000, 0x6000, 0xf000])('fills a partition of %i bytes', (size) => {
  expect(encodeSecureCert(full, { size })).toHaveLength(size);
});

test('fills the partition to the last byte', () => {
  const data = new Uint8Array(0x1000 - encodeSecureCert(plain, { pad: false }).length - 16);
  const contents = { ...plain, custom: [{ type: 51, data }] };
  expect(encodeSecureCert(contents, { size: 0x1000, pad: false })).toHaveLength(0x1000);
  expect(() => encodeSecureCert(contents, { size: 0x1000, sha256 })).toThrow(/^secure-cert\.too-large/);
});

test('accepts commissionable data without attestation, and does not change its inputs', () => {
  const before = structuredClone(full);
  expect(encodeSecureCert({ commissioning }, { pad: false })).toHaveLength(32 + 128 + 48 + 32 + 32);
  encodeSecureCert(full);
  expect(full).toEqual(before);
});

test.each([
  [0, 1000, 16],
  [0xfff, 100000, 32],
])(
  'accepts the limits: discriminator %i, iterations %i, salt %i',
  (discriminator, iterations, saltLength) => {
    const values = { ...commissioning, discriminator, iterations, salt: counting(saltLength) };
    expect(() => encodeSecureCert({ commissioning: values })).not.toThrow();
  },
);

const matter = (values: Partial<SecureCertCommissioning>): SecureCertContents => ({
  ...plain,
  commissioning: { ...commissioning, ...values },
});
const { rotatingDeviceIdUniqueId: _, ...incomplete } = commissioning;
const key = (bytes: Uint8Array): SecureCertContents => ({
  ...plain,
  privateKey: { form: 'sec1', der: bytes },
});
const block = (keyBlock: number): SecureCertContents => ({
  ...plain,
  privateKey: { form: 'ecdsa-peripheral', keyBlock },
});
const custom = (type: number, subtype?: number, length = 1): SecureCertContents => ({
  ...plain,
  custom: [{ type, data: counting(length), ...(subtype === undefined ? {} : { subtype }) }],
});
const changed = (bytes: Uint8Array, at: number, value: number) => bytes.with(at, value);
const pem = Buffer.from('-----BEGIN CERTIFICATE-----\n');
const long = Uint8Array.of(0x30, 0x82, 0x02, 0x55, ...counting(597));

type Row = readonly [string, SecureCertContents, readonly string[], SecureCertOptions?];
const rejected: readonly Row[] = [
  ['nothing', {}, ['empty']],
  ['no DAC', { pai, privateKey: plain.privateKey }, ['entry-missing']],
  ['only a DAC', { dac }, ['entry-missing', 'entry-missing']],
  ['only custom data', { custom: [{ type: 51, data: dac }] }, Array(3).fill('entry-missing')],
  ['a PEM certificate', { ...plain, dac: pem }, ['certificate-invalid']],
  ['an empty certificate', { ...plain, pai: new Uint8Array() }, ['certificate-invalid']],
  ['a certificate of 601 bytes', { ...plain, pai: long }, ['certificate-invalid']],
  ['a truncated certificate', { ...plain, dac: dac.subarray(0, -1) }, ['certificate-invalid']],
  ['not a certificate', { ...plain, dac: counting(300) }, ['certificate-invalid']],
  ['a certificate of one byte', { ...plain, dac: Uint8Array.of(0x30) }, ['certificate-invalid']],
  ['a PKCS#8 key', key(vector('pkcs8.der')), ['key-not-sec1']],
  ['a PEM key', key(Buffer.from('-----BEGIN EC PRIVATE KEY-----')), ['key-not-sec1']],
  ['a raw key', key(counting(32)), ['key-not-sec1']],
  ['an empty key', key(new Uint8Array()), ['key-not-sec1']],
  ['a key of 120 bytes', key(der.subarray(1)), ['key-not-sec1']],
  ['a key with another start', key(changed(der, 6, 0x21)), ['key-not-sec1']],
  ['a key on another curve', key(changed(der, 50, 0x08)), ['key-not-sec1']],
  ['a key with compressed point', key(changed(der, 56, 0x02)), ['key-not-sec1']],
  ['eFuse block 6', block(6), ['efuse-block-invalid']],
  ['eFuse block -1', block(-1), ['efuse-block-invalid']],
  ['eFuse block 0.5', block(0.5), ['efuse-block-invalid']],
  ['discriminator 4096', matter({ discriminator: 0x1000 }), ['matter-value-invalid']],
  ['discriminator 65536', matter({ discriminator: 0x10000 }), ['matter-value-invalid']],
  ['discriminator -1', matter({ discriminator: -1 }), ['matter-value-invalid']],
  ['discriminator 1.5', matter({ discriminator: 1.5 }), ['matter-value-invalid']],
  ['iterations 999', matter({ iterations: 999 }), ['matter-value-invalid']],
  ['iterations 100001', matter({ iterations: 100001 }), ['matter-value-invalid']],
  ['iterations 2^32 + 1000', matter({ iterations: 2 ** 32 + 1000 }), ['matter-value-invalid']],
  ['verifier of 96 bytes', matter({ verifier: counting(96) }), ['matter-value-invalid']],
  ['salt of 15 bytes', matter({ salt: counting(15) }), ['matter-value-invalid']],
  ['salt of 33 bytes', matter({ salt: counting(33) }), ['matter-value-invalid']],
  ['rd-id-uid of 15 bytes', matter({ rotatingDeviceIdUniqueId: counting(15) }), ['matter-value-invalid']],
  ['no rd-id-uid', { ...plain, commissioning: incomplete as SecureCertCommissioning }, ['matter-incomplete']],
  ['custom type 6', custom(6), ['type-reserved']],
  ['custom type 50', custom(50), ['type-reserved']],
  ['custom type 254', custom(254), ['type-reserved']],
  ['custom type 307', custom(307), ['type-reserved']],
  ['custom type 51.5', custom(51.5), ['type-reserved']],
  ['custom subtype 254', custom(51, 254), ['type-reserved']],
  ['custom subtype -1', custom(51, -1), ['type-reserved']],
  ['custom Matter verifier', custom(201, 1), ['type-reserved']],
  [
    'the same custom entry twice',
    {
      ...plain,
      custom: [
        { type: 51, data: dac },
        { type: 51, subtype: 0, data: pai },
      ],
    },
    ['entry-duplicate'],
  ],
  ['more than 8 KiB', custom(51, 0, 0x2000), ['too-large']],
  ['an entry of more than 64 KiB', custom(51, 0, 0x10010), ['too-large']],
  ['a partition of 4 KiB', custom(51, 0, 0x1000), ['too-large'], { size: 0x1000 }],
  ['no partition', plain, ['size-invalid', 'too-large'], { size: 0 }],
  ['half a sector', plain, ['size-invalid'], { size: 0x1800 }],
  ['64 KiB', plain, ['size-invalid'], { size: 0x10000 }],
  ['size not a number', plain, ['size-invalid'], { size: Number.NaN }],
  [
    'everything at once',
    {
      dac: counting(3),
      privateKey: { form: 'ecdsa-peripheral', keyBlock: 9 },
      custom: [{ type: 1, data: dac }],
    },
    ['efuse-block-invalid', 'type-reserved', 'size-invalid', 'certificate-invalid', 'entry-missing'],
    { size: 1 << 20 },
  ],
];

describe('rejected', () => {
  test.each(rejected.map(([name, contents, codes, options = {}]) => ({ name, contents, codes, options })))(
    '$name',
    ({ contents, codes, options }) => {
      let error: unknown;
      try {
        encodeSecureCert(contents, options);
      } catch (thrown) {
        error = thrown;
      }
      if (!(error instanceof FactoryError)) throw error;
      expect(error.findings.map((finding) => finding.code)).toEqual(
        codes.map((code) => `secure-cert.${code}`),
      );
      expect(error.findings.every((finding) => finding.severity === 'error')).toBe(true);
    },
  );

  test('errors have a location, and no secrets', () => {
    const contents = matter({ verifier: counting(96, 0xa0), salt: counting(33, 0xa0) });
    const secret = { ...contents, privateKey: { form: 'sec1', der: counting(120, 0xa0) } } as const;
    expect(() => encodeSecureCert(secret)).toThrow(FactoryError);
    try {
      encodeSecureCert(secret);
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      expect(error.findings.map((finding) => finding.where.field)).toEqual([
        'privateKey.der',
        'commissioning.verifier',
        'commissioning.salt',
      ]);
      expect(JSON.stringify(error.findings)).not.toMatch(/a0a1a2|160,\s*161|oKGi/i);
    }
  });
});

test('every other code has a rejected row', () => {
  const seen = new Set(rejected.flatMap(([, , codes]) => codes.map((code) => `secure-cert.${code}`)));
  expect(secureCertErrors.codes.filter((code) => !seen.has(code))).toEqual(DECODE_ONLY);
});
