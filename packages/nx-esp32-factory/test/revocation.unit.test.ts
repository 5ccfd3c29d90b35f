/** A revocation set, wherever it can be given: attestation check, verify, image and its cache. */
import { statSync, utimesSync } from 'node:fs';
import { parseCertificate } from 'nvs-core';
import { toBase64, toHex } from 'nvs-core/bytes';
import { cacheDigest } from '../src/cache';
import { run } from '../src/cli/main';
import { recordedReads } from '../src/files';
import { readInputs } from '../src/inputs';
import { FakeTerminal, LightApp } from './light-app';

let app: LightApp;
const home = process.cwd();
beforeEach(() => {
  app = new LightApp();
  process.chdir(app.folder);
});
afterEach(() => {
  process.chdir(home);
  app.remove();
});

async function command(...argv: readonly string[]) {
  const terminal = new FakeTerminal();
  return { status: await run(argv, terminal), ...terminal };
}

const SET = 'revocation-set.json';

/** Revokes a certificate by an entry of its issuer. */
function revoke(certificate: string, issuer: string, change: object = {}): object {
  const [revoked, by] = [certificate, issuer].map((name) =>
    parseCertificate(app.read(`credentials/${name}`)),
  );
  if (revoked === undefined || by === undefined) throw new Error('two names give two certificates');
  return {
    type: 'revocation_set',
    issuer_subject_key_id: toHex(by.skid ?? new Uint8Array()).toUpperCase(),
    issuer_name: toBase64(by.subject.der),
    revoked_serial_numbers: [
      toHex(revoked.serialNumber)
        .toUpperCase()
        .replace(/^00(?=.)/, ''),
    ],
    crl_signer_cert: toBase64(by.der),
    ...change,
  };
}
const PAA = 'paa-trust-store/paa.der';
const dac = (change?: object) => revoke('dac.pem', 'pai.pem', change);
const pai = () => revoke('pai.pem', PAA);
const writeSet = (...entries: object[]) => app.write(SET, JSON.stringify(entries));

const CHECK = [
  ...['attestation', 'check', '--dac', 'credentials/dac.pem', '--pai', 'credentials/pai.pem'],
  ...['--cd', 'credentials/cd.der', '--paa-dir', 'credentials/paa-trust-store'],
  ...['--revocation-set', SET],
];

describe('esp32-factory attestation check --revocation-set', () => {
  it.each([
    ['the DAC', () => writeSet(dac()), '302 DacRevoked'],
    ['the PAI', () => writeSet(pai()), '202 PaiRevoked'],
    ['both', () => writeSet(dac(), pai()), '208 PaiAndDacRevoked'],
  ])('refuses where %s is revoked', async (_, write, result) => {
    write();
    const { status, stdout } = await command(...CHECK);
    expect([status, stdout]).toEqual([1, expect.stringContaining('revocation.revoked: ')]);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`✖ a commissioner would reject this device: ${result}`);
  });

  it('refuses what the SDK overlooks, without a number', async () => {
    writeSet(dac({ crl_signer_delegator: null }));
    const { status, stdout } = await command(...CHECK, '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ isAccepted: false, result: null });
    expect(stdout).toContain('revocation.revoked-overlooked');
  });

  it('says how old the set is', async () => {
    writeSet(dac({ revoked_serial_numbers: ['01'] }));
    utimesSync(SET, new Date('2025-03-01'), new Date('2025-03-01'));
    const at = ['--at', '2025-03-31'];
    const { stdout } = await command(...CHECK, ...at);
    expect(stdout).toContain('revocation.not-revoked: ');
    expect(stdout).toContain('; its file is of 2025-03-01, 30 days before the time of the check');
  });

  it.each([
    ['[', 'revocation.not-json'],
    ['{}', 'revocation.not-list'],
    ['[{}]', 'revocation.entry-invalid'],
  ])('rejects the set %s, and names its file', async (text, code) => {
    app.write(SET, text);
    const { status, stderr } = await command(...CHECK);
    expect([status, stderr]).toEqual([1, expect.stringContaining(`${code}: `)]);
    expect(stderr).toContain(`→ ${SET}`);
  });

  it('rejects a set that is not there, or too large', async () => {
    expect((await command(...CHECK)).stderr).toContain('files.missing: ');
    app.write(SET, new Uint8Array(16 * 1024 * 1024 + 1));
    expect((await command(...CHECK)).stderr).toContain('files.too-large: ');
  });
});

describe('attestation.trust.revocationSet', () => {
  beforeEach(() => {
    const { trust } = JSON.parse(app.read('factory.config.json').toString()).attestation;
    app.set('attestation', { trust: { ...trust, revocationSet: { file: SET } } });
  });
  const image = () => command('image', 'factory.config.json');

  it('makes a warning in development, and an error by severity', async () => {
    writeSet(dac());
    const warned = await image();
    expect(warned.status).toBe(0);
    expect(`${warned.stdout}${warned.stderr}`).toContain('revocation.revoked: ');
    app.set('attestation', { severity: 'error' });
    const failed = await image();
    expect([failed.status, failed.stderr]).toEqual([1, expect.stringContaining('revocation.revoked: ')]);
    expect(failed.stderr).toContain('attestation.trust.revocationSet'.split('.')[0]);
  });

  it('fails the image if it is malformed, at its field', async () => {
    app.write(SET, '{}');
    const { status, stderr } = await image();
    expect([status, stderr]).toEqual([1, expect.stringContaining('revocation.not-list: ')]);
    expect(stderr).toContain(SET);
    expect(stderr).toContain('attestation.trust.revocationSet');
  });

  it('is verified with the age of its file; an option overrides it', async () => {
    writeSet(dac({ revoked_serial_numbers: ['01'] }));
    expect((await image()).status).toBe(0);
    utimesSync(SET, new Date('2025-03-01'), new Date('2025-03-01'));
    const good = await command('verify', '--config', 'factory.config.json', '--level', '1', '--json');
    expect(good.status).toBe(0);
    expect(good.stdout).toContain('its file is of 2025-03-01');
    app.write('other.json', JSON.stringify([dac()]));
    const bad = await command(
      ...['verify', '--config', 'factory.config.json', '--level', '1', '--revocation-set', 'other.json'],
    );
    expect([bad.status, bad.stderr]).toEqual([1, expect.stringContaining('revocation.revoked: ')]);
  });

  it('is an input of the cache by its content alone', () => {
    const digest = (files = recordedReads()) =>
      cacheDigest(app.config, { env: {}, workspaceRoot: app.folder, files });
    writeSet(dac());
    const first = digest();
    utimesSync(SET, new Date('2025-03-01'), new Date('2025-03-01'));
    expect(digest()).toBe(first);
    writeSet(dac(), pai());
    expect(digest()).not.toBe(first);
  });

  it('is read whole by run and digest if it is larger than other files may be', () => {
    writeSet(dac({ note: 'x'.repeat(2 * 1024 * 1024) }));
    expect(statSync(SET).size).toBeGreaterThan(2 * 1024 * 1024);
    const options = { env: {}, workspaceRoot: app.folder };
    const files = recordedReads();
    readInputs(app.config, { env: {}, files });
    const alone = cacheDigest(app.config, options);
    expect(cacheDigest(app.config, { ...options, files })).toBe(alone);
    writeSet(dac({ note: `${'x'.repeat(2 * 1024 * 1024 - 1)}y` }));
    expect(cacheDigest(app.config, options)).not.toBe(alone);
  });

  it('does not put the date of its file into the outputs', async () => {
    writeSet(dac({ revoked_serial_numbers: ['01'] }));
    utimesSync(SET, new Date('2025-03-01'), new Date('2025-03-01'));
    expect((await image()).status).toBe(0);
    const manifest = app.read('bin/manifest.json').toString();
    expect(manifest).toContain('revocation.not-revoked');
    expect(manifest).not.toContain('2025-03-01');
  });
});

test('--revocation-set is a flag of the script, too', async () => {
  writeSet(dac());
  const { stdout, stderr, status } = await command(
    ...['image', '-d', '3434', '--vendor-id', '0xFFF1', '--product-id', '0x8001'],
    ...['--dac-cert', 'credentials/dac.pem', '--dac-key', 'credentials/dac-key.pem'],
    ...['--pai-cert', 'credentials/pai.pem', '--cd', 'credentials/cd.der', '--revocation-set', SET],
  );
  expect([status, stderr]).toEqual([0, expect.anything()]);
  expect(`${stdout}${stderr}`).toContain('revocation.revoked: ');
});
