/** The whole round trip: config, image, the real esptool, an emulated chip, and reading it back. */
import { type ChipName, type Emulator, start } from '../../../../tools/esp-emulator';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import factoryVerify from '../../src/executors/factory-verify/executor';
import { peerEsptool } from '../flash/peer-esptool';
import { SecureApp } from '../secure-app';

jest.setTimeout(120_000);

let app: SecureApp;
let emulator: Emulator | undefined;
let printed: string;
const home = process.cwd();

beforeEach(() => {
  app = new SecureApp();
  process.chdir(app.folder);
  printed = '';
  const print = (text: unknown) => {
    printed += `${text}\n`;
    return true;
  };
  jest.spyOn(console, 'log').mockImplementation(print);
  jest.spyOn(console, 'error').mockImplementation(print);
  jest.spyOn(process.stdout, 'write').mockImplementation(print);
  jest.spyOn(process.stderr, 'write').mockImplementation(print);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await emulator?.stop();
  process.chdir(home);
  app.remove();
});

const context = () => app.context();

async function flash(chip: ChipName, major: 4 | 5, security?: 'development') {
  app.forChip(chip);
  emulator = await start({
    chip,
    ...(security === undefined ? {} : { security: { flashEncryption: security } }),
  });
  expect(await factoryImage({}, context())).toEqual({ success: true });
  const options = { port: emulator.url, esptool: peerEsptool(major).command[0] ?? '' };
  const result = await factoryFlash(options, context());
  expect([result, result.success ? '' : printed]).toEqual([{ success: true }, '']);
  printed = '';
  return { device: emulator, options };
}

it.each([
  ['esp32', 4],
  ['esp32c6', 5],
] as const)('an %s, with esptool %i, returns what was flashed', async (chip, major) => {
  const { options } = await flash(chip, major);
  const result = await factoryVerify({ ...options, level: 1 }, context());
  expect([result, result.success ? '' : printed]).toEqual([{ success: true }, '']);
  expect(printed).toMatch(/✔ 1 structure and data .* manifest, config, firmware/);
  expect(printed).toMatch(/✔ socket:.*: fctry: verified/);
});

it('an encrypted image is decrypted with the keys in the folder, which the device does not return', async () => {
  app.encryptFlash();
  const { options } = await flash('esp32c6', 5, 'development');
  const result = await factoryVerify({ ...options, level: 1 }, context());
  expect([result, result.success ? '' : printed]).toEqual([{ success: true }, '']);
  expect(printed).toContain('not comparable (the device encrypts them): nvs_keys');
  expect(printed).toMatch(/45 keys, credentials, verifier/);
});

it('a bit that flash did not retain is found, with its offset', async () => {
  const { device, options } = await flash('esp32c6', 5);
  device.flash[0x3e0000 + 64 + 32 + 24] = 0x55;
  expect(await factoryVerify({ ...options, level: 1 }, context())).toEqual({ success: false });
  expect(printed).toMatch(/verify.manifest-differs.*: the SHA-256 of partition.bin/);
  expect(printed).toMatch(/nvs.entry-crc[\s\S]*socket:.*: fctry, .*offset 0x60/);
});

it('a device that was never flashed fails', async () => {
  const { device, options } = await flash('esp32c6', 5);
  device.flash.fill(0xff);
  expect(await factoryVerify({ ...options, level: 1 }, context())).toEqual({ success: false });
  expect(printed).toContain('verify.no-factory-data');
});
