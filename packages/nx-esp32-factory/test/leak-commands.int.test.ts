/** Runs every command with secrets, successfully and not, and searches all that it prints and leaves behind. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computeVerifier, parsePrivateKey } from 'nvs-core';
import { fromBase64, toBase64 } from 'nvs-core/bytes';
import { run } from '../src/cli/main';
import { encodingsOf, findLeaks, type Secret } from './leak/finder';
import { writeShims } from './leak/shims';
import { FakeTerminal, ITERATIONS } from './light-app';
import { SecureApp } from './secure-app';

jest.setTimeout(120_000);

const PASSCODE = '73519264';
const UNIQUE_ID = 'c0ffee5d7a5b904e26a1c05d8e7f4b29';
const APP_SECRET = 'correct horse battery staple "x" \\ /';
const CONFIG = 'factory.config.json';
const IMAGE = 'bin/factory_partition.bin';
const KEYS = 'keys/EXL-0000-0001.bin';
const ENVIRONMENT = { ...process.env };
const home = process.cwd();

const app = new SecureApp();
const folder = mkdtempSync(join(tmpdir(), 'leak-commands-'));
const log = join(folder, 'calls.txt');
let terminal = '';
const statuses = new Map<string, number>();

async function command(...argv: string[]): Promise<void> {
  const screen = new FakeTerminal();
  const status = await run(argv, screen);
  statuses.set(argv.join(' '), status);
  terminal += screen.stdout + screen.stderr;
}

beforeAll(async () => {
  process.chdir(app.folder);
  for (const name of ['tmp', 'shims']) mkdirSync(join(folder, name));
  writeFileSync(log, '');
  writeShims(join(folder, 'shims'), { log, chip: 'ESP32-C3' });
  Object.assign(process.env, {
    PASSCODE,
    UNIQUE_ID,
    APP_SECRET,
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
  app.write('secret.csv', `key,type,encoding,value\nn,namespace,,\nid,data,hex2bin,${UNIQUE_ID}\n`);
  app.write(
    'bad.csv',
    `key,type,encoding,value\nn,namespace,,\nid,data,u8,${UNIQUE_ID}\nx,data,hex2bin,${UNIQUE_ID}0\n`,
  );
  const dacKey = 'credentials/dac-key.pem';

  await command('image', CONFIG);
  await command('image', CONFIG, '--output_dir', 'json', '--json');
  await command('image', CONFIG, '--output_dir', 'codes', '--no-bin');
  const flags = ['-d', '3840', '-p', 'env:PASSCODE', '--vendor-id', '0x131B', '--product-id', '0x8001'];
  const credentials = [
    '--dac-cert',
    'credentials/dac.pem',
    '--dac-key',
    dacKey,
    '--pai-cert',
    'credentials/pai.pem',
  ];
  await command('image', ...flags, '--output_dir', 'flags', '--rd-id-uid', UNIQUE_ID);
  await command('image', ...flags, ...credentials, '--output_dir', 'flags');
  await command('image', ...flags, ...credentials, '--output_dir', 'flags', '--json');
  // A plain image, with the key in it, as it was asked for.
  rmSync('flags', { recursive: true });
  for (const options of [
    [],
    ['--json'],
    ['--format', 'github'],
    ['--format', 'sarif'],
    ['--format', 'junit'],
  ]) {
    await command('inspect', IMAGE, '--key', KEYS, ...options);
    await command('inspect', IMAGE, ...options);
    await command('inspect', KEYS, ...options);
    await command('verify', '--config', CONFIG, '--level', '1', ...options);
    await command(
      'verify',
      IMAGE,
      '--level',
      '1',
      '--passcode-from',
      'env:WRONG_PASSCODE',
      '--nvs-key',
      KEYS,
      ...options,
    );
  }
  await command('inspect', IMAGE, '--key', KEYS, '--html');
  await command('inspect', IMAGE, '--key', KEYS, '--html', '-o', 'page.html');
  await command('inspect', IMAGE, '--key', 'env:UNIQUE_ID');
  await command('inspect', IMAGE, '--key', dacKey);
  await command('nvs', 'decrypt', IMAGE, KEYS, 'plain.bin');
  await command('inspect', 'plain.bin');
  await command('inspect', 'plain.bin', '--json');
  for (const options of [[], ['--json']]) {
    await command('diff', 'plain.bin', IMAGE, '--key-b', KEYS, ...options);
    await command('diff', 'plain.bin', KEYS, ...options);
    await command('nvs', 'generate', 'secret.csv', 'a.bin', '0x3000', ...options);
    await command('nvs', 'generate', 'bad.csv', 'b.bin', '0x3000', ...options);
    await command('nvs', 'encrypt', 'secret.csv', 'c.bin', '0x3000', '--inputkey', KEYS, ...options);
    await command('nvs', 'encrypt', 'secret.csv', 'c.bin', '0x3000', '--inputkey', dacKey, ...options);
    await command('nvs', 'decrypt', IMAGE, dacKey, 'd.bin', ...options);
    await command('nvs', 'decrypt', 'a.bin', KEYS, 'd.bin', ...options);
    await command('diff', 'plain.bin', 'a.bin', ...options);
    await command('partitions', 'partitions.csv', ...options);
    await command('partitions', dacKey, ...options);
    await command('attestation', 'show', 'credentials/dac.pem', dacKey, ...options);
    await command('attestation', 'show', dacKey, ...options);
    const chain = ['--pai', 'credentials/pai.pem', '--cd', 'credentials/cd.der'];
    await command(
      'attestation',
      'check',
      '--dac',
      'credentials/dac.pem',
      ...chain,
      '--dac-key',
      dacKey,
      ...options,
    );
    await command('attestation', 'check', '--dac', dacKey, ...chain, ...options);
    await command(
      'attestation',
      'check',
      '--dac',
      'credentials/dac.pem',
      ...chain,
      '--dac-key',
      KEYS,
      ...options,
    );
    const subject = ['--common-name', 'Made', '--vendor-id', '0xFFF1', '--force', ...options];
    await command('attestation', 'issue-paa', ...subject, '--out', 'paa.pem', '--key', dacKey);
    await command('attestation', 'create-csr', ...subject, '--out', 'csr.pem', '--key', dacKey);
    await command('attestation', 'issue-cd-signer', ...subject, '--out', 'signer.pem', '--key', dacKey);
    await command('attestation', 'issue-paa', ...subject, '--out', 'gone/paa.pem', '--key', KEYS);
  }
  await command('cache-digest', CONFIG, 'bin');
  app.set('commissioning', { passcode: { env: 'APP_SECRET' }, verifier: { env: 'UNIQUE_ID' } });
  await command('image', CONFIG, '--output_dir', 'failed');
  await command('image', CONFIG, '--output_dir', 'failed', '--json');
  await command('cache-digest', CONFIG, 'bin');
  await command('verify', '--config', CONFIG, '--level', '1');
});

afterAll(() => {
  process.chdir(home);
  for (const name of Object.keys(process.env)) if (!(name in ENVIRONMENT)) delete process.env[name];
  Object.assign(process.env, ENVIRONMENT);
  app.remove();
  rmSync(folder, { recursive: true, force: true });
});

const KEY_FILES = ['EXL-0000-0001.bin', 'nvs_key_partition.bin'];
const CODES = ['onboarding.txt', 'onboarding.json', 'onboarding_codes.csv', 'qr-code.png', 'qr-code.svg'];

function secrets(): Secret[] {
  const { raw } = parsePrivateKey(readFileSync('credentials/dac-key.pem'));
  const { salt } = (JSON.parse(readFileSync(CONFIG, 'utf8')) as { commissioning: { salt: string } })
    .commissioning;
  const { bytes } = computeVerifier({
    passcode: Number(PASSCODE),
    salt: fromBase64(salt),
    iterations: ITERATIONS,
  });
  const codes = JSON.parse(readFileSync('bin/onboarding.json', 'utf8')) as Record<string, string>;
  const keys = readFileSync(KEYS);
  const images = ['plain.bin', 'nvs_partition.csv'];
  return [
    { name: 'DAC key', value: raw, holders: images },
    { name: 'verifier', value: bytes, holders: images },
    { name: 'w0', value: bytes.subarray(0, 32), holders: images },
    { name: 'verifier in NVS', value: toBase64(bytes), holders: images },
    { name: 'unique id', value: Buffer.from(UNIQUE_ID, 'hex'), holders: [...images, 'a.bin'] },
    { name: 'secret of the app', value: APP_SECRET, holders: images },
    { name: 'passcode', value: PASSCODE, holders: CODES },
    { name: 'QR code', value: codes.qrCode ?? '', holders: CODES },
    { name: 'manual code', value: codes.manualCode ?? '', holders: CODES },
    {
      name: 'NVS encryption key',
      value: keys.subarray(0, 32),
      holders: KEY_FILES,
    },
    { name: 'NVS tweak key', value: keys.subarray(32, 64), holders: KEY_FILES },
  ];
}

const leaksOf = (wanted: readonly Secret[]) =>
  findLeaks(wanted, {
    paths: [app.folder, ...readdirSync(join(folder, 'tmp')).map((name) => join(folder, 'tmp', name))],
    texts: { 'the terminal': terminal, 'the arguments of children': readFileSync(log, 'utf8') },
    inputs: [
      ...readdirSync(app.path('credentials')).map((name) => app.path('credentials', name)),
      ...['secret.csv', 'bad.csv'].map((name) => app.path(name)),
    ],
  });

it('runs commands that succeed and commands that fail', () => {
  const failed = [...statuses].filter(([, status]) => status !== 0).map(([name]) => name);
  expect(statuses.size - failed.length).toBeGreaterThan(25);
  expect(failed.length).toBeGreaterThan(15);
  expect(failed).not.toContain('image factory.config.json');
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
