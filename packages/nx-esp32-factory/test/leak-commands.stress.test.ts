/** Runs every command with secrets, successfully and not, and searches all that it prints and leaves behind. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { computeVerifier, parsePrivateKey } from 'nvs-core';
import { fromBase64, toBase64 } from 'nvs-core/bytes';
import { run } from '../src/cli/main';
import { commandNames, optionsOf } from './command-help';
import {
  CONFIG,
  DAC_KEY,
  ENCRYPTED_KEY,
  FAILING,
  FLASH,
  HMAC_KEY,
  IMAGE,
  KEYS,
  type LeakCommand,
  leakCommands,
  NEW_APPS,
  nameOf,
  PLAIN,
} from './leak/commands';
import { encodingsOf, findLeaks, type Secret } from './leak/finder';
import { writeShims } from './leak/shims';
import { FakeTerminal, ITERATIONS } from './light-app';
import { useOwnCdSigner } from './own-cd-signer';
import { SecureApp } from './secure-app';

jest.setTimeout(120_000);

const PASSCODE = '73519264';
const UNIQUE_ID = 'c0ffee5d7a5b904e26a1c05d8e7f4b29';
const APP_SECRET = 'correct horse battery staple "x" \\ /';
const PASSPHRASE = 'a passphrase of the key';
const ENVIRONMENT = { ...process.env };
const home = process.cwd();

const app = new SecureApp();
const folder = mkdtempSync(join(tmpdir(), 'leak-commands-'));
const log = join(folder, 'calls.txt');
const esptool = join(folder, 'shims', 'esptool');
const COMMANDS = leakCommands({ uniqueId: UNIQUE_ID, esptool });
let terminal = '';
const statuses: [command: string, status: number][] = [];

async function command({ argv, isAsked }: LeakCommand): Promise<void> {
  const screen = new FakeTerminal();
  statuses.push([argv.join(' '), await run(argv, screen)]);
  terminal += isAsked === true ? screen.stderr : screen.stdout + screen.stderr;
}

beforeAll(async () => {
  process.chdir(app.folder);
  await useOwnCdSigner(app);
  for (const name of ['tmp', 'shims']) mkdirSync(join(folder, name));
  writeFileSync(log, '');
  writeShims(join(folder, 'shims'), { log, chip: 'ESP32-C3' });
  Object.assign(process.env, {
    PASSCODE,
    UNIQUE_ID,
    APP_SECRET,
    PASSPHRASE,
    WRONG_PASSCODE: '73519265',
    TMPDIR: join(folder, 'tmp'),
    PATH: `${join(folder, 'shims')}:${process.env.PATH}`,
  });
  app.encryptFlash();
  app.set('encryption', { key: { folder: 'keys' } });
  app.set('deviceInstanceInfo', { vendorId: '0x131B', rotatingDeviceIdUniqueId: { env: 'UNIQUE_ID' } });
  app.set('commissioning', { passcode: { env: 'PASSCODE' } });
  app.set('attestation', { severity: 'warning' });
  app.set('nvs', {
    extra: [{ namespace: 'light', key: 'token', type: 'string', value: { env: 'APP_SECRET' } }],
  });
  writeInputs();
  await command({ argv: ['image', CONFIG] });
  await writeFlash();
  for (const one of COMMANDS) await command(one);
  // Plain images, with the keys in them, as it was asked for.
  rmSync('flags', { recursive: true });
  app.set('commissioning', { passcode: { env: 'APP_SECRET' }, verifier: { env: 'UNIQUE_ID' } });
  for (const one of FAILING) await command(one);
});

function writeInputs(): void {
  const key = createPrivateKey(readFileSync(DAC_KEY));
  const encryption = { cipher: 'aes-256-cbc', passphrase: PASSPHRASE };
  app.write(ENCRYPTED_KEY, key.export({ type: 'pkcs8', format: 'pem', ...encryption }));
  app.write('public.pem', createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  app.write(HMAC_KEY, Buffer.from(Array.from({ length: 32 }, (_, index) => (index * 41 + 7) & 0xff)));
  for (const folder of NEW_APPS)
    for (const name of ['CMakeLists.txt', 'partitions.csv']) app.write(`${folder}/${name}`, app.read(name));
  app.write('revocation-set.json', '[]');
  app.write('secret.csv', `key,type,encoding,value\nn,namespace,,\nid,data,hex2bin,${UNIQUE_ID}\n`);
  app.write(
    'bad.csv',
    `key,type,encoding,value\nn,namespace,,\nid,data,u8,${UNIQUE_ID}\nx,data,hex2bin,${UNIQUE_ID}0\n`,
  );
}

/** The flash of a device with the image, as the fake esptool reads it and as a dump. */
async function writeFlash(): Promise<void> {
  await command({ argv: ['partitions', 'partitions.csv', 'table.bin', '--offset', '0xC000'] });
  const flash = Buffer.alloc(0x400000, 0xff);
  flash.set(app.read('table.bin'), 0xc000);
  flash.set(app.read(IMAGE), 0x3e0000);
  app.write(FLASH, flash);
  writeFileSync(join(folder, 'shims', 'flash.bin'), flash);
}

afterAll(() => {
  process.chdir(home);
  for (const name of Object.keys(process.env)) if (!(name in ENVIRONMENT)) delete process.env[name];
  Object.assign(process.env, ENVIRONMENT);
  app.remove();
  rmSync(folder, { recursive: true, force: true });
});

const KEY_FILES = ['EXL-0000-0001.bin', 'nvs_key_partition.bin'];
const CODES = ['onboarding.txt', 'onboarding.json', 'onboarding_codes.csv', 'qr-code.png', 'qr-code.svg'];
/** Keys that commands were told to make, or that are derived from the HMAC key. */
const MADE = [
  ...['issue-paa', 'issue-cd-signer', 'create-csr', 'issue-pai', 'issue-dac'].map(
    (kind) => `made/${kind}-key.pem`,
  ),
  ...['made', 'made-alone', 'made-hmac', 'made-derived', 'made-hmac-2'].map((name) => `nvs/keys/${name}.bin`),
  'keys/of-hmac.bin',
];

function secrets(): Secret[] {
  const rawOf = (file: string) => parsePrivateKey(readFileSync(file)).raw;
  const { salt } = (JSON.parse(readFileSync(CONFIG, 'utf8')) as { commissioning: { salt: string } })
    .commissioning;
  const { bytes } = computeVerifier({
    passcode: Number(PASSCODE),
    salt: fromBase64(salt),
    iterations: ITERATIONS,
  });
  const codes = JSON.parse(readFileSync('bin/onboarding.json', 'utf8')) as Record<string, string>;
  const keys = readFileSync(KEYS);
  const images = [PLAIN, 'nvs_partition.csv', 'nvs.csv'];
  return [
    { name: 'DAC key', value: rawOf(DAC_KEY), holders: images },
    ...['pai', 'paa', 'cd-signing'].map((name) => ({
      name: `key ${name}`,
      value: rawOf(`credentials/${name}-key.pem`),
      holders: [],
    })),
    { name: 'passphrase', value: PASSPHRASE, holders: [] },
    { name: 'verifier', value: bytes, holders: images },
    { name: 'w0', value: bytes.subarray(0, 32), holders: images },
    { name: 'verifier in NVS', value: toBase64(bytes), holders: images },
    { name: 'unique id', value: Buffer.from(UNIQUE_ID, 'hex'), holders: [...images, 'a.bin'] },
    { name: 'secret of the app', value: APP_SECRET, holders: images },
    { name: 'passcode', value: PASSCODE, holders: CODES },
    { name: 'QR code', value: codes.qrCode ?? '', holders: CODES },
    { name: 'manual code', value: codes.manualCode ?? '', holders: CODES },
    { name: 'NVS encryption key', value: keys.subarray(0, 32), holders: KEY_FILES },
    { name: 'NVS tweak key', value: keys.subarray(32, 64), holders: KEY_FILES },
    { name: 'HMAC key', value: readFileSync(HMAC_KEY), holders: [] },
    ...MADE.map((file) => ({
      name: file,
      value: file.endsWith('.pem') ? rawOf(file) : readFileSync(file).subarray(0, 32),
      holders: [basename(file)],
    })),
  ];
}

const leaksOf = (wanted: readonly Secret[]) =>
  findLeaks(wanted, {
    paths: [app.folder, ...readdirSync(join(folder, 'tmp')).map((name) => join(folder, 'tmp', name))],
    texts: { 'the terminal': terminal, 'the arguments of children': readFileSync(log, 'utf8') },
    inputs: [
      ...readdirSync(app.path('credentials')).map((name) => app.path('credentials', name)),
      ...['secret.csv', 'bad.csv', HMAC_KEY].map((name) => app.path(name)),
    ],
  });

describe('the list of commands', () => {
  it('has every command, and each of them succeeds and fails', async () => {
    const listed = await commandNames();
    expect(listed.length).toBeGreaterThan(15);
    // It has no input, so nothing but its arguments can be wrong.
    for (const name of listed.filter((one) => one !== 'completion')) {
      const found = statuses.filter(([argv]) => argv.startsWith(`${name} `)).map(([, status]) => status);
      expect([name, found.includes(0), found.some((status) => status !== 0)]).toEqual([name, true, true]);
    }
    // Hidden; it never fails.
    expect(statuses.filter(([argv]) => argv.startsWith('cache-digest ')).length).toBeGreaterThan(0);
    expect(statuses.filter(([argv]) => argv.startsWith('completion ')).map(([, status]) => status)).toEqual([
      0,
    ]);
    // No failure is a mistake in the list.
    expect(terminal).not.toContain('✖ cli.');
  });

  it('has every option of every command', async () => {
    const missing: string[] = [];
    for (const name of new Set(COMMANDS.map(({ argv }) => nameOf(argv)))) {
      const words = new Set(COMMANDS.filter(({ argv }) => nameOf(argv) === name).flatMap(({ argv }) => argv));
      for (const spellings of await optionsOf(name))
        if (!spellings.some((spelling) => words.has(spelling))) missing.push(`${name} ${spellings}`);
    }
    expect(missing).toEqual([]);
  });
});

it('no command prints or leaves a secret where it does not belong', () => {
  expect(leaksOf(secrets())).toEqual([]);
});

it('a planted secret is found: in each encoding, in what is printed and in files', () => {
  const path = app.path('bin/planted.txt');
  for (const { name, value } of secrets()) {
    for (const [encoding, pattern] of encodingsOf(value)) {
      // Wrapped, as PEM is; text in a terminal is UTF-8.
      const wrapped = pattern.toString('latin1').replace(/.{64}/g, '$&\n');
      writeFileSync(path, pattern, { mode: 0o644 });
      const isText = !['raw', 'reversed', 'UTF-16', 'text'].includes(encoding);
      const found = findLeaks([{ name, value, holders: ['planted.txt'] }], {
        paths: [path],
        texts: isText ? { 'the terminal': `"${wrapped}"` } : {},
        inputs: [],
      });
      const places = [...(isText ? ['the terminal'] : []), path];
      expect([name, encoding, found.map(({ place }) => place)]).toEqual([
        name,
        encoding,
        expect.arrayContaining(places),
      ]);
    }
  }
  rmSync(path);
});
