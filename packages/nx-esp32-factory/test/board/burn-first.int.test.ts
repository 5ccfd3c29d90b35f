/** The order of burning and flashing: every check, then the eFuses, then the flash, and what is said if that fails. */
import { readdirSync } from 'node:fs';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import { lockDirectory, lockFile } from '../../src/flash/port-lock';
import { CurrentApp } from '../current-app';
import { SecureApp } from '../secure-app';
import { type BoardState, FakeBoard, MAC } from './fake-board';

// Each test starts some programs.
jest.setTimeout(30_000);

const PORT = '/dev/ttyFAKE-burn-first';
const current = new CurrentApp(() => new SecureApp(), { takesOutput: true });
let app: SecureApp;
let board: FakeBoard;
beforeEach(() => {
  app = current.app;
  board = new FakeBoard(app.folder);
});

async function image(): Promise<void> {
  expect([
    await factoryImage({}, app.context()),
    current.printed.includes('✖') ? current.printed : '',
  ]).toEqual([{ success: true }, '']);
  current.printed = '';
}

const flash = (more: object = {}) =>
  factoryFlash({ port: PORT, esptool: board.esptool, burnEfuse: true, confirm: MAC, ...more }, app.context());
const codes = () => current.codes;

const BEFORE: readonly {
  name: string;
  code: string;
  state?: Partial<BoardState>;
  options?: object;
}[] = [
  {
    name: 'a reset that this esptool does not know',
    code: 'flash.option-invalid',
    state: { major: 4 },
    options: { after: 'watchdog-reset' },
  },
  { name: 'a baud rate that esptool would reject', code: 'flash.option-invalid', options: { baud: 1 } },
  { name: 'another chip', code: 'flash.chip-mismatch', state: { chip: 'ESP32-C6' } },
  { name: 'another device', code: 'flash.mac-mismatch', state: { mac: '60:55:f9:f7:2c:a3' } },
  { name: 'a flash that is too small', code: 'flash.size-mismatch', state: { flashSize: '2MB' } },
  {
    name: 'a device that does not answer',
    code: 'flash.connect-failed',
    state: { failures: { 'flash-id 1': 'A fatal error occurred: Failed to connect to ESP32-C3: x' } },
  },
  {
    name: 'an espefuse that fails',
    code: 'efuse.espefuse-failed',
    state: { failures: { 'summary 1': 'A fatal error occurred: x' } },
  },
];

it.each(BEFORE)('$name is found before anything is burned: $code', async ({ code, state, options }) => {
  app.deriveKeys(4);
  await image();
  board.set(state ?? {});
  expect(await flash(options)).toEqual({ success: false });
  expect(codes()).toEqual([code]);
  expect(board.burned).toEqual({});
  expect(board.commands).not.toContain('write-flash');
});

describe('with an esp_secure_cert that the device encrypts', () => {
  beforeEach(async () => {
    app.encryptFlash();
    app.useSecureCert();
    app.deriveKeys(4);
    app.set('storage', { secureCert: { encrypted: true } });
    await image();
  });

  it.each<[string, string, Partial<BoardState>]>([
    ['flash encryption off', 'flash.device-not-encrypting', {}],
    ['release mode', 'flash.device-release-mode', { flashEncryption: 'Enabled', releaseMode: true }],
  ])('a device with %s is rejected before anything is burned: %s', async (_, code, state) => {
    board.set(state);
    expect(await flash()).toEqual({ success: false });
    expect(codes()).toEqual([code]);
    expect(board.burned).toEqual({});
  });

  it('a device that does encrypt gets its key, then its images', async () => {
    board.set({ flashEncryption: 'Enabled' });
    expect([await flash(), codes()]).toEqual([{ success: true }, []]);
    expect(board.burned).toEqual({ BLOCK_KEY4: 'HMAC_UP' });
    expect(board.calls.at(-1)).toContain('--encrypt-files');
  });
});

it('asks the device everything, burns, and writes, in this order and under one lock', async () => {
  app.deriveKeys(4);
  await image();
  const name = lockFile(PORT, '').replace(/^\//, '');
  const locked: boolean[] = [];
  jest.spyOn(console, 'log').mockImplementation((text) => {
    current.printed += `${text}\n`;
    if (/espefuse .*burn-key|Burned|esptool .*write-flash/.test(String(text)))
      locked.push(readdirSync(lockDirectory()).includes(name));
  });
  expect([await flash({ verify: true }), codes()]).toEqual([{ success: true }, []]);
  expect(board.commands).toEqual(['flash-id', 'summary', 'burn-key', 'summary', 'write-flash', 'read-flash']);
  expect(locked).toEqual([true, true, true]);
  expect(readdirSync(lockDirectory())).not.toContain(name);
  expect(current.printed).toContain(`✔ Burned HMAC_UP to BLOCK_KEY4 of ${MAC}`);
});

const BURN_FAILS = 'A fatal error occurred: the chip is on fire';

describe('what fails from the burn on says what was burned, and how to go on', () => {
  beforeEach(async () => {
    app.deriveKeys(4);
    await image();
  });

  it.each<[string, Partial<BoardState>, string[], RegExp]>([
    [
      'burning, with nothing burned',
      { failures: { 'burn-key 1': `${BURN_FAILS}, skip all` } },
      ['efuse.espefuse-failed', 'efuse.burn-failed'],
      /BLOCK_KEY4 \(HMAC_UP\) is still empty[\s\S]*nothing was burned: correct the error above, and run this again/,
    ],
    [
      'burning, with the key burned',
      { failures: { 'burn-key 1': BURN_FAILS } },
      ['efuse.espefuse-failed', 'efuse.burn-failed'],
      /BLOCK_KEY4 \(HMAC_UP\) is burned and protected[\s\S]*flash again without --burnEfuse/,
    ],
    [
      'the summary after burning, once',
      { failures: { 'summary 2': BURN_FAILS } },
      ['efuse.espefuse-failed', 'efuse.burn-failed'],
      /is burned and protected/,
    ],
    [
      'the summary after burning, for good',
      { failures: { 'summary 2': BURN_FAILS, 'summary 3': BURN_FAILS } },
      ['efuse.espefuse-failed', 'efuse.burn-failed'],
      /BLOCK_KEY4 \(HMAC_UP\) may be burned or not[\s\S]*espefuse summary/,
    ],
    [
      'the protection of the key',
      { summaries: { 2: { BLOCK_KEY4: { value: '5A', readable: true, writeable: false } } } },
      ['efuse.not-burned', 'efuse.burn-failed'],
      /BLOCK_KEY4 \(HMAC_UP\) is burned, but not as it must be/,
    ],
    [
      'writing',
      { failures: { 'write-flash 1': 'A fatal error occurred: Lost connection' } },
      ['flash.connection-lost', 'efuse.burned-not-flashed'],
      /HMAC_UP in BLOCK_KEY4 of the device 60:55:f9:f7:2c:a2 was burned before this failure[\s\S]*flash again without --burnEfuse/,
    ],
    [
      'writing with --force',
      {
        failures: {
          'write-flash 1':
            'A fatal error occurred: Detected flash encryption enabled and download\nFlashing plaintext data may brick',
          'write-flash 2': 'A fatal error occurred: MD5 of file does not match data in flash!',
        },
      },
      ['flash.verify-failed', 'efuse.burned-not-flashed'],
      /HMAC_UP in BLOCK_KEY4/,
    ],
    [
      'reading back',
      { failures: { 'read-flash 1': 'A fatal error occurred: No serial data received.' } },
      ['flash.connect-failed', 'efuse.burned-not-flashed'],
      /HMAC_UP in BLOCK_KEY4/,
    ],
  ])('%s', async (_, state, expected, text) => {
    board.set(state);
    expect(await flash({ verify: true })).toEqual({ success: false });
    expect(codes()).toEqual(expected);
    expect(current.printed).toMatch(text);
    expect(current.printed).not.toContain(
      app.read('factory-output/root/default/hmac_key.bin').toString('hex'),
    );
  });

  it('and that way works: flashing again without --burnEfuse', async () => {
    board.set({ failures: { 'write-flash 1': 'A fatal error occurred: Lost connection' } });
    await flash();
    expect(await flash({ burnEfuse: false, confirm: undefined })).toEqual({ success: true });
    expect(board.burned).toEqual({ BLOCK_KEY4: 'HMAC_UP' });
  });
});

it('says which of two keys was burned', async () => {
  app.forChip('esp32h2');
  app.useSecureCert();
  app.deriveKeys(2);
  app.set('storage', { ecdsaPeripheral: { keyId: 1 } });
  await image();
  board.set({ chip: 'ESP32-H2', failures: { 'burn-key 1': `${BURN_FAILS}, skip BLOCK_KEY1` } });
  expect(await flash()).toEqual({ success: false });
  expect(codes()).toEqual(['efuse.espefuse-failed', 'efuse.burn-failed']);
  expect(current.printed).toContain('BLOCK_KEY2 (HMAC_UP) is burned and protected');
  expect(current.printed).toContain('BLOCK_KEY1 (ECDSA_KEY) is still empty');
  expect(current.printed).toContain('burn what is missing with its commands');
});
