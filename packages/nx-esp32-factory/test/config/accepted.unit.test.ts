import { inlineSecrets, Reference, resolveConfig } from '../../src/config';
import { valueAt } from '../../src/config/document';
import {
  CONFIG,
  FULL,
  FULL_ENV,
  FULL_FILES,
  type Json,
  judge,
  load,
  MINIMAL,
  minimalWith,
  reader,
} from './samples';

const bytes = (...values: number[]) => Uint8Array.from(values);
const extra = (type: string, value: unknown): Json => ({ namespace: 'n', key: 'k', type, value });
const judged = (type: string, value: unknown): Json => ({ ...extra(type, value), secret: true });

/** Path in the config, what is written there, what it means. */
const ROWS: readonly (readonly [path: string, written: unknown, means: unknown])[] = [
  ['deviceInstanceInfo.vendorId', 1, 1],
  ['deviceInstanceInfo.vendorId', '65524', 0xfff4],
  ['deviceInstanceInfo.vendorId', '0xfff4', 0xfff4],
  ['deviceInstanceInfo.vendorId', 6.5521e4, 0xfff1],
  ['deviceInstanceInfo.productId', '0X1', 1],
  ['deviceInstanceInfo.productId', 0xffff, 0xffff],
  ['deviceInstanceInfo.vendorName', 'ö'.repeat(16), 'ö'.repeat(16)],
  ['deviceInstanceInfo.serialNumber', { random: true }, { random: true }],
  ['deviceInstanceInfo.manufacturingDate', '20240229-batch9', '20240229-batch9'],
  ['deviceInstanceInfo.hardwareVersion', 0, 0],
  ['deviceInstanceInfo.rotatingDeviceIdUniqueId', '0'.repeat(32), new Uint8Array(16)],
  ['deviceInstanceInfo.rotatingDeviceIdUniqueId', { random: true }, { random: true }],
  ['commissioning.passcode', 1, 1],
  ['commissioning.passcode', '00000001', 1],
  ['commissioning.passcode', 99999998, 99999998],
  ['commissioning.passcode', { dynamic: true }, { dynamic: true }],
  ['commissioning.discriminator', 0, 0],
  ['commissioning.discriminator', '0xFFF', 4095],
  ['commissioning.discriminator', { random: true }, { random: true }],
  ['commissioning.iterations', 100000, 100000],
  ['commissioning.flow', 'custom', 2],
  ['commissioning.flow', 1, 1],
  ['commissioning.flow', '2', 2],
  ['commissioning.discovery', ['soft-ap', 'ble', 'on-network', 'wifi-paf', 'nfc', 'thread'], 63],
  ['commissioning.discovery', 63, 63],
  ['commissioning.discovery', '0x4', 4],
  ['commissioning.qrCode', {}, { serialNumber: false }],
  ['commissioning.qrCode.serialNumber', true, true],
  ['commissioning.nfcTag', true, true],
  ['commissioning.locationCapability', 'outdoor', 1],
  ['commissioning.deviceType', '0xFFFFFFFF', 0xffffffff],
  ['attestation.certificationDeclaration', { env: 'CD' }, new Reference({ env: 'CD' }, () => bytes())],
  [
    'deviceInfo.fixedLabels',
    [{ endpoint: 65534, label: 'a', value: '' }],
    [{ endpoint: 65534, label: 'a', value: '' }],
  ],
  ['nvs.extra', [extra('u8', 255)], [judged('u8', 255n)]],
  ['nvs.extra', [extra('i8', -128)], [judged('i8', -128n)]],
  ['nvs.extra', [extra('i64', '-9223372036854775808')], [judged('i64', -(2n ** 63n))]],
  ['nvs.extra', [extra('u64', '18446744073709551615')], [judged('u64', 2n ** 64n - 1n)]],
  ['nvs.extra', [extra('i32', -0)], [judged('i32', 0n)]],
  ['nvs.extra', [extra('float', 1.25)], [judged('float', 1.25)]],
  ['nvs.extra', [extra('float', '-inf')], [judged('float', Number.NEGATIVE_INFINITY)]],
  ['nvs.extra', [extra('double', 'nan')], [judged('double', Number.NaN)]],
  ['nvs.extra', [extra('double', '1e300')], [judged('double', 1e300)]],
  ['nvs.extra', [extra('string', '')], [judged('string', '')]],
  ['nvs.extra', [extra('string', 'x'.repeat(3999))], [judged('string', 'x'.repeat(3999))]],
  ['nvs.extra', [extra('blob', { hex: '' })], [judged('blob', bytes())]],
  ['nvs.extra', [extra('blob', { base64: 'AP8=' })], [judged('blob', bytes(0, 255))]],
  ['nvs.extra', [{ ...extra('u8', 1), secret: false }], [{ ...judged('u8', 1n), secret: false }]],
  ['output.cache', false, false],
  ['partition', { size: 4096, readOnly: true }, { size: 4096, readOnly: true, version: 2 }],
  ['partition', { size: '0x3000' }, { size: 0x3000, readOnly: false, version: 2 }],
  ['partition', { version: 1 }, { version: 1, readOnly: false }],
  ['encryption', { scheme: 'none' }, { scheme: 'none' }],
  ['encryption', { scheme: 'flash' }, { scheme: 'flash', key: { generate: true } }],
];

describe('accepted configs', () => {
  it.each(ROWS)('%s', (path, written, means) => {
    const keys = path.split('.');
    expect(valueAt(judge(minimalWith(path, written)).config, keys)).toEqual(means);
  });

  it('fills in the defaults of a minimal config', () => {
    expect(load(MINIMAL).config).toEqual({
      deviceInstanceInfo: { vendorId: 0xfff1, productId: 0x8000 },
      commissioning: {
        passcode: { random: true },
        discriminator: { random: true },
        iterations: 10000,
        flow: 0,
        discovery: 2,
        qrCode: { serialNumber: false },
        nfcTag: false,
      },
      nvs: { extra: [] },
      partition: { version: 2, readOnly: false },
      storage: { attestation: 'nvs', commissioning: 'nvs' },
      output: {},
    });
  });

  it('follows every reference of a full config', () => {
    const loaded = load(FULL, FULL_FILES);
    const resolved = resolveConfig(loaded, { readFile: reader(FULL_FILES), env: FULL_ENV });
    const expected: Readonly<Record<string, unknown>> = {
      'deviceInstanceInfo.serialNumber': 'SN-1',
      'deviceInstanceInfo.rotatingDeviceIdUniqueId': Uint8Array.from(Buffer.from(FULL_ENV.UNIQUE_ID, 'hex')),
      'commissioning.passcode': 123456,
      'commissioning.salt': bytes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      'commissioning.verifier': new Uint8Array(97).fill(7),
      'attestation.dac': {
        certificate: bytes(0x30, 1),
        key: { bytes: Buffer.from('-----BEGIN ENCRYPTED PRIVATE KEY-----\n'), passphrase: 'open sesame' },
      },
      'attestation.pai': { certificate: bytes(0x30, 3) },
      'attestation.certificationDeclaration': bytes(0x30, 2),
      'nvs.extra': [
        2n ** 64n - 1n,
        -128n,
        4711n,
        'two\nlines',
        'a token',
        bytes(0, 255),
        bytes(0, 255),
        bytes(),
      ],
      'encryption.key': new Uint8Array(64).fill(3),
    };
    for (const [path, value] of Object.entries(expected)) {
      const found = valueAt(resolved, path.split('.'));
      const values =
        path === 'nvs.extra' ? (found as { value: unknown }[]).map((entry) => entry.value) : found;
      expect([path, values]).toEqual([path, value]);
    }
    expect(inlineSecrets(loaded.config)).toEqual([]);
  });

  it('names the inline secrets of the config', () => {
    const config = minimalWith('commissioning', {
      passcode: 20202021,
      salt: 'AAECAwQFBgcICQoLDA0ODw==',
      verifier: Buffer.alloc(97, 7).toString('base64'),
    });
    const attestation = {
      dac: { certificate: { file: 'c' }, key: '-----BEGIN EC PRIVATE KEY-----\n' },
      pai: { certificate: { file: 'p' } },
    };
    const info = { ...(MINIMAL.deviceInstanceInfo as Json), rotatingDeviceIdUniqueId: '0'.repeat(32) };
    const { config: judged } = judge({ ...config, attestation, deviceInstanceInfo: info });
    expect(inlineSecrets(judged)).toEqual([
      'commissioning.passcode',
      'commissioning.salt',
      'commissioning.verifier',
      'deviceInstanceInfo.rotatingDeviceIdUniqueId',
      'attestation.dac.key',
    ]);
    expect(
      inlineSecrets(judge(minimalWith('commissioning.salt', 'AAECAwQFBgcICQoLDA0ODw==')).config),
    ).toEqual([]);
  });

  it('reads long lists', () => {
    const keys = Array.from({ length: 100 }, (_, index) => ({ ...extra('u8', 1), key: `k${index}` }));
    expect(load(minimalWith('nvs.extra', keys)).config.nvs.extra).toHaveLength(100);
  });

  it('reads a byte order mark, comments and trailing commas', () => {
    const text = `\uFEFF// why\n${JSON.stringify(MINIMAL).replace(/}$/, ', /* nothing */ }')}`;
    expect(load(text).config).toEqual(load(MINIMAL).config);
    expect(load(text).where(['deviceInstanceInfo', 'productId'])).toEqual({
      file: CONFIG,
      line: 2,
      column: 56,
      field: 'deviceInstanceInfo.productId',
    });
  });
});
