import { existsSync, readdirSync, rmSync } from 'node:fs';
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

const kept = (prefix = 'hmac_key-') =>
  readdirSync(app.path('factory-keys')).filter((name) => name.startsWith(prefix));

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

  it.each([
    ['is gone', () => rmSync(app.path('factory-output/root/default/hmac_key.bin'))],
    ['is another', () => app.write('factory-output/root/default/hmac_key.bin', KEY)],
  ])('uses the kept key where that of the output folder %s, and says so', async (_, change) => {
    app.deriveKeys(4);
    await image();
    const [key = ''] = kept();
    change();
    printed = '';
    expect(await dryRun()).toEqual({ success: true });
    expect(printed).toContain(
      `HMAC_UP: hmac_key.bin is not the key of this image; using factory-keys/${key}`,
    );
    rmSync(app.path('factory-keys', key));
    expect(await dryRun()).toEqual({ success: false });
  });

  it('burns and flashes after each of: production, development from the cache, production again', async () => {
    const sdkconfig = app.read('sdkconfig.defaults');
    app.deriveKeys(4);
    await image();
    const [first = ''] = kept();
    expect(await dryRun()).toEqual({ success: true });
    const production = app.read('factory-output/root/default/partition.bin');
    const manifest = app.read('factory-output/root/default/manifest.json');

    app.set('encryption', null);
    app.write('sdkconfig.defaults', sdkconfig);
    // What Nx does on a hit: it empties the folder, and restores what it has.
    rmSync(app.path('factory-output/root/default'), { recursive: true });
    await image();
    expect(existsSync(app.path('factory-output/root/default/hmac_key.bin'))).toBe(false);
    expect(await dryRun({ burnEfuse: false })).toEqual({ success: true });
    expect(kept()).toEqual([first]);

    app.deriveKeys(4);
    await image();
    expect(await dryRun()).toEqual({ success: true });
    expect(kept()).toHaveLength(2);

    // The first image, from a backup without its key.
    rmSync(app.path('factory-output/root/default/hmac_key.bin'));
    app.write('factory-output/root/default/partition.bin', production);
    app.write('factory-output/root/default/manifest.json', manifest);
    printed = '';
    expect(await dryRun()).toEqual({ success: true });
    expect(printed).toContain(`using factory-keys/${first}`);
  });

  it.each([
    ['gone', () => rmSync(app.path('factory-output/root/default/nvs_keys.bin'))],
    ['another', () => app.write('factory-output/root/default/nvs_keys.bin', 'x')],
  ])('says where the NVS keys of the image are, if those of the output folder are %s', async (_, change) => {
    app.encryptFlash();
    await image();
    const [name = ''] = kept('nvs_keys-');
    change();
    await refuse('factory.keys-kept', { burnEfuse: false });
    expect(printed).toContain(`factory-keys/${name}`);
    app.write('factory-output/root/default/nvs_keys.bin', app.read(`factory-keys/${name}`));
    expect(await dryRun({ burnEfuse: false })).toEqual({ success: true });
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
