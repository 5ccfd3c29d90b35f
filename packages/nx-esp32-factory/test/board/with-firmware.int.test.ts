/** Firmware and factory data in one call of esptool, as the state of the device needs them. */
import { readFileSync } from 'node:fs';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import { CurrentApp } from '../current-app';
import { SecureApp } from '../secure-app';
import { type BoardState, FakeBoard, MAC } from './fake-board';
import { appImage, writeBuild } from './fake-build';

// Each test starts some programs.
jest.setTimeout(30_000);

const current = new CurrentApp(() => new SecureApp(), { takesOutput: true });
let app: SecureApp;
let board: FakeBoard;
beforeEach(() => {
  app = current.app;
  board = new FakeBoard(app.folder);
});

const image = async () => expect(await factoryImage({}, app.context())).toEqual({ success: true });
const flash = (more: object = {}) =>
  factoryFlash(
    { port: '/dev/ttyFAKE-with-firmware', esptool: board.esptool, withFirmware: true, ...more },
    app.context(),
  );
const codes = () => current.codes;
const writes = () => board.calls.filter((args) => args.includes('write-flash'));

/** What must be in the flash, from the files themselves. */
function expectWritten(): void {
  const content = readFileSync(app.path('tools/flash.bin'));
  const files: [number, string][] = [
    [0x0, 'build/bootloader/bootloader.bin'],
    [0xc000, 'build/partition_table/partition-table.bin'],
    [0x1d000, 'build/ota_data_initial.bin'],
    [0x20000, 'build/light.bin'],
    [0x3e0000, 'factory-output/root/default/partition.bin'],
  ];
  for (const [address, name] of files) {
    const bytes = app.read(name);
    expect([name, content.subarray(address, address + bytes.length).equals(bytes)]).toEqual([name, true]);
  }
}

it('writes all of a board in one call, and reads all of it back', async () => {
  writeBuild(app);
  await image();
  expect([await flash({ verify: true }), codes()]).toEqual([{ success: true }, []]);
  expect(writes()).toHaveLength(1);
  expectWritten();
  expect(current.printed).toContain(
    'read back and equal: bootloader, partition-table, otadata, ota_0, fctry',
  );
});

it('leaves the reset to the user where the build does', async () => {
  writeBuild(app, { extra: { after: 'no_reset' } });
  await image();
  expect(await flash()).toEqual({ success: true });
  expect(current.printed).toContain('reset the board to start its firmware');
});

it('burns the key of the image before it writes all', async () => {
  app.deriveKeys(4);
  writeBuild(app);
  await image();
  expect(await flash({ burnEfuse: true, confirm: MAC })).toEqual({ success: true });
  expect(board.commands).toEqual([
    'flash-id',
    'get-security-info',
    'summary',
    'burn-key',
    'summary',
    'write-flash',
  ]);
  expectWritten();
});

it('finds what is wrong with the build before it burns', async () => {
  app.deriveKeys(4);
  writeBuild(app, { extra: { chip: 'esp32c6' } });
  await image();
  expect(await flash({ burnEfuse: true, confirm: MAC })).toEqual({ success: false });
  expect([codes(), board.calls]).toEqual([['board.chip-differs'], []]);
});

it.each<[string, number, number]>([
  ['an older chip than the app needs', 101, 0xffff],
  ['a newer chip than the app knows', 0, 3],
])('finds %s before it burns', async (_, min, max) => {
  app.deriveKeys(4);
  writeBuild(app);
  app.write('build/light.bin', appImage('esp32c3', 0x1000, 2, min, max));
  await image();
  expect(await flash({ burnEfuse: true, confirm: MAC })).toEqual({ success: false });
  expect([codes(), board.burned]).toEqual([['flash.revision-mismatch'], {}]);
  expect(current.printed).toContain(
    `"ota_0" is for chip revisions from v${min === 0 ? '0.0 to v0.3' : '1.1'}; this chip is v0.4`,
  );
  board.set({ revision: min === 0 ? 'v0.3' : 'v1.1' });
  expect(await flash({ burnEfuse: true, confirm: MAC })).toEqual({ success: true });
});

describe('firmware with flash encryption', () => {
  beforeEach(async () => {
    app.encryptFlash();
    writeBuild(app, { encrypted: 'true' });
    await image();
  });

  it('is written plain where it is still off, keys included: the first boot encrypts all', async () => {
    expect([await flash(), codes()]).toEqual([{ success: true }, []]);
    expect(writes().flat()).not.toContain('--encrypt-files');
    expectWritten();
    expect(current.printed).toContain('flash encryption is still off in this device');
  });

  it('is encrypted by the device where it is on', async () => {
    board.set({ flashEncryption: 'Enabled' });
    expect([await flash(), codes()]).toEqual([{ success: true }, []]);
    const [write = []] = writes();
    expect(write.slice(write.indexOf('--encrypt-files')).filter((word) => /^0x/.test(word))).toEqual([
      '0x0',
      '0xc000',
      '0x1c000',
      '0x1d000',
      '0x20000',
    ]);
  });

  it.each<[string, Partial<BoardState>, string]>([
    [
      'release mode',
      {
        flashEncryption: 'Enabled',
        failures: {
          'write-flash 1':
            'A fatal error occurred: This chip has encrypt functionality in UART download mode disabled.',
        },
      },
      'flash.device-release-mode',
    ],
    ['a flash that is too small', { flashSize: '2MB' }, 'flash.size-mismatch'],
  ])('is rejected by a device with %s', async (_, state, code) => {
    board.set(state);
    expect(await flash()).toEqual({ success: false });
    expect(codes()[0]).toBe(code);
  });

  it('is not written plain where the bootloader would not encrypt it: by the config against the table', async () => {
    app.useSecureCert();
    app.set('storage', { secureCert: { encrypted: true } });
    await image();
    expect(await flash()).toEqual({ success: false });
    expect(codes()).toEqual(['flash.device-not-encrypting']);
    expect(current.printed).toContain('esp_secure_cert');
    expect(writes()).toEqual([]);
  });
});

it('firmware without flash encryption is not written to a device that has it on', async () => {
  writeBuild(app);
  await image();
  board.set({ flashEncryption: 'Enabled' });
  expect(await flash()).toEqual({ success: false });
  expect(codes()).toEqual(['flash.device-encrypting']);
  expect(writes()).toEqual([]);
});
