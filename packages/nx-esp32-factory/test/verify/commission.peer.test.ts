/** Commissions the images that the command makes, from their bytes alone, in a separate process. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecureApp } from '../secure-app';
import { MATTER_PEER, needMatter, REPOSITORY } from './matter-peer';

jest.setTimeout(120_000);

const COMMAND = join(REPOSITORY, 'packages/nx-esp32-factory/bin/esp32-factory.js');

let app: SecureApp;
beforeAll(needMatter);
beforeEach(() => {
  app = new SecureApp();
  symlinkSync(join(MATTER_PEER, 'node_modules'), app.path('node_modules'));
});
afterEach(() => app.remove());

function run(cwd: string, ...args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

function make(): void {
  const { status, stderr } = run(app.folder, 'image', 'factory.config.json', '--output_dir', 'made');
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
}

const PASSED = [
  /^✔ 1 structure and data +passed +\d+(\.\d)? m?s {3}/m,
  /^✔ 2 attestation and PASE offline +passed +\d+(\.\d)? m?s {3}.*verifier, key exchange, .*attestation/m,
  /^✔ 3 virtual commissioning +passed +\d+(\.\d)? m?s {3}commissioning, 12 attributes/m,
];

test.each<[string, () => void]>([
  ['the example app', () => undefined],
  ['an encrypted image', () => app.encryptFlash()],
  ['credentials and commissioning data in esp_secure_cert', () => app.useSecureCert(true)],
  ['an image whose keys are derived from an HMAC eFuse', () => app.deriveKeys(0)],
  [
    'a key that goes into an eFuse',
    () => {
      app.forChip('esp32h2');
      app.useSecureCert();
      app.set('storage', { ecdsaPeripheral: { keyId: 1 } });
      app.sdkconfig('CONFIG_ESP_SECURE_CERT_DS_PERIPHERAL=n');
    },
  ],
])('%s is commissioned', (_, change) => {
  change();
  make();
  const { status, stdout, stderr } = run(
    app.folder,
    'verify',
    '--config',
    'factory.config.json',
    '--output_dir',
    'made',
  );
  for (const line of PASSED) expect(stdout).toMatch(line);
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/: verified$/m);
});

test('the bytes alone are sufficient, without config, sources and keys', () => {
  make();
  const folder = mkdtempSync(join(tmpdir(), 'bytes-'));
  try {
    cpSync(app.path('made', 'factory_partition.bin'), join(folder, 'partition.bin'));
    cpSync(app.path('made', 'onboarding.json'), join(folder, 'onboarding.json'));
    cpSync(app.path('credentials', 'paa-trust-store'), join(folder, 'paa'), { recursive: true });
    symlinkSync(join(MATTER_PEER, 'node_modules'), join(folder, 'node_modules'));
    app.remove();
    expect(existsSync(app.config)).toBe(false);
    const trust = ['--paa-dir', 'paa'];
    const { status, stdout, stderr } = run(
      folder,
      'verify',
      'partition.bin',
      '--level',
      '3',
      ...trust,
      '--json',
    );
    expect([status, stderr]).toEqual([0, '']);
    const { levels, passed } = JSON.parse(stdout) as {
      passed: boolean;
      levels: { level: number; outcome: string; checked: string[] }[];
    };
    expect(passed).toBe(true);
    expect(levels.map(({ level, outcome }) => [level, outcome])).toEqual([
      [1, 'passed'],
      [2, 'passed'],
      [3, 'passed'],
    ]);
    expect(levels[2]?.checked).toContain('12 attributes of Basic Information');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('without a trusted PAA no image is commissioned, with a finding', () => {
  make();
  const { status, stderr } = run(app.folder, 'verify', 'made/factory_partition.bin', '--level', '3');
  expect(status).toBe(1);
  expect(stderr).toContain('verify.level-skipped');
});
