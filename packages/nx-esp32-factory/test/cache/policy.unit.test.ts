import { unlinkSync } from 'node:fs';
import { type CachePolicy, cachePolicyOf, isCached, readCachePolicy } from '../../src/cache';
import { mergeConfig } from '../../src/config/merge';
import { LightApp } from '../light-app';

/** A development config, whose image may be cached. */
const CONFIG = {
  deviceInstanceInfo: { vendorId: '0xFFF1', productId: '0x8001' },
  commissioning: { passcode: { env: 'PASSCODE' } },
};

const FILE = { file: 'x' };
const extra = (...entries: object[]) => ({ nvs: { extra: entries } });
const secureCertExtra = (...entries: object[]) => ({ storage: { secureCert: { extra: entries } } });

/** What a config says besides, and why its image is not cached then: the cause and a part of the reason, or nothing. */
type Row = [says: object, cause?: Exclude<CachePolicy, { cache: true }>['cause'], reason?: string];

const ROWS: Row[] = [
  [{}],
  [{ deviceInstanceInfo: { vendorId: 0xfff4 } }],
  [{ deviceInstanceInfo: { vendorId: '65521' } }],
  [{ deviceInstanceInfo: { vendorId: 0xfff0 } }, 'secret', 'deviceInstanceInfo.vendorId'],
  [{ deviceInstanceInfo: { vendorId: 0xfff5 } }, 'secret', 'deviceInstanceInfo.vendorId'],
  [{ deviceInstanceInfo: { vendorId: '0x131B' } }, 'secret', 'deviceInstanceInfo.vendorId'],
  [{ deviceInstanceInfo: { vendorId: null } }, 'secret', 'deviceInstanceInfo.vendorId'],
  [{ deviceInstanceInfo: { vendorId: { env: 'VENDOR' } } }, 'secret', 'deviceInstanceInfo.vendorId'],
  [{ deviceInstanceInfo: { vendorId: { file: 'vendor.txt' } } }, 'secret', 'deviceInstanceInfo.vendorId'],
  [{ deviceInstanceInfo: { vendorId: ['0xFFF1'] } }, 'secret', 'deviceInstanceInfo.vendorId'],

  [{ commissioning: { passcode: 20202021 } }],
  [{ commissioning: { passcode: '20202021' } }],
  [{ commissioning: { passcode: FILE } }],
  [{ commissioning: { passcode: { dynamic: true } } }],
  [{ commissioning: { passcode: null } }, 'generated', 'commissioning.passcode'],
  [{ commissioning: null }, 'generated', 'commissioning.passcode'],
  [{ commissioning: { passcode: { random: true } } }, 'generated', 'commissioning.passcode'],
  [{ commissioning: { passcode: { random: 1 } } }, 'generated', 'commissioning.passcode'],
  [{ commissioning: { discriminator: { random: true }, salt: 'AAAA' } }],

  [{ deviceInstanceInfo: { serialNumber: 'SN', rotatingDeviceIdUniqueId: { env: 'ID' } } }],
  [{ deviceInstanceInfo: { serialNumber: { random: true } } }, 'generated', '.serialNumber'],
  [
    { deviceInstanceInfo: { rotatingDeviceIdUniqueId: { random: true } } },
    'generated',
    '.rotatingDeviceIdUniqueId',
  ],

  [{ attestation: { dac: { certificate: FILE, key: FILE }, pai: { certificate: FILE } } }],
  [{ attestation: { dac: { issue: {} }, pai: { key: FILE } } }, 'generated', 'attestation.dac'],

  [{ storage: { secureCert: { fixedRandoms: false } } }],
  [{ storage: { secureCert: { fixedRandoms: true } } }, 'generated', 'storage.secureCert.fixedRandoms'],

  [{ encryption: { scheme: 'none' } }],
  [{ encryption: { scheme: 'flash' } }, 'generated', 'encryption.key'],
  [{ encryption: { scheme: 'hmac', keyId: 1 } }, 'generated', 'encryption.key'],
  [{ encryption: { scheme: 'flash', key: { generate: true } } }, 'generated', 'encryption.key'],
  [{ encryption: { scheme: 'hmac', key: { folder: 'keys' } } }, 'generated', 'encryption.key'],
  [{ encryption: { scheme: 'flash', key: FILE } }, 'secret', 'encryption.key'],
  [{ encryption: { scheme: 'hmac', key: { env: 'KEY' } } }, 'secret', 'encryption.key'],
  [{ flashEncryption: { mode: 'device' } }],
  [{ flashEncryption: { mode: 'host', key: FILE } }, 'secret', 'flashEncryption.key'],
  [{ flashEncryption: { mode: 'host', key: { env: 'KEY' } } }, 'secret', 'flashEncryption.key'],
  [{ flashEncryption: { mode: 'host', key: { folder: 'keys' } } }, 'secret', 'flashEncryption.key'],

  [extra({ value: 1 }, { value: 'x' }, { value: { hex: '00' } }, { value: { base64: '' } })],
  [extra({ value: 1 }, { value: FILE }), 'secret', 'nvs.extra[1].value'],
  [extra({ value: { env: 'X' } }), 'secret', 'nvs.extra[0].value'],
  [extra({ value: FILE, secret: true }), 'secret', '"secret": false'],
  [extra({ value: FILE, secret: 0 }), 'secret', 'nvs.extra[0].value'],
  [extra({ value: FILE, secret: false })],
  [extra({ value: FILE, secret: false }, { value: FILE }), 'secret', 'nvs.extra[1].value'],
  [secureCertExtra({ value: { env: 'X' } }), 'secret', 'storage.secureCert.extra[0].value'],
  [secureCertExtra({ value: FILE, secret: false })],

  [{ output: { cache: false } }, 'off', '"output.cache" is false'],
  [{ output: { cache: true } }],
  [{ output: { cache: true }, deviceInstanceInfo: { vendorId: 1 } }],
  [{ output: { cache: true }, ...extra({ value: FILE }) }],
  [{ output: { cache: true }, commissioning: { passcode: { random: true } } }, 'generated', 'twice'],
  [
    { output: { cache: true }, encryption: { scheme: 'flash', key: { folder: 'keys' } } },
    'generated',
    'twice',
  ],
  [{ output: { cache: 'yes' }, deviceInstanceInfo: { vendorId: 1 } }, 'secret', 'vendorId'],
];

it('lets the keys of NVS encryption into the cache only where the config does', () => {
  const encryption = { scheme: 'flash', key: FILE };
  expect(cachePolicyOf(mergeConfig(CONFIG, { output: { cache: true }, encryption }))).toEqual({
    cache: true,
    keys: true,
  });
});

it.each(ROWS)('%j', (says, ...[cause, reason]) => {
  const policy = cachePolicyOf(mergeConfig(CONFIG, says));
  if (cause === undefined) expect(policy).toEqual({ cache: true });
  else expect(policy).toEqual({ cache: false, cause, reason: expect.stringContaining(reason ?? '') });
});

it.each([
  undefined,
  null,
  1,
  'x',
  [],
  {},
  { ...CONFIG, encryption: null },
  { ...CONFIG, commissioning: { passcode: [20202021] } },
  { ...CONFIG, deviceInstanceInfo: { vendorId: { toString: 1, valueOf: 1 } } },
  { ...CONFIG, encryption: { scheme: { toString: 1 } } },
  JSON.parse('{"__proto__": {"commissioning": {"passcode": 1}}, "deviceInstanceInfo": {"vendorId": 65521}}'),
])('what is no valid config is not cached: %j', (config) => {
  expect(cachePolicyOf(config)).toMatchObject({ cache: false });
});

describe('a config file', () => {
  let app: LightApp;
  beforeEach(() => {
    app = new LightApp();
  });
  afterEach(() => app.remove());
  const policy = () => readCachePolicy(app.config);
  const unreadable = { cache: false, cause: 'unreadable', reason: 'its config cannot be read' };

  it.each<[string, () => unknown]>([
    ['no JSON', () => app.write('factory.config.json', '{')],
    ['a key twice', () => app.write('factory.config.json', '{"chip": 1, "chip": 1}')],
    ['no file', () => unlinkSync(app.config)],
    ['a folder that is missing', () => app.remove()],
    ['a base that is not there', () => extend('gone.json')],
    ['a base that is no JSON', () => extend('partitions.csv')],
    ['a circle', () => extend('factory.config.json')],
  ])('that cannot be read is not cached: %s', (_, change) => {
    change();
    expect(policy()).toEqual(unreadable);
  });

  function extend(base: string): void {
    app.write('factory.config.json', JSON.stringify({ extends: base }));
  }

  it('is judged with what it extends', () => {
    app.write('base.json', app.read('factory.config.json'));
    app.write('factory.config.json', '// a comment\n{"extends": "base.json",}');
    expect(policy()).toEqual({ cache: true });
    app.write('base.json', JSON.stringify({ ...CONFIG, commissioning: {} }));
    expect(policy()).toMatchObject({ cause: 'generated' });
    app.write('factory.config.json', '{"extends": "base.json", "commissioning": {"passcode": 20202021}}');
    expect(policy()).toEqual({ cache: true });
  });

  it('decides alone: neither credentials, nor firmware, nor the environment', () => {
    app.set('encryption', null);
    app.write('sdkconfig.defaults', 'CONFIG_NVS_ENCRYPTION=y\nCONFIG_SECURE_FLASH_ENC_ENABLED=y\n');
    app.set('commissioning', { passcode: { env: 'A_VARIABLE_THAT_IS_NOT_SET' } });
    for (const name of ['dac.pem', 'pai.pem', 'cd.der']) unlinkSync(app.path('credentials', name));
    expect(policy()).toEqual({ cache: true });
  });
});

describe('whether Nx caches a target', () => {
  const list = { tasksRunnerOptions: { default: { options: { cacheableOperations: ['build', 'image'] } } } };
  it.each([
    [{ cache: true }, {}, true],
    [{ cache: false }, {}, false],
    [{}, {}, false],
    [undefined, {}, false],
    [{}, list, true],
    [{ cache: false }, list, false],
    [{}, { tasksRunnerOptions: { any: { options: { cacheableTargets: ['image'] } } } }, true],
    [{}, { tasksRunnerOptions: { default: {} } }, false],
    [{}, { tasksRunnerOptions: { default: { options: { cacheableOperations: ['build'] } } } }, false],
  ])('%j in a workspace with %j: %s', (target, nxJson, expected) => {
    expect(isCached(target, 'image', nxJson)).toBe(expected);
  });
});
