import { unlinkSync } from 'node:fs';
import { cachePolicyFor, cachePolicyOf } from '../../src/cache';
import { readInputs } from '../../src/inputs';
import { LightApp } from '../light-app';
import { makeTestDevice } from '../make-device';

let app: LightApp;
beforeEach(() => {
  app = new LightApp();
});
afterEach(() => app.remove());

const env = {
  PASSCODE: '34567890',
  UNIQUE_ID: '8f3c1d7a5b904e26a1c05d8e7f4b2963',
};
const policy = () => cachePolicyOf(app.config, env);
const key = { generate: true };

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
  [
    'a vendor id of somebody',
    () => app.set('deviceInstanceInfo', { vendorId: '0x131B' }),
    /0x131B, not a test one/,
  ],
  ['no vendor id', () => app.set('deviceInstanceInfo', { vendorId: null }), /no vendor id/],
  ['no attestation', () => app.set('attestation', null), undefined],
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

  it('a base config decides with', () => {
    app.write('base.json', app.read('factory.config.json'));
    app.write('factory.config.json', '{"extends": "base.json"}');
    expect(policy()).toEqual({ cache: true });
  });
});

describe('the executor', () => {
  const judged = async () => {
    const made = await makeTestDevice(readInputs(app.config, { env }));
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
    expect((await judged()).cache).toBe(policy().cache);
  });

  /** Of somebody's vendor id, without credentials; no secret stands in the config. */
  function production(): void {
    app.set('attestation', null);
    app.set('deviceInstanceInfo', { vendorId: '0x131B' });
    app.set('commissioning', { passcode: { env: 'PASSCODE' }, salt: null });
    app.set('deviceInstanceInfo', { rotatingDeviceIdUniqueId: { env: 'UNIQUE_ID' } });
  }
});
