import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { FlashEncryptionScheme } from '../../src/chips/chips';
import { FactoryError } from '../../src/errors';
import { flashEncryptionErrors } from '../../src/errors/flash-encryption';
import { decryptFlash, encryptFlash, flashEncryptionScheme } from '../../src/flash-encryption';
import type { FlashImage } from '../../src/flash-encryption/flash-encryption';

interface Vector {
  readonly scheme: FlashEncryptionScheme;
  readonly key: string;
  readonly address: number;
  readonly flashCryptConf?: number;
  readonly data: string;
  readonly encrypted: string;
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(join(__dirname, '../vectors/flash-encryption/espsecure.json'), 'utf8'),
);

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const counting = (length: number, start = 1) => Uint8Array.from({ length }, (_, index) => start + index * 3);

const KEYS: Readonly<Record<FlashEncryptionScheme, readonly Uint8Array[]>> = {
  esp32: [counting(32), counting(24)],
  'xts-aes-128': [counting(32)],
  'xts-aes-256': [counting(64)],
  'xts-aes-128-derived': [counting(16)],
};
const everyKey = (Object.keys(KEYS) as FlashEncryptionScheme[]).flatMap((scheme) =>
  KEYS[scheme].map((key) => ({ scheme, key })),
);

function errorOf(work: () => unknown): FactoryError | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof FactoryError) return error;
    throw error;
  }
  return undefined;
}

const codesOf = (work: () => unknown) => errorOf(work)?.findings.map((finding) => finding.code) ?? [];

describe('vectors of espsecure', () => {
  test.each(
    vectors.map((vector) => [`${vector.scheme} key ${vector.key.length / 2}`, vector.address, vector]),
  )('%s at %i', (_name, _address, vector) => {
    const { scheme, address, flashCryptConf } = vector;
    const image = {
      scheme,
      key: bytes(vector.key),
      address,
      ...(flashCryptConf === undefined ? {} : { flashCryptConf }),
    };
    const data = bytes(vector.data);
    expect(Buffer.from(encryptFlash({ ...image, data })).toString('hex')).toBe(vector.encrypted);
    expect(decryptFlash({ ...image, data: bytes(vector.encrypted) })).toEqual(data);
  });

  test('cover every scheme, every key length and every FLASH_CRYPT_CONFIG', () => {
    expect(new Set(vectors.map(({ scheme, key }) => `${scheme} ${key.length / 2}`))).toEqual(
      new Set(everyKey.map(({ scheme, key }) => `${scheme} ${key.length}`)),
    );
    expect(new Set(vectors.map(({ flashCryptConf }) => flashCryptConf ?? 15)).size).toBe(16);
  });
});

describe('schemes of chips', () => {
  test.each([
    ['esp32', 32, 'esp32'],
    ['esp32', 24, 'esp32'],
    ['esp32s3', 32, 'xts-aes-128'],
    ['esp32s3', 64, 'xts-aes-256'],
    ['esp32c2', 16, 'xts-aes-128-derived'],
    ['esp32c2', 32, 'xts-aes-128'],
    ['ESP32-C6', 32, 'xts-aes-128'],
  ] as const)('%s with a key of %i bytes: %s', (chip, length, scheme) => {
    expect(flashEncryptionScheme(chip, length)).toBe(scheme);
    const image = { key: counting(length), address: 0xd000, data: counting(64) };
    expect(encryptFlash({ chip, ...image })).toEqual(encryptFlash({ scheme, ...image }));
  });

  test.each([
    ['esp32', 64, [32, 24]],
    ['esp32', 16, [32, 24]],
    ['esp32s3', 16, [32, 64]],
    ['esp32c2', 64, [32, 16]],
    ['esp32c6', 64, [32]],
    ['esp32h2', 31, [32]],
  ])('%s rejects a key of %i bytes', (chip, length, allowed) => {
    const error = flashEncryptionErrors.error('flash-encryption.key-length', {
      scheme: chip,
      length,
      allowed,
    });
    expect(() => flashEncryptionScheme(chip, length)).toThrow(error);
  });

  test('an unknown chip', () => {
    expect(codesOf(() => encryptFlash({ chip: 'esp8266', ...valid() }))).toEqual(['chips.unknown']);
  });
});

function valid(scheme: FlashEncryptionScheme = 'xts-aes-128') {
  return { scheme, key: KEYS[scheme][0] ?? new Uint8Array(), address: 0xd000, data: counting(32) };
}

const rejected: readonly (readonly [string, FlashImage, readonly string[]])[] = [
  ['key of no bytes', { ...valid(), key: new Uint8Array() }, ['key-length']],
  ['key cut short', { ...valid('xts-aes-256'), key: counting(63) }, ['key-length']],
  ['key in hexadecimal', { ...valid('esp32'), key: counting(64) }, ['key-length']],
  ['key all 0xFF', { ...valid(), key: new Uint8Array(32).fill(0xff) }, ['key-blank']],
  ['ESP32 key all 0xFF', { ...valid('esp32'), key: new Uint8Array(24).fill(0xff) }, ['key-blank']],
  ['key all zero', { ...valid('xts-aes-128-derived'), key: new Uint8Array(16) }, ['key-blank']],
  [
    'equal halves',
    { ...valid(), key: Uint8Array.of(...counting(16), ...counting(16)) },
    ['key-halves-equal'],
  ],
  [
    'equal halves of 64',
    { ...valid('xts-aes-256'), key: Uint8Array.of(...counting(32), ...counting(32)) },
    ['key-halves-equal'],
  ],
  ['address off by one', { ...valid(), address: 0xd001 }, ['address-unaligned']],
  ['address off by eight', { ...valid('esp32'), address: 0xd008 }, ['address-unaligned']],
  ['negative address', { ...valid(), address: -16 }, ['address-out-of-range']],
  ['address not a whole number', { ...valid(), address: 0.5 }, ['address-out-of-range']],
  ['address not a number', { ...valid(), address: Number.NaN }, ['address-out-of-range']],
  ['past 16 MiB', { ...valid('esp32'), address: 2 ** 24 - 16 }, ['address-out-of-range']],
  ['past 4 GiB', { ...valid(), address: 2 ** 32 - 16 }, ['address-out-of-range']],
  ['no data', { ...valid(), data: new Uint8Array() }, ['data-empty']],
  ['one byte over', { ...valid(), data: counting(33) }, ['length-unaligned']],
  ['one byte less', { ...valid('esp32'), data: counting(31) }, ['length-unaligned']],
  ['FLASH_CRYPT_CONFIG 16', { ...valid('esp32'), flashCryptConf: 16 }, ['crypt-conf-invalid']],
  ['FLASH_CRYPT_CONFIG -1', { ...valid('esp32'), flashCryptConf: -1 }, ['crypt-conf-invalid']],
  ['FLASH_CRYPT_CONFIG 1.5', { ...valid('esp32'), flashCryptConf: 1.5 }, ['crypt-conf-invalid']],
  ['FLASH_CRYPT_CONFIG on another chip', { ...valid(), flashCryptConf: 0xf }, ['crypt-conf-unused']],
  [
    'everything at once',
    { ...valid('esp32'), key: counting(1), address: 3, data: counting(3), flashCryptConf: 99 },
    ['key-length', 'address-unaligned', 'length-unaligned', 'crypt-conf-invalid'],
  ],
];

describe('rejected', () => {
  test.each(rejected)('%s', (_name, image, codes) => {
    const expected = codes.map((code) => `flash-encryption.${code}`);
    expect(codesOf(() => encryptFlash(image))).toEqual(expected);
    expect(codesOf(() => decryptFlash(image))).toEqual(expected);
  });

  test('every code has a row', () => {
    const seen = new Set(rejected.flatMap(([, , codes]) => codes.map((code) => `flash-encryption.${code}`)));
    expect(seen).toEqual(new Set(flashEncryptionErrors.codes));
  });

  test('errors contain no key bytes', () => {
    const error = errorOf(() => encryptFlash({ ...valid(), key: new Uint8Array(33).fill(0xab) }));
    expect(error?.findings).toHaveLength(1);
    expect(JSON.stringify(error?.findings)).not.toMatch(/abab|171,\s*171|q6ur/);
  });
});

describe('properties', () => {
  const arbitrary = fc.record({
    which: fc.constantFrom(...everyKey),
    block: fc.nat(0xfff),
    data: fc
      .uint8Array({ minLength: 1, maxLength: 20 })
      .map((seed) =>
        Uint8Array.from({ length: seed.length * 16 }, (_, index) => seed[index % seed.length] ?? 0),
      ),
  });

  test('decrypting undoes encrypting, and inputs stay unchanged', () => {
    fc.assert(
      fc.property(arbitrary, ({ which, block, data }) => {
        const key = Uint8Array.from(which.key);
        const plain = Uint8Array.from(data);
        const image = { scheme: which.scheme, key, address: block * 16 };
        const encrypted = encryptFlash({ ...image, data });
        expect(encrypted).toHaveLength(data.length);
        expect(encrypted).not.toEqual(plain);
        expect(decryptFlash({ ...image, data: encrypted })).toEqual(plain);
        expect(data).toEqual(plain);
        expect(key).toEqual(which.key);
      }),
    );
  });

  test('part of an image is encrypted as it is within the whole', () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(19), fc.nat(19), ({ which, block, data }, a, b) => {
        const blocks = data.length / 16;
        const [from, to] = [Math.min(a, b) % blocks, blocks];
        const image = { ...which, address: block * 16, data };
        const part = { ...which, address: (block + from) * 16, data: data.subarray(from * 16, to * 16) };
        expect(encryptFlash(part)).toEqual(encryptFlash(image).subarray(from * 16, to * 16));
      }),
    );
  });
});
