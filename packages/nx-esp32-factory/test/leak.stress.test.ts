/** Runs Nx on configs with secrets, and searches everything that is left behind for each of them. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computeVerifier, parsePrivateKey } from 'nvs-core';
import { fromBase64, toBase64 } from 'nvs-core/bytes';
import { createRealWorkspace, type RealWorkspace } from './generators/init/real-workspace';
import { findLeaks, type Secret } from './leak/finder';
import { SHIM_MAC, writeShims } from './leak/shims';
import { ITERATIONS } from './light-app';
import { SecureApp } from './secure-app';

jest.setTimeout(240_000);

const SALT = 'qbm9wGxgWn7vQkz1qO0l3cZc9o1f0m2s5t8w7y4B6D8=';
const PASSCODE = '73519264';
const UNIQUE_ID = 'c0ffee5d7a5b904e26a1c05d8e7f4b29';
const FLASH_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => (index * 37 + 11) & 0xff));

const CODES = ['onboarding.txt', 'onboarding.json', 'onboarding_codes.csv'];
const NVS = 'partition.bin';
const SECURE_CERT = 'esp_secure_cert.bin';

/** A workspace whose runs have their own temporary folder, home and PATH. */
class Runs {
  readonly folder = mkdtempSync(join(tmpdir(), 'leak-'));
  readonly log = join(this.folder, 'calls.txt');
  readonly workspace: RealWorkspace;
  readonly app: string;
  terminal = '';
  readonly #env = { ...process.env };

  constructor(source: SecureApp, chip: string) {
    for (const name of ['tmp', 'home']) mkdirSync(join(this.folder, name));
    writeShims(join(this.folder, 'shims'), { log: this.log, chip });
    Object.assign(process.env, {
      PASSCODE,
      UNIQUE_ID,
      FLASH_KEY: FLASH_KEY.toString('hex'),
      HOME: join(this.folder, 'home'),
      TMPDIR: join(this.folder, 'tmp'),
      PATH: `${join(this.folder, 'shims')}:${process.env.PATH}`,
    });
    const json = (value: object) => JSON.stringify(value);
    const options = { analytics: false, neverConnectToCloud: true, cacheDirectory: '.nx/cache' };
    this.workspace = createRealWorkspace({
      'nx.json': json({ ...options, plugins: ['nx-esp32-factory/plugin'] }),
      'apps/light/project.json': json({ name: 'light' }),
    });
    this.app = join(this.workspace.root, 'apps/light');
    cpSync(source.folder, this.app, { recursive: true });
  }

  nx(...args: string[]): void {
    const { status, output } = this.workspace.nx('run', ...args, '--verbose');
    this.terminal += output;
    if (status !== 0) throw new Error(output);
  }

  /** Runs the command, without Nx. */
  command(...args: string[]): void {
    const bin = join(this.workspace.root, 'packages/nx-esp32-factory/bin/esp32-factory.js');
    const options = { cwd: this.workspace.root, env: process.env, encoding: 'utf8' } as const;
    const run = spawnSync('node', [bin, ...args], options);
    this.terminal += run.stdout + run.stderr;
    // Status 1 means findings, which the credentials here have.
    if (run.status !== 0 && (run.status !== 1 || run.stdout === '')) throw new Error(run.stdout + run.stderr);
  }

  output(name: string): Buffer {
    return readFileSync(join(this.workspace.root, 'factory-output/apps/light/default', name));
  }

  /** Searches everything that the runs left, but not what was there before: links to packages, and keys of the test. */
  leaks(secrets: readonly Secret[]) {
    return findLeaks(secrets, {
      paths: [
        ...['apps', 'dist', 'factory-output', '.nx'].map((name) => join(this.workspace.root, name)),
        ...['tmp', 'home'].flatMap((name) =>
          readdirSync(join(this.folder, name)).map((entry) => join(this.folder, name, entry)),
        ),
      ].filter((path) => existsSync(path) && path !== this.workspace.root),
      texts: { 'the terminal': this.terminal, 'the arguments of children': readFileSync(this.log, 'utf8') },
      inputs: readdirSync(join(this.app, 'credentials')).map((name) => join(this.app, 'credentials', name)),
    });
  }

  remove(): void {
    for (const name of ['PASSCODE', 'UNIQUE_ID', 'FLASH_KEY']) delete process.env[name];
    Object.assign(process.env, { HOME: this.#env.HOME, PATH: this.#env.PATH });
    if (this.#env.TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = this.#env.TMPDIR;
    this.workspace.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A production app, with every secret as a reference. */
function production(): SecureApp {
  const app = new SecureApp();
  app.set('deviceInstanceInfo', { vendorId: '0x131B', rotatingDeviceIdUniqueId: { env: 'UNIQUE_ID' } });
  app.set('commissioning', { passcode: { env: 'PASSCODE' } });
  app.set('attestation', { severity: 'warning' });
  return app;
}

/** The secrets of every config, each with the files that may contain it. */
function secretsOf(runs: Runs, holders: { attestation: string[]; commissioning: string[] }): Secret[] {
  const { raw } = parsePrivateKey(readFileSync(join(runs.app, 'credentials/dac-key.pem')));
  const { bytes } = computeVerifier({
    passcode: Number(PASSCODE),
    salt: fromBase64(SALT),
    iterations: ITERATIONS,
  });
  const codes = JSON.parse(runs.output('onboarding.json').toString()) as Record<string, string>;
  return [
    { name: 'DAC key', value: raw, holders: holders.attestation },
    { name: 'verifier', value: bytes, holders: holders.commissioning },
    { name: 'w0', value: bytes.subarray(0, 32), holders: holders.commissioning },
    { name: 'verifier in NVS', value: toBase64(bytes), holders: holders.commissioning },
    { name: 'unique id', value: Buffer.from(UNIQUE_ID, 'hex'), holders: holders.commissioning },
    { name: 'passcode', value: PASSCODE, holders: CODES },
    { name: 'QR code', value: codes.qrCode ?? '', holders: CODES },
    { name: 'manual code', value: codes.manualCode ?? '', holders: CODES },
  ];
}

describe('nothing leaks', () => {
  let source: SecureApp | undefined;
  let runs: Runs | undefined;
  afterEach(() => {
    source?.remove();
    runs?.remove();
  });

  it('from encrypted NVS with a key per device, encrypted on the host, flashed', () => {
    source = production();
    source.encryptFlash();
    source.set('encryption', { key: { folder: 'keys' } });
    source.set('flashEncryption', { mode: 'host', key: { env: 'FLASH_KEY' } });
    runs = new Runs(source, 'ESP32-C3');
    // Makes the image first.
    runs.nx('light:factory-flash', '--port=COM3');
    const keyFile = 'EXL-0000-0001.bin';
    const keys = readFileSync(join(runs.app, 'keys', keyFile));
    const image = 'factory-output/apps/light/default/partition.bin';
    runs.command('inspect', image, '--nvs-key', 'apps/light/keys/EXL-0000-0001.bin');
    runs.command('inspect', image, '--nvs-key', 'apps/light/keys/EXL-0000-0001.bin', '--json');
    runs.command('image', 'apps/light/factory.config.json', '--output-dir', 'dist/command', '--json');
    const secrets: Secret[] = [
      ...secretsOf(runs, { attestation: [], commissioning: [] }),
      { name: 'flash key', value: FLASH_KEY, holders: [] },
      { name: 'NVS encryption key', value: keys.subarray(0, 32), holders: [keyFile] },
      { name: 'NVS tweak key', value: keys.subarray(32, 64), holders: [keyFile] },
    ];
    expect(runs.leaks(secrets)).toEqual([]);
    expect(readFileSync(runs.log, 'utf8')).toContain('write-flash');

    // The same search finds planted secrets in every folder, and in files that others may read; leak-commands plants them in
    // each encoding.
    const places = [
      'factory-output/apps/light/default/manifest.json',
      '.nx/workspace-data/d.log',
      `dist/${NVS}`,
    ].map((place) => join(runs?.workspace.root ?? '', place));
    const before = places.map((path) => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0)));
    for (const { name, value } of secrets) {
      for (const [index, path] of places.entries()) {
        writeFileSync(
          path,
          Buffer.concat([before[index] ?? Buffer.alloc(0), Buffer.from('\n'), Buffer.from(value)]),
        );
        chmodSync(path, 0o644);
      }
      const found = runs.leaks([{ name, value, holders: [NVS] }]).map((leak) => leak.place);
      expect([name, found]).toEqual([name, expect.arrayContaining(places)]);
    }
  });

  it('from keys in eFuses, burned and flashed, with the data in esp_secure_cert', () => {
    source = production();
    source.forChip('esp32h2');
    source.useSecureCert(true);
    source.set('storage', { ecdsaPeripheral: { keyId: 1 } });
    source.deriveKeys(0);
    runs = new Runs(source, 'ESP32-H2');
    runs.nx('light:factory-flash', '--port=COM3', '--burnEfuse', `--confirm=${SHIM_MAC}`);
    const kept = readdirSync(join(runs.app, 'factory-keys')).filter((name) => name.endsWith('.bin'));
    const secrets: Secret[] = [
      ...secretsOf(runs, { attestation: ['ecdsa_key.pem'], commissioning: [SECURE_CERT] }),
      { name: 'HMAC key', value: runs.output('hmac_key.bin'), holders: ['hmac_key.bin', ...kept] },
    ];
    expect(kept).toHaveLength(1);
    expect(runs.leaks(secrets)).toEqual([]);
    const calls = readFileSync(runs.log, 'utf8');
    expect(calls).toMatch(/espefuse .* burn-key BLOCK_KEY0 .* HMAC_UP BLOCK_KEY1 .* ECDSA_KEY/);
    expect(
      readdirSync(join(runs.folder, 'tmp')).filter((name) => name.startsWith('nx-esp32-factory')),
    ).toEqual([]);
  });

  it('from a plain image with development credentials that Nx caches, except into its own files', () => {
    source = new SecureApp();
    runs = new Runs(source, 'ESP32-C3');
    runs.nx('light:factory-image');
    runs.nx('light:factory-image');
    expect(runs.terminal).toMatch(/cache/);
    const [dacKey] = secretsOf(runs, { attestation: [NVS], commissioning: [NVS] });
    if (dacKey === undefined) throw new Error('there is no DAC key');
    expect(runs.leaks([dacKey])).toEqual([]);
    // The output and the cache do contain it.
    const found = runs.leaks([{ ...dacKey, holders: [] }]).map(({ place }) => place);
    expect(found.filter((place) => place.endsWith(NVS)).length).toBeGreaterThan(1);
  });
});
