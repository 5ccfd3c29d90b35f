import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import { SecureApp } from '../secure-app';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index + 1));
let app: SecureApp;
let printed: string;
const home = process.cwd();
const path = process.env.PATH;

beforeEach(() => {
  app = new SecureApp();
  process.chdir(app.folder);
  process.env.PATH = '/nowhere';
  printed = '';
  const print = (text?: unknown) => {
    printed += `${text}\n`;
  };
  jest.spyOn(console, 'log').mockImplementation(print);
  jest.spyOn(console, 'error').mockImplementation(print);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env.PATH = path;
  delete process.env.HMAC;
  process.chdir(home);
  app.remove();
});

const context = () => app.context();

const image = async () => expect(await factoryImage({}, context())).toEqual({ success: true });
const dryRun = (more: object = {}) =>
  factoryFlash({ dryRun: true, burnEfuse: true, port: 'COM3', ...more }, context());
const refuse = async (code: string, more: object = {}) => {
  printed = '';
  expect(await dryRun(more)).toEqual({ success: false });
  expect(printed).toContain(`✖ ${code}:`);
};

describe('factory-flash --burnEfuse --dryRun', () => {
  it.each([
    ['a new key', { generate: true }],
    ['a file', { file: 'hmac.bin' }],
    ['a variable', { env: 'HMAC' }],
    ['a folder', { folder: 'keys' }],
  ])('prints both commands in their order, with the key of %s', async (_, key) => {
    app.write('hmac.bin', KEY);
    process.env.HMAC = KEY.toString('hex');
    app.deriveKeys(4, key);
    await image();
    expect([await dryRun(), printed.includes('✖') ? printed : '']).toEqual([{ success: true }, '']);
    const burn =
      'espefuse --chip esp32c3 --port COM3 --do-not-confirm burn-key BLOCK_KEY4 hmac_key.bin HMAC_UP';
    expect(printed).toContain(burn);
    expect(printed.indexOf(burn)).toBeLessThan(printed.indexOf('write-flash'));
    expect(printed).not.toContain(KEY.toString('hex'));
  });

  it('has the key of the DAC for the ECDSA peripheral', async () => {
    app.forChip('esp32h2');
    app.useSecureCert();
    app.set('storage', { ecdsaPeripheral: { keyId: 1 } });
    await image();
    expect(await dryRun()).toEqual({ success: true });
    expect(printed).toContain('burn-key BLOCK_KEY1 ecdsa_key.pem ECDSA_KEY');
  });

  it('refuses a key that is not the one of the image', async () => {
    app.deriveKeys(4, { file: app.write('hmac.bin', KEY) });
    await image();
    app.write(
      'hmac.bin',
      KEY.map((byte) => byte ^ 1),
    );
    await refuse('efuse.key-not-of-image');
    app.write('hmac.bin', KEY.subarray(1));
    await refuse('efuse.key-length');
    app.set('encryption', { scheme: 'none', keyId: null, key: null, firmwareDerivesKeys: null });
    await refuse('efuse.key-missing');
  });

  it('refuses a key of another DAC', async () => {
    app.forChip('esp32h2');
    app.useSecureCert();
    app.set('storage', { ecdsaPeripheral: { keyId: 1 } });
    await image();
    app.write('factory-output/root/default/ecdsa_key.pem', app.read('credentials/pai-key.pem'));
    await refuse('efuse.key-not-of-image');
  });

  it('refuses an image that needs no key, and a manifest that names nonsense', async () => {
    await image();
    await refuse('efuse.nothing-to-burn');
    const manifest = app.read('factory-output/root/default/manifest.json').toString();
    app.write(
      'factory-output/root/default/manifest.json',
      manifest.replace('"efuses": []', '"efuses": [{"block": "1"}]'),
    );
    await refuse('factory.manifest-invalid');
  });

  it('refuses a confirmation that is none, or is for nothing', async () => {
    app.deriveKeys(4);
    await image();
    await refuse('efuse.confirm-invalid', { confirm: 'yes' });
    await refuse('efuse.confirm-missing', { dryRun: false });
    await refuse('factory.option-invalid', { burnEfuse: false, confirm: '60:55:f9:f7:2c:a2' });
  });
});
