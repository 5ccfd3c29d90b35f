import { dirname, resolve } from 'node:path';
import { configFromObject, type LoadedConfig, loadConfig } from '../../src/config';

export { findingsOf } from '../../src/config/values/check';

export type Json = Readonly<Record<string, unknown>>;

/** Represents a directory among the files of a test. */
export const DIRECTORY = Symbol('directory');
export type Files = Readonly<Record<string, string | Uint8Array | Json | typeof DIRECTORY>>;

/** The least that a config says. */
export const MINIMAL: Json = { deviceInstanceInfo: { vendorId: '0xFFF1', productId: 0x8000 } };

/** A config with every section that is built. */
export const FULL: Json = {
  $schema: '../node_modules/nx-esp32-factory/factory.config.schema.json',
  chip: 'esp32c6',
  deviceInstanceInfo: {
    vendorId: '0xFFF1',
    vendorName: 'Exämple',
    productId: '0x8000',
    productName: 'Light',
    productLabel: 'Ceiling light',
    productUrl: 'https://example.com/light?x=1',
    productFinish: 'satin',
    productColor: 'white',
    partNumber: 'L-100',
    serialNumber: { file: 'serial.txt' },
    manufacturingDate: '2025-04-16',
    hardwareVersion: 1,
    hardwareVersionString: 'rev A',
    rotatingDeviceIdUniqueId: { env: 'UNIQUE_ID' },
  },
  commissioning: {
    passcode: { file: '../secrets/passcode.txt' },
    discriminator: 0,
    iterations: '2000',
    salt: 'AAECAwQFBgcICQoLDA0ODw==',
    verifier: { file: 'verifier.txt' },
    flow: 'user-intent',
    discovery: ['ble', 'on-network'],
    deviceType: '0x0101',
    locationCapability: 'indoor-outdoor',
  },
  attestation: {
    dac: {
      certificate: { file: 'dac.der' },
      key: { file: 'dac_key.pem', passphrase: { env: 'DAC_PASSPHRASE' } },
    },
    pai: { certificate: { env: 'PAI' } },
    certificationDeclaration: { file: 'cd.der' },
  },
  deviceInfo: {
    locales: ['en-US', 'zh-Hans-CN'],
    calendarTypes: ['Gregorian', 'Taiwanese'],
    fixedLabels: [{ endpoint: 10, label: 'floor', value: '' }],
    supportedModes: [
      {
        endpoint: '0x1',
        mode: 255,
        label: 'quiet',
        semanticTags: [{ manufacturerCode: '0xFFF1', value: 1 }],
      },
      { endpoint: 1, mode: 0, label: 'loud' },
    ],
  },
  nvs: {
    extra: [
      { namespace: 'app', key: 'big', type: 'u64', value: '0xFFFFFFFFFFFFFFFF' },
      { namespace: 'app', key: 'small', type: 'i8', value: '-0x80' },
      { namespace: 'app', key: 'pin', type: 'u16', value: { env: 'PIN' } },
      { namespace: 'app', key: 'text', type: 'string', value: 'two\nlines' },
      { namespace: 'app', key: 'token', type: 'string', value: { file: 'token.txt' } },
      { namespace: 'app', key: 'raw', type: 'blob', value: { hex: '00ff' } },
      { namespace: 'app', key: 'raw64', type: 'blob', value: { base64: 'AP8=' } },
      { namespace: 'other', key: 'raw', type: 'blob', value: { file: 'empty.bin' } },
    ],
  },
  partition: { label: 'fctry', size: '0x6000', version: 2, readOnly: false },
  encryption: { scheme: 'flash', key: { file: 'nvs_keys.bin' } },
  flashEncryption: { mode: 'device' },
  storage: { attestation: 'nvs', commissioning: 'nvs' },
  output: { cache: true },
};

export const FULL_FILES: Files = {
  '/ws/app/factory.config.json': FULL,
  '/ws/app/serial.txt': 'SN-1\n',
  '/ws/secrets/passcode.txt': '00123456\r\n',
  '/ws/app/verifier.txt': Buffer.alloc(97, 7).toString('base64'),
  '/ws/app/dac.der': Uint8Array.of(0x30, 1),
  '/ws/app/dac_key.pem': '-----BEGIN ENCRYPTED PRIVATE KEY-----\n',
  '/ws/app/cd.der': Uint8Array.of(0x30, 2),
  '/ws/app/token.txt': 'a token\n',
  '/ws/app/empty.bin': new Uint8Array(),
  '/ws/app/nvs_keys.bin': new Uint8Array(64).fill(3),
};

export const FULL_ENV = {
  UNIQUE_ID: '00112233445566778899AABBCCDDEEFF',
  DAC_PASSPHRASE: 'open sesame',
  PAI: Buffer.of(0x30, 3).toString('base64'),
  PIN: '4711',
};

/** A file system of a test: reads as node:fs does. */
export function reader(files: Files): (path: string) => Uint8Array {
  return (path) => {
    const content = files[path];
    if (content === undefined) throw errno('ENOENT');
    if (content === DIRECTORY) throw errno('EISDIR');
    if (content instanceof Uint8Array) return content;
    return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  };
}

export function errno(code: string): Error {
  return Object.assign(new Error(code), { code, errno: -1, syscall: 'open' });
}

export const CONFIG = '/ws/app/factory.config.json';

/** Loads a config from the path CONFIG. */
export function load(config: Json | string | Uint8Array, files: Files = {}): LoadedConfig {
  return loadConfig(CONFIG, { readFile: reader({ ...files, [CONFIG]: config }) });
}

/** The same without a file. */
export function judge(config: unknown): LoadedConfig {
  return configFromObject(config, { folder: dirname(CONFIG), label: 'memory' });
}

/** MINIMAL with a value at a path such as "nvs.extra"; "a.b" makes what is missing on the way. */
export function minimalWith(path: string, value: unknown): Json {
  const put = (node: unknown, [key, ...rest]: string[]): unknown =>
    key === undefined ? value : { ...(node as Json | undefined), [key]: put((node as Json)?.[key], rest) };
  return put(MINIMAL, path === '' ? [] : path.split('.')) as Json;
}

export const at = (path: string) => resolve('/ws/app', path);
