/** Firmware and factory data with the real esptool, on emulated chips. */
import { type Emulator, start } from '../../../../tools/esp-emulator';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import { peerEsptool } from '../flash/peer-esptool';
import { SecureApp } from '../secure-app';
import { writeBuild } from './fake-build';

jest.setTimeout(180_000);

let app: SecureApp;
let emulator: Emulator | undefined;
let printed: string;
const home = process.cwd();

beforeEach(() => {
  app = new SecureApp();
  process.chdir(app.folder);
  app.forChip('esp32c6');
  printed = '';
  const print = (text: unknown) => {
    printed += `${text}\n`;
  };
  jest.spyOn(console, 'log').mockImplementation(print);
  jest.spyOn(console, 'error').mockImplementation(print);
  jest.spyOn(process.stdout, 'write').mockImplementation((text, ...rest: unknown[]) => {
    printed += String(text);
    // What is written is done at once.
    for (const done of rest) if (typeof done === 'function') done();
    return true;
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await emulator?.stop();
  process.chdir(home);
  app.remove();
});

const FILES: readonly [number, string][] = [
  [0x0, 'build/bootloader/bootloader.bin'],
  [0xc000, 'build/partition_table/partition-table.bin'],
  [0x1d000, 'build/ota_data_initial.bin'],
  [0x20000, 'build/light.bin'],
  [0x3e0000, 'factory-output/root/default/partition.bin'],
];

describe.each([4, 5] as const)('esptool %i', (major) => {
  it.each(['off', 'development'] as const)(
    'writes every byte of a board, flash encryption %s in the device',
    async (flashEncryption) => {
      app.encryptFlash();
      writeBuild(app, { chip: 'esp32c6', encrypted: 'true' });
      emulator = await start({ chip: 'esp32c6', security: { flashEncryption } });
      expect(await factoryImage({}, app.context())).toEqual({ success: true });
      const options = { port: emulator.url, esptool: peerEsptool(major).command[0], withFirmware: true };
      const result = await factoryFlash({ ...options, verify: true }, app.context());
      expect([result, result.success ? '' : printed]).toEqual([{ success: true }, '']);
      for (const [address, name] of FILES) {
        const bytes = app.read(name);
        const written = emulator.flash.subarray(address, address + bytes.length);
        expect([name, written.equals(bytes)]).toEqual([name, true]);
      }
      const encrypted = emulator.writes.filter((write) => write.encrypted).map(({ offset }) => offset);
      expect(encrypted).toEqual(flashEncryption === 'off' ? [] : [0x0, 0xc000, 0x1c000, 0x1d000, 0x20000]);
    },
  );

  it('writes nothing to a device in release mode', async () => {
    app.encryptFlash();
    writeBuild(app, { chip: 'esp32c6', encrypted: 'true' });
    emulator = await start({ chip: 'esp32c6', security: { flashEncryption: 'release' } });
    await factoryImage({}, app.context());
    const options = { port: emulator.url, esptool: peerEsptool(major).command[0], withFirmware: true };
    expect(await factoryFlash(options, app.context())).toEqual({ success: false });
    expect(printed).toContain('✖ flash.device-release-mode');
    expect(emulator.writes).toEqual([]);
  });
});
