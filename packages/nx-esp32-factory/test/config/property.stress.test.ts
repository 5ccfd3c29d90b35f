import fc from 'fast-check';
import { checkFactoryData } from 'nvs-core';
import { parseInteger } from '../../src/config/values/integer';
import { FULL, findingsOf, type Json, judge, load, MINIMAL, minimalWith } from './samples';

const TEXT = Buffer.from(JSON.stringify(FULL));

describe('any input', () => {
  it('that is cut off anywhere is refused', () => {
    for (let length = 0; length < TEXT.length; length++) {
      const [finding] = findingsOf(() => load(TEXT.subarray(0, length)));
      expect([length, finding?.code]).toEqual([length, expect.stringMatching(/^config\.(syntax|not-utf8)$/)]);
    }
  });

  it('with a changed byte is a config or a FactoryError', () => {
    for (let offset = 0; offset < TEXT.length; offset++) {
      const changed = Uint8Array.from(TEXT);
      changed[offset] = (changed[offset] ?? 0) ^ (1 << (offset % 8));
      findingsOf(() => load(changed));
    }
  });

  it('of bytes or of JSON is a config or a FactoryError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void findingsOf(() => load(bytes))));
    fc.assert(fc.property(fc.jsonValue(), (value) => void findingsOf(() => load(JSON.stringify(value)))));
  });

  it('at any field is a config or a FactoryError, each finding with its place', () => {
    const paths = [...pathsOf(FULL, '')];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        for (const { where } of findingsOf(() => load(minimalWith(path, value)))) {
          expect(where).toMatchObject({ line: expect.any(Number), field: expect.any(String) });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('secrets', () => {
  const SECRETS = [
    'commissioning.passcode',
    'commissioning.salt',
    'commissioning.verifier',
    'deviceInstanceInfo.rotatingDeviceIdUniqueId',
    'attestation.dac.key',
    'attestation.pai.key',
    'encryption',
  ];
  const wrong: readonly ((secret: string) => unknown)[] = [
    (secret) => secret,
    (secret) => [secret],
    (secret) => ({ file: 'x', passphrase: secret }),
    (secret) => ({ env: `${secret}-` }),
    (secret) => ({ random: secret }),
  ];
  const inSection = (path: string, key: unknown) => (path === 'encryption' ? { scheme: 'flash', key } : key);

  it.each(SECRETS)('at %s are in no finding', (path) => {
    const secret = 's3cr3t';
    for (const say of wrong) {
      const found = findingsOf(() => load(minimalWith(path, inSection(path, say(secret)))));
      expect(found).not.toEqual([]);
      expect(JSON.stringify(found)).not.toContain(secret);
    }
    const number = findingsOf(() => load(minimalWith(path, 1234567890)));
    expect(JSON.stringify(number)).not.toContain('1234567890');
  });
});

function* pathsOf(node: unknown, path: string): Generator<string> {
  if (path !== '') yield path;
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  for (const [key, child] of Object.entries(node))
    yield* pathsOf(child, path === '' ? key : `${path}.${key}`);
}

describe('whole numbers', () => {
  it('mean the same as a number, in decimal and in hexadecimal text', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n), (value) => {
        const hexadecimal = `${value < 0n ? '-' : ''}0x${(value < 0n ? -value : value).toString(16)}`;
        expect([parseInteger(`${value}`, 'x'), parseInteger(hexadecimal, 'x')]).toEqual([value, value]);
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(parseInteger(value, 'x')).toBe(BigInt(value));
      }),
    );
  });
});

describe('limits', () => {
  const info =
    (field: string, start = '') =>
    (length: number) => ({ deviceInstanceInfo: { [field]: start.padEnd(length, 'x') } });
  const label = (field: 'label' | 'value') => (length: number) => ({
    deviceInfo: { fixedLabels: [{ endpoint: 0, label: 'l', value: 'v', [field]: 'x'.repeat(length) }] },
  });
  const SAME: readonly (readonly [limit: number, data: (length: number) => object])[] = [
    [32, info('vendorName')],
    [32, info('productName')],
    [32, info('serialNumber')],
    [32, info('partNumber')],
    [64, info('hardwareVersionString')],
    [18, info('manufacturingDate', '2025-04-16')],
    [64, info('productLabel')],
    [256, info('productUrl', 'http:')],
    [16, label('label')],
    [16, label('value')],
    [35, (length) => ({ deviceInfo: { locales: ['x'.repeat(length)] } })],
    [
      64,
      (length) => ({ deviceInfo: { supportedModes: [{ endpoint: 0, mode: 0, label: 'x'.repeat(length) }] } }),
    ],
    [16, (length) => ({ deviceInstanceInfo: { rotatingDeviceIdUniqueId: new Uint8Array(length) } })],
  ];

  /** The data as a config says them. */
  const configOf = ({ deviceInstanceInfo = {}, ...rest }: { readonly deviceInstanceInfo?: object }) => {
    const fields = Object.entries(deviceInstanceInfo).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    ]);
    return {
      deviceInstanceInfo: { ...(MINIMAL.deviceInstanceInfo as Json), ...Object.fromEntries(fields) },
      ...rest,
    };
  };

  it.each(SAME)('%#: %d bytes for nvs-core and for the config', (limit, data) => {
    const errors = (length: number) =>
      checkFactoryData(data(length)).filter(({ severity }) => severity === 'error');
    const refused = (length: number) =>
      findingsOf(() => judge(configOf(data(length)))).map(({ code }) => code);
    expect([errors(limit), refused(limit)]).toEqual([[], []]);
    expect(errors(limit + 1)).not.toEqual([]);
    expect(refused(limit + 1)).toEqual([expect.stringMatching(/^config\.(text-too-long|bytes-length)$/)]);
  });

  it('are held to in UTF-8 bytes', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'ö', '語', '🔆'), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(letters, (vendorName) => {
        const found = findingsOf(() => judge(minimalWith('deviceInstanceInfo.vendorName', vendorName)));
        const tooLong = Buffer.byteLength(vendorName) > 32;
        expect(found.map(({ code }) => code)).toEqual(tooLong ? ['config.text-too-long'] : []);
      }),
    );
  });
});
