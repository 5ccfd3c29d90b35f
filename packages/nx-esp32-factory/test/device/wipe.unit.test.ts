import { randomBytes } from 'nvs-core';
import { readInputs, wipeInputs } from '../../src/inputs';
import { makeTestDevice } from '../make-device';
import { SecureApp } from '../secure-app';

let app: SecureApp;
beforeEach(() => {
  app = new SecureApp();
});
afterEach(() => app.remove());

const isZero = (bytes: Uint8Array | undefined) => bytes?.every((byte) => byte === 0);

/** A key store that returns new keys, and records them. */
function recordingStore() {
  const given: Uint8Array[] = [];
  const keep = (data: Uint8Array) => {
    given.push(data);
    return data;
  };
  return {
    given,
    store: {
      keyOf: (folder: string, _: string | undefined, make: () => Uint8Array) => ({
        path: `${folder}/key.bin`,
        data: keep(make()),
      }),
      existingKey: () => keep(randomBytes(32)),
    },
  };
}

it('wipes the images, the keys and the key of the DAC of a device', async () => {
  app.encryptFlash();
  app.useSecureCert(true);
  const made = await makeTestDevice(readInputs(app.config, { env: {} }));
  const secrets = [made.image, made.keysPartition, made.secureCert, made.credentials.dacKey?.raw];
  expect(secrets.map(isZero)).toEqual([false, false, false, false]);
  made.wipe();
  expect(secrets.map(isZero)).toEqual([true, true, true, true]);
});

it('wipes what it made when a later step fails', async () => {
  // The HMAC key is read from the folder before flash encryption turns out to be off in the firmware.
  app.deriveKeys(3, { folder: 'keys' });
  app.set('flashEncryption', { mode: 'host', key: { folder: 'flash-keys' } });
  app.useSecureCert();
  app.set('storage', { secureCert: { encrypted: true } });
  const { given, store } = recordingStore();
  await expect(
    makeTestDevice(readInputs(app.config, { env: {} }), { keyStore: store }),
  ).rejects.toMatchObject({ code: 'factory.flash-encryption-off' });
  expect(given.map(isZero)).toEqual([true]);
});

it('wipes a flash encryption key that does not fit the chip', async () => {
  app.encryptFlash();
  app.set('flashEncryption', { mode: 'host', key: { folder: 'flash-keys' } });
  const given = new Uint8Array(31).fill(7);
  const keyStore = { keyOf: () => ({ path: '', data: given }), existingKey: () => given };
  await expect(makeTestDevice(readInputs(app.config, { env: {} }), { keyStore })).rejects.toThrow();
  expect(isZero(given)).toBe(true);
});

it('wipes the keys in the inputs', () => {
  const inputs = readInputs(app.config, { env: {} });
  const { dac } = inputs.config.attestation ?? {};
  const key = dac !== undefined && 'key' in dac ? dac.key.bytes : undefined;
  expect(isZero(key)).toBe(false);
  wipeInputs(inputs);
  expect(isZero(key)).toBe(true);
});
