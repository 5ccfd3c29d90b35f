/** Which keys are kept: those that exist nowhere else. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { keepKeys } from '../../src/artifacts';
import { readInputs } from '../../src/inputs';
import { makeTestDevice } from '../make-device';
import { SecureApp } from '../secure-app';

let app: SecureApp;
beforeEach(() => {
  app = new SecureApp();
});
afterEach(() => app.remove());

const NOW = new Date('2026-01-31T12:00:00Z');

async function keep() {
  const made = await makeTestDevice(readInputs(app.config, { env: { KEY: '07'.repeat(32) } }));
  return { made, kept: keepKeys(made, app.path('kept'), NOW) };
}
const names = () => (existsSync(app.path('kept')) ? readdirSync(app.path('kept')).sort() : []);
const read = (name: string | undefined) => readFileSync(app.path('kept', name ?? ''));
const useEcdsa = () => {
  app.forChip('esp32h2');
  app.useSecureCert();
  app.set('storage', { ecdsaPeripheral: { keyId: 1 } });
};

it('keeps a generated HMAC key', async () => {
  app.deriveKeys(2);
  const { made, kept } = await keep();
  expect(read(kept.HMAC_UP).equals(made.efuseKeys[0]?.data ?? Buffer.alloc(0))).toBe(true);
  expect(names()).toHaveLength(2);
});

it('keeps generated NVS keys, plain, also those that no section of the config asks for', async () => {
  app.encryptFlash();
  app.set('encryption', null);
  const { made, kept } = await keep();
  expect(read(kept['nvs-keys']).equals(made.keysPartition ?? Buffer.alloc(0))).toBe(true);
});

it('keeps the key of a DAC that was issued for the ECDSA peripheral', async () => {
  useEcdsa();
  app.set('attestation', {
    dac: { issue: {} },
    pai: { certificate: { file: 'credentials/pai.pem' }, key: { file: 'credentials/pai-key.pem' } },
  });
  const { made, kept } = await keep();
  expect(read(kept.ECDSA_KEY).equals(made.efuseKeys[0]?.data ?? Buffer.alloc(0))).toBe(true);
  expect(kept.ECDSA_KEY).toMatch(/^ecdsa_key-2026-01-31-[0-9a-f]{16}\.pem$/);
});

it.each([
  ['nothing generated', () => undefined],
  ['the key of a DAC in a file', useEcdsa],
  ['an HMAC key in a file', () => app.deriveKeys(2, { file: app.write('hmac.bin', Buffer.alloc(32, 7)) })],
  ['an HMAC key in a variable', () => app.deriveKeys(2, { env: 'KEY' })],
  ['an HMAC key in a folder', () => app.deriveKeys(2, { folder: 'keys' })],
])('keeps nothing for %s: the config has the key', async (_, prepare) => {
  prepare();
  expect((await keep()).kept).toEqual({});
  expect(names()).toEqual([]);
});
