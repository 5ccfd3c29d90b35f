import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Esptool } from '../../src/flash/esptool';
import { dryRunFlash, type FlashOptions, flashDevice } from '../../src/flash/flash-device';
import type { FlashPart } from '../../src/flash/part';
import { codesOf, rejection } from './rejects';

const FLASH_ID = 'Detecting chip type... ESP32-C6\nBASE MAC: 60:55:f9:f7:2c:a2\nDetected flash size: 4MB\n';
const RELEASE =
  'A fatal error occurred: Detected flash encryption enabled and download\nFlashing plaintext data may brick';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flash-int-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A fake esptool: logs its arguments, and answers each command with the given text and status. */
function fake(answers: Readonly<Record<string, readonly [text: string, status: number]>>): Esptool {
  const script = `
    const fs = require("fs");
    const args = process.argv.slice(1);
    fs.appendFileSync(${JSON.stringify(join(folder, 'calls'))}, JSON.stringify(args) + "\\n");
    const answers = ${JSON.stringify(answers)};
    const command = Object.keys(answers).find((words) => words.split(" ").every((word) => args.includes(word)));
    const [text, status] = answers[command] ?? ["", 0];
    process.stdout.write(text);
    process.exitCode = status;`;
  return { command: [process.execPath, '-e', script, '--'], version: '5.6.0', major: 5 };
}

function calls(): string[][] {
  return readFileSync(join(folder, 'calls'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);
}

function part(encryption: FlashPart['encryption'] = 'none', address = 0x10000): FlashPart {
  const label = `part-${address}`;
  const file = join(folder, label);
  writeFileSync(file, Buffer.alloc(16));
  return { label, address, file, length: 16, encryption };
}

const options = (esptool: Esptool, more: Partial<FlashOptions> = {}): FlashOptions => {
  return {
    esptool,
    port: 'COM3',
    parts: more.parts ?? [part()],
    expected: { chip: 'esp32c6' },
    lock: { directory: folder },
    ...more,
  };
};

test('the device is probed first, without a given chip and without starting its firmware', async () => {
  await flashDevice(options(fake({ 'flash-id': [FLASH_ID, 0] }), { after: 'hard-reset' }));
  const [probe = [], write = [], ...others] = calls();
  expect(probe).toEqual(['--port', 'COM3', '--after', 'no-reset', 'flash-id']);
  expect(write.slice(0, 7)).toEqual([
    '--chip',
    'esp32c6',
    '--port',
    'COM3',
    '--after',
    'hard-reset',
    'write-flash',
  ]);
  expect(others).toEqual([]);
});

test('the firmware does not run before verifying; afterwards the given reset is used', async () => {
  const error = await rejection(
    flashDevice(options(fake({ 'flash-id': [FLASH_ID, 0] }), { verify: true, after: 'hard-reset' })),
  );
  // The fake reads nothing back.
  expect(error.code).toBe('flash.read-incomplete');
  expect(calls().map((args) => args[args.indexOf('--after') + 1])).toEqual([
    'no-reset',
    'no-reset',
    'hard-reset',
  ]);
});

test.each([
  ['flash.device-unreadable', { 'flash-id': ['esptool v9\n', 0] }],
  [
    'flash.device-unreadable',
    { 'flash-id': ['Detecting chip type... ESP32-C6\nDetected flash size: Unknown\n', 0] },
  ],
  ['flash.connect-failed', { 'flash-id': ['A fatal error occurred: Failed to connect to ESP32: x', 2] }],
  ['flash.chip-mismatch', { 'flash-id': [FLASH_ID.replace('ESP32-C6', 'ESP32-H2'), 0] }],
] as const)('%s: nothing is written', async (code, answers) => {
  expect((await rejection(flashDevice(options(fake(answers))))).code).toBe(code);
  expect(calls()).toHaveLength(1);
});

test('a release-mode device is forced once, with a notice; a failure of that call is reported', async () => {
  const esptool = fake({
    'flash-id': [FLASH_ID, 0],
    'write-flash --force': ['A fatal error occurred: MD5 of file does not match data in flash!', 2],
    'write-flash': [RELEASE, 2],
  });
  const notices: string[] = [];
  const error = await rejection(flashDevice(options(esptool, { onNotice: (line) => notices.push(line) })));
  expect(error.code).toBe('flash.verify-failed');
  expect(calls().map((args) => args.includes('--force'))).toEqual([false, false, true]);
  expect(notices[1]).toContain('--force');
});

test.each([
  ['flash.device-release-mode', ['none', 'device'], 0x10000],
  ['flash.device-protected', ['none', 'none'], 0x7000],
] as const)('%s: --force is not passed', async (code, [first, second], address) => {
  const esptool = fake({
    'flash-id': [FLASH_ID, 0],
    'get-security-info': ['Flash Encryption: Enabled\n', 0],
    'write-flash': [RELEASE, 2],
  });
  const parts = [part(first, 0x20000), part(second, address)];
  expect((await rejection(flashDevice(options(esptool, { parts })))).code).toBe(code);
  expect(calls().filter((args) => args.includes('write-flash'))).toHaveLength(1);
});

test('images that the device must encrypt are rejected, and the port is closed, before anything else happens', async () => {
  const esptool = fake({
    'flash-id': [FLASH_ID, 0],
    'get-security-info': ['Flash Encryption: Disabled\n', 0],
  });
  let isReached = false;
  const beforeWriting = async () => {
    isReached = true;
  };
  const parts = [part(), part('device', 0x20000)];
  const error = await rejection(flashDevice(options(esptool, { parts, beforeWriting })));
  expect([error.code, error.params, isReached]).toEqual([
    'flash.device-not-encrypting',
    { labels: ['part-131072'] },
    false,
  ]);
});

test.each([
  ['Enabled', ['--encrypt-files', '0x20000']],
  ['Disabled', ['0x10000', '0x20000']],
])(
  'what the firmware encrypts at its first boot, with flash encryption %s in the device',
  async (state, words) => {
    const esptool = fake({
      'flash-id': [FLASH_ID, 0],
      'get-security-info': [`Flash Encryption: ${state}\n`, 0],
    });
    const notices: string[] = [];
    const parts = [part(), { ...part('device', 0x20000), encryptedAtFirstBoot: true } as const];
    const report = await flashDevice(options(esptool, { parts, onNotice: (line) => notices.push(line) }));
    const [write = []] = calls().filter((args) => args.includes('write-flash'));
    expect(words.every((word) => write.includes(word))).toBe(true);
    expect(write.includes('--encrypt-files')).toBe(state === 'Enabled');
    expect(report.parts.map(({ encryption }) => encryption)).toEqual([
      'none',
      state === 'Enabled' ? 'device' : 'none',
    ]);
    expect(notices.some((line) => line.includes('first boot'))).toBe(state === 'Disabled');
  },
);

test.each([
  ['Enabled', ['flash.device-encrypting']],
  ['Disabled', []],
])('plain keys for a device whose flash encryption is %s: %j', async (state, codes) => {
  const esptool = fake({
    'flash-id': [FLASH_ID, 0],
    'get-security-info': [`Flash Encryption: ${state}\n`, 0],
  });
  const plain = { ...part('none', 0x20000), needsEncryptionOff: true } as const;
  const run = flashDevice(options(esptool, { parts: [plain] }));
  expect(codes.length === 0 ? await run.then(() => []) : [(await rejection(run)).code]).toEqual(codes);
});

test('an unknown state of flash encryption from esptool 5 is an error', async () => {
  const esptool = fake({
    'flash-id': [FLASH_ID, 0],
    'get-security-info': ['Flash Encryption: Perhaps\n', 0],
  });
  const error = await rejection(flashDevice(options(esptool, { parts: [part(), part('host', 0x20000)] })));
  expect(error.code).toBe('flash.device-unreadable');
});

test.each<[string, (p: FlashPart) => FlashPart]>([
  ['missing', (p) => ({ ...p, file: join(folder, 'missing') })],
  ['a folder', (p) => ({ ...p, file: folder })],
  [
    'changed since the plan',
    (p) => {
      truncateSync(p.file, 15);
      return p;
    },
  ],
])('an image that is %s is rejected before the port is opened', async (_name, change) => {
  const all = options(fake({}), { parts: [change(part())] });
  expect(codesOf(() => dryRunFlash(all))).toEqual(['flash.image-unreadable']);
  expect((await rejection(flashDevice(all))).code).toBe('flash.image-unreadable');
  expect(readdirSync(folder)).not.toContain('calls');
});

test('cancelling ends the run and frees the port', async () => {
  const abort = new AbortController();
  const esptool = fake({ 'flash-id': [FLASH_ID, 0] });
  const run = flashDevice(options(esptool, { signal: abort.signal, onNotice: () => abort.abort() }));
  expect((await rejection(run)).code).toBe('flash.cancelled');
  await flashDevice(options(esptool));
});
