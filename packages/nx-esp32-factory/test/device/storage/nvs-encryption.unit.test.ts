import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import {
  decodeKeysPartition,
  decodeNvs,
  decryptNvs,
  deriveHmacKeys,
  FactoryError,
  randomBytes,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { EXECUTOR_NAMES, manifestOf, outputsOf } from '../../../src/artifacts';
import { imagePolicyOf, readCachePolicy } from '../../../src/cache';
import type { DeviceArtifacts } from '../../../src/device';
import { folderKeyStore } from '../../../src/files';
import { readInputs } from '../../../src/inputs';
import { makeTestDevice } from '../../make-device';
import { SecureApp } from '../../secure-app';

let app: SecureApp;
beforeEach(() => {
  app = new SecureApp();
});
afterEach(() => app.remove());

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const KEYS = Buffer.from(Array.from({ length: 64 }, (_, index) => index));

const make = (env: Record<string, string> = {}) =>
  makeTestDevice(readInputs(app.config, { env }), { random: randomBytes, now: new Date() });

const codesOf = async (env: Record<string, string> = {}): Promise<string[]> => {
  try {
    await make(env);
  } catch (error) {
    if (error instanceof FactoryError) return error.findings.map(({ code }) => code);
    throw error;
  }
  return [];
};
const plainEntries = (image: Uint8Array) => decodeNvs(image).entries.map(({ key }) => key);

describe('the scheme "flash"', () => {
  beforeEach(() => app.encryptFlash());

  it.each([
    ['64 raw bytes from a file', () => ({ file: app.write('k.bin', KEYS) }), {}],
    ['hex from a variable', () => ({ env: 'KEYS' }), { KEYS: KEYS.toString('hex') }],
  ])('encrypts with %s', async (_, key, env) => {
    app.set('encryption', { key: key() });
    const { image, keysPartition } = await make(env);
    const keys = decodeKeysPartition(keysPartition ?? new Uint8Array());
    expect(toHex(keys.encryptionKey) + toHex(keys.tweakKey)).toBe(KEYS.toString('hex'));
    expect(plainEntries(decryptNvs(image, keys))).toContain('dac-key');
  });

  it('stores one key per device in a folder: generated when absent, used again when present', async () => {
    app.set('encryption', { key: { folder: 'keys' } });
    app.set('deviceInstanceInfo', { serialNumber: '../a/B 1' });
    const first = await make();
    expect(readdirSync(app.path('keys'))).toEqual(['%2E%2E%2Fa%2FB%201.bin']);
    expect(statSync(app.path('keys')).mode & 0o777).toBe(0o700);
    expect(statSync(app.path('keys/%2E%2E%2Fa%2FB%201.bin')).mode & 0o777).toBe(0o600);
    expect(toHex((await make()).image)).toBe(toHex(first.image));
    app.set('deviceInstanceInfo', { serialNumber: 'other' });
    expect(toHex((await make()).keysPartition ?? KEY)).not.toBe(toHex(first.keysPartition ?? KEY));
    expect(readdirSync(app.path('keys'))).toHaveLength(2);
    expect(readCachePolicy(app.config)).toMatchObject({
      cache: false,
      reason: expect.stringContaining('encryption.key'),
    });
  });

  it.each([
    ['a file of 65 bytes', Buffer.alloc(65, 1), ['nvs.keys-length']],
    ['a file of 63 bytes', Buffer.alloc(63, 1), ['nvs.keys-length']],
    ['a partition with a wrong CRC', Buffer.concat([KEYS, Buffer.alloc(4032)]), ['nvs.keys-crc']],
    ['a blank partition', Buffer.alloc(4096, 0xff), ['nvs.keys-blank']],
    ['64 bytes of 0xFF', Buffer.alloc(64, 0xff), ['nvs.keys-equal']],
    ['the same key in both halves', Buffer.concat([KEY, KEY]), ['nvs.keys-equal']],
  ])('rejects %s', async (_, bytes, codes) => {
    app.set('encryption', { key: { file: app.write('k.bin', bytes) } });
    expect(await codesOf()).toEqual(codes);
    app.set('encryption', { key: { folder: 'keys' } });
    await make();
    app.write('keys/EXL-0000-0001.bin', bytes);
    expect(await codesOf()).toEqual(codes);
  });

  it('uses the key of another run that wrote it first', () => {
    const folder = app.path('keys');
    const { data } = folderKeyStore.keyOf(folder, 'SN', () => {
      app.write('keys/SN.bin', KEYS);
      return new Uint8Array(64);
    });
    expect(toHex(data)).toBe(KEYS.toString('hex'));
    expect(readdirSync(folder)).toEqual(['SN.bin']);
  });

  it('rejects a folder for a device without a serial number, and a file instead of a folder', async () => {
    app.set('encryption', { key: { folder: 'keys' } });
    app.set('deviceInstanceInfo', { serialNumber: null });
    expect(await codesOf()).toEqual(['factory.serial-number-needed']);
    app.set('deviceInstanceInfo', { serialNumber: 'SN' });
    app.set('encryption', { key: { folder: 'partitions.csv' } });
    expect(await codesOf()).toEqual(['files.not-a-directory']);
  });
});

describe('the scheme "hmac"', () => {
  it('encrypts with keys derived from a new HMAC key, which is an output for its owner only', async () => {
    app.deriveKeys(3);
    const made = await make();
    expect(made.keysPartition).toBeUndefined();
    expect(made.findings.map(({ code }) => code)).toContain('factory.hmac-key-new');
    const files = outputsOf(made, app.path('out'), EXECUTOR_NAMES);
    const key = files.find(({ path }) => path.endsWith('hmac_key.bin'));
    expect(key?.secret).toBe(true);
    const keyData = Uint8Array.from(key?.data as Uint8Array);
    const plain = decryptNvs(made.image, deriveHmacKeys(keyData));
    expect(plainEntries(plain)).toContain('verifier');
    const commands = String(files.find(({ path }) => path.endsWith('efuse-commands.txt'))?.data);
    expect(commands).toContain(
      'espefuse --chip esp32c3 --port PORT burn-key BLOCK_KEY3 hmac_key.bin HMAC_UP',
    );
    expect(commands).toContain(
      'espefuse.py --chip esp32c3 --port PORT burn_key BLOCK_KEY3 hmac_key.bin HMAC_UP',
    );
    expect(commands.indexOf('1. burn')).toBeLessThan(commands.indexOf('secure boot'));
    expect(manifestOf(made, EXECUTOR_NAMES)).toMatchObject({
      partition: { encryption: 'hmac' },
      images: [{ kind: 'nvs' }],
      efuses: [{ block: 3, purpose: 'HMAC_UP', file: 'hmac_key.bin' }],
    });
    expect(readCachePolicy(app.config).cache).toBe(false);
    made.wipe();
    expect(made.image).toEqual(new Uint8Array(0x6000));
    expect(key?.data).toEqual(new Uint8Array(32));
  });

  it('reads the key from a file, a variable or a folder, and writes no copy of it', async () => {
    const texts: string[] = [];
    for (const key of [{ file: 'hmac.bin' }, { env: 'HMAC' }, { folder: 'keys' }]) {
      app.write('hmac.bin', KEY);
      app.deriveKeys(0, key);
      const made = await make({ HMAC: KEY.toString('hex') });
      expect(made.findings.map(({ code }) => code)).not.toContain('factory.hmac-key-new');
      const files = outputsOf(made, app.path('out'), EXECUTOR_NAMES);
      expect(files.some(({ path }) => path.endsWith('hmac_key.bin'))).toBe(false);
      expect(manifestOf(made, EXECUTOR_NAMES).efuses).toEqual([{ block: 0, purpose: 'HMAC_UP', file: null }]);
      const used = 'folder' in key ? app.read('keys/EXL-0000-0001.bin') : KEY;
      expect(plainEntries(decryptNvs(made.image, deriveHmacKeys(used)))).toContain('verifier');
      texts.push(String(files.find(({ path }) => path.endsWith('efuse-commands.txt'))?.data));
    }
    expect(texts[0]).toContain('BLOCK_KEY0 ../hmac.bin HMAC_UP');
    expect(texts[1]).toContain('environment variable');
    expect(texts[2]).toContain('BLOCK_KEY0 ../keys/EXL-0000-0001.bin HMAC_UP');
  });

  const rows: readonly [string, () => void, readonly string[]][] = [
    [
      'firmware of the stock SDK',
      () => app.set('encryption', { firmwareDerivesKeys: null }),
      ['firmware.hmac-matter-sdk'],
    ],
    [
      'firmware that may be the stock SDK',
      () => {
        app.set('encryption', { firmwareDerivesKeys: null });
        app.write('CMakeLists.txt', '');
        app.write('sdkconfig.defaults', '');
      },
      ['firmware.hmac-matter-sdk'],
    ],
    ['a key file of another length', () => key(Buffer.alloc(31, 1)), ['efuse.key-length']],
    ['a key of 0xFF', () => key(Buffer.alloc(32, 0xff)), ['efuse.key-blank']],
    ['a key of zeros', () => key(Buffer.alloc(32)), ['efuse.key-blank']],
    [
      'an eFuse block number that no chip has',
      () => app.set('encryption', { keyId: 6 }),
      ['config.out-of-range'],
    ],
    [
      'a block other than that of the firmware',
      () => app.set('encryption', { keyId: 2 }),
      ['firmware.hmac-key-id-differs'],
    ],
    ['an ESP32', () => app.forChip('esp32'), ['firmware.hmac-unsupported']],
    ['an ESP32-C2', () => app.forChip('esp32c2'), ['firmware.hmac-unsupported']],
    ['an ESP32-C61', () => app.forChip('esp32c61'), ['firmware.hmac-unsupported']],
  ];
  const key = (bytes: Buffer) => app.set('encryption', { key: { file: app.write('h.bin', bytes) } });
  it.each(rows)('rejects %s', async (_, change, codes) => {
    app.deriveKeys(1);
    change();
    const found = (await codesOf()).filter((code) => !code.startsWith('firmware.encryption-'));
    expect(found).toEqual(expect.arrayContaining([...codes]));
  });

  it.each(['esp32', 'esp32c2', 'esp32c61'])('rejects an %s without an app, too', async (chip) => {
    app.deriveKeys(1);
    app.forChip(chip);
    app.write('CMakeLists.txt', '');
    app.write('sdkconfig.defaults', '');
    expect(await codesOf()).toEqual(['efuse.no-peripheral']);
  });

  it('rejects a block that the chip does not have, without an app', async () => {
    app.deriveKeys(5);
    app.forChip('esp32s31');
    app.write('CMakeLists.txt', '');
    app.write('sdkconfig.defaults', '');
    expect(await codesOf()).toEqual(['efuse.block-unknown']);
  });
});

describe('a config without an encryption section', () => {
  beforeEach(() => app.set('encryption', null));

  const imagePolicy = (made: DeviceArtifacts) =>
    imagePolicyOf(readInputs(app.config, { env: {} }).loaded, made);

  it('is plain for firmware that reads plain images, and may be cached', async () => {
    const made = await make();
    expect(made.keysPartition).toBeUndefined();
    expect(imagePolicy(made)).toEqual({ cache: true });
  });

  it('has the scheme of the firmware, with a new key, and must not be cached then', async () => {
    app.encryptFlash();
    app.set('encryption', null);
    const made = await make();
    const keys = decodeKeysPartition(made.keysPartition ?? new Uint8Array());
    expect(plainEntries(decryptNvs(made.image, keys))).toContain('dac-key');
    expect(made.config.encryption).toEqual({ scheme: 'flash', key: { generate: true } });
    expect(readCachePolicy(app.config)).toEqual({ cache: true });
    expect(imagePolicy(made)).toEqual({
      cache: false,
      cause: 'firmware',
      reason: expect.stringContaining('NVS encryption'),
      section: '"encryption": {"scheme":"flash","key":{"generate":true}}',
    });
  });

  it('rejects firmware with keys from an eFuse, unless the config sets firmwareDerivesKeys', async () => {
    app.deriveKeys(1);
    app.set('encryption', null);
    expect(await codesOf()).toEqual(['firmware.hmac-matter-sdk']);
    expect(existsSync(app.path('factory-output'))).toBe(false);
  });

  it('has no encryption without an app', async () => {
    app.write('CMakeLists.txt', '');
    app.write('sdkconfig.defaults', '');
    expect((await make()).config.encryption).toEqual({ scheme: 'none' });
  });
});

it('puts nothing of a key file into the manifest', async () => {
  app.deriveKeys(1, { file: app.write('h.bin', KEY) });
  const text = JSON.stringify(manifestOf(await make(), EXECUTOR_NAMES));
  expect(text).not.toContain(KEY.toString('hex'));
  expect(readFileSync(app.path('h.bin')).equals(KEY)).toBe(true);
});
