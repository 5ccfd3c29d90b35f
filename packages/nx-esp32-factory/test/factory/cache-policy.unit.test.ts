import { unlinkSync } from 'node:fs';
import { createDevelopmentCredentials, encodePem, randomBytes } from 'nvs-core';
import { cachePolicyFor, cachePolicyOf, makeFactoryImage, readRequest } from '../../src/factory';
import { LightApp } from '../light-app';

let app: LightApp;
let strangers: Awaited<ReturnType<typeof createDevelopmentCredentials>>;
beforeAll(async () => {
  const ids = { vendorId: 0xfff1, productId: 0x8001 };
  strangers = await createDevelopmentCredentials({ ...ids, random: randomBytes, now: new Date() });
});
beforeEach(() => {
  app = new LightApp();
});
afterEach(() => app.remove());

const env = {
  PASSCODE: '34567890',
  UNIQUE_ID: '8f3c1d7a5b904e26a1c05d8e7f4b2963',
  CD: '',
  KEY: '',
};
const policy = () => cachePolicyOf(app.config, env);
const key = { generate: true };
const trust = (folder: string) => ({ paa: { folder: 'credentials/paa-trust-store' }, cdSigners: { folder } });

/** Changes of the example, and a word of the reason why it is not cached then; none where it is. */
const ROWS: [string, () => unknown, RegExp | undefined][] = [
  ['development credentials', () => undefined, undefined],
  ['a random salt', () => app.set('commissioning', { salt: null }), undefined],
  ['a random discriminator', () => app.set('commissioning', { discriminator: { random: true } }), undefined],
  ['no serial number', () => app.set('deviceInstanceInfo', { serialNumber: null }), undefined],
  ['no passcode, which is drawn then', () => app.set('commissioning', { passcode: null }), /passcode/],
  ['a random passcode', () => app.set('commissioning', { passcode: { random: true } }), /passcode/],
  ['a random serial', () => app.set('deviceInstanceInfo', { serialNumber: { random: true } }), /serial/],
  [
    'a random unique id',
    () => app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: { random: true } }),
    /unique id/,
  ],
  ['a random NVS key', () => app.set('encryption', { scheme: 'flash', key }), /NVS key/],
  ['an NVS key that is not given', () => app.set('encryption', { scheme: 'flash' }), /NVS key/],
  ['a random passcode, allowed', () => allow(['commissioning', { passcode: { random: true } }]), /twice/],
  ['a vendor id of somebody', () => app.set('deviceInstanceInfo', { vendorId: '0x131B' }), /0x131B/],
  ['no vendor id', () => app.set('deviceInstanceInfo', { vendorId: null }), /no vendor id/],
  ['no attestation', () => app.set('attestation', null), /DAC is missing/],
  ['no declaration', () => app.set('attestation', { certificationDeclaration: null }), /missing/],
  ['no DAC', () => app.set('attestation', { dac: null }), /DAC is missing/],
  ['no PAI', () => app.set('attestation', { pai: null }), /PAI is missing/],
  ['a DAC that is not there', () => unlinkSync(app.path('credentials/dac.pem')), /DAC is missing/],
  ['a DAC that is not readable', () => app.write('credentials/dac.pem', 'x'), /DAC is not readable/],
  [
    'a declaration that nobody here signed',
    () => app.write('credentials/cd.der', strangers.cd.der),
    /not signed/,
  ],
  ['no trust in the signer', () => app.set('attestation', { trust: trust('main') }), /not signed/],
  [
    'a trust folder that is not there',
    () => app.set('attestation', { trust: trust('gone') }),
    /cannot be read/,
  ],
  [
    'a trust folder with a broken certificate',
    () => app.write('credentials/cd-trust-store/a.der', 'x'),
    /read/,
  ],
  ['production, allowed', () => allow(['deviceInstanceInfo', { vendorId: '0x131B' }]), undefined],
  ['a config that is not JSON', () => app.write('factory.config.json', '{'), /cannot be read/],
  ['a config that is a number', () => app.write('factory.config.json', '1'), /passcode/],
  ['no config', () => unlinkSync(app.config), /cannot be read/],
  [
    'objects that only look like values',
    () => {
      app.set('encryption', { scheme: { toString: 1, valueOf: 1 } });
      app.set('deviceInstanceInfo', { vendorId: { toString: 1, valueOf: 1 } });
    },
    /no vendor id/,
  ],
];

function allow([section, fields]: [string, Record<string, unknown>]): void {
  app.set('output', { allowSecretsInCache: true });
  app.set(section, fields);
}

describe('what is cached', () => {
  it.each(ROWS)('%s', (_, change, reason) => {
    change();
    const { cache, reason: given } = policy();
    expect(cache).toBe(reason === undefined);
    if (reason === undefined) expect(given).toBeUndefined();
    else expect(given).toMatch(reason);
  });

  it.each([
    ['an environment value', () => app.set('attestation', { certificationDeclaration: { env: 'CD' } })],
    ['PEM in the config', () => pemInConfig(app.read('credentials/dac.pem').toString())],
    ['a base config', () => app.write('factory.config.json', '{"extends": "base.json"}')],
  ])('credentials are found in %s', (_, change) => {
    app.write('base.json', app.read('factory.config.json'));
    change();
    expect(cachePolicyOf(app.config, { CD: app.read('credentials/cd.der').toString('base64') })).toEqual({
      cache: true,
    });
  });

  it('a stranger of the same vendor is one by any way that its DAC comes', () => {
    const somebody = encodePem('CERTIFICATE', strangers.dac.certificate.der);
    pemInConfig(somebody);
    expect(policy()).toEqual({ cache: true });
    pemInConfig('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----');
    expect(policy().cache).toBe(false);
  });

  function pemInConfig(certificate: string): void {
    app.set('attestation', { dac: { certificate, key: { file: 'credentials/dac-key.pem' } } });
  }
});

describe('the executor', () => {
  const judged = async () => {
    const request = readRequest(app.config, { env });
    const made = await makeFactoryImage(request, { random: randomBytes, now: new Date() });
    return cachePolicyFor(made.config, made.classification);
  };

  it.each([
    ['development', () => undefined],
    ['a random passcode', () => app.set('commissioning', { passcode: { random: true } })],
    ['a random NVS key', () => app.set('encryption', { scheme: 'flash', key })],
    ['production', () => production()],
    [
      'production, allowed',
      () => {
        production();
        app.set('output', { allowSecretsInCache: true });
      },
    ],
  ])('judges as the graph did: %s', async (_, change) => {
    app.write('sdkconfig.defaults', '');
    app.write('CMakeLists.txt', '');
    change();
    expect(await judged()).toEqual(policy());
  });

  /** Without a declaration; no secret stands in the config. */
  function production(): void {
    app.set('attestation', { certificationDeclaration: null });
    app.set('commissioning', { passcode: { env: 'PASSCODE' }, salt: null });
    app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: { env: 'UNIQUE_ID' } });
  }
});
