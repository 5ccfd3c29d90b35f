import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import {
  encodePem,
  formatName,
  isSignedBy,
  parseCertificate,
  parseCertificationDeclaration,
  parsePrivateKey,
} from 'nvs-core';
import { run } from '../../src/cli/main';
import { FakeTerminal, LightApp } from '../light-app';
import { useOwnCdSigner } from '../own-cd-signer';

let app: LightApp;
const home = process.cwd();
beforeAll(async () => {
  app = new LightApp();
  await useOwnCdSigner(app);
  process.chdir(app.path('credentials'));
});
afterAll(() => {
  process.chdir(home);
  app.remove();
});
beforeEach(() => {
  rmSync('out', { recursive: true, force: true });
  mkdirSync('out');
});

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await run(['attestation', ...argv], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

const OUT = ['--out', 'out/new.pem'];
const PAA = ['--ca-cert', 'paa-trust-store/paa.der', '--ca-key', 'paa-key.pem'];
const PAI = ['--ca-cert', 'pai.pem', '--ca-key', 'pai-key.pem'];
const DAC = ['issue-dac', ...PAI, '--product-id', '0x8001'];
const CD = [
  'issue-cd',
  ...['--vendor-id', '0xFFF1', '--product-id', '0x8001', '--device-type-id', '0x0101'],
  ...['--certificate-id', 'ZIG0000000000000000', '--key', 'cd-signing-key.pem'],
];

const issued = (file = 'out/new.pem') => parseCertificate(readFileSync(file));

describe('esp32-factory attestation issue-*', () => {
  it('makes a DAC with a new key, by what the PAI says', async () => {
    expect(await command(...DAC, ...OUT)).toMatchObject({ status: 0, err: '' });
    const dac = issued();
    const pai = parseCertificate(readFileSync('pai.pem'));
    expect(isSignedBy(dac, pai.publicKey)).toBe(true);
    expect(formatName(dac.subject)).toBe('CN=Matter DAC, VID=FFF1, PID=8001');
    expect(dac.notAfter).toEqual(new Date('9999-12-31T23:59:59Z'));
    expect(parsePrivateKey(readFileSync('out/new-key.pem')).publicKey).toEqual(dac.publicKey.data);
    expect([statSync('out/new-key.pem').mode & 0o777, statSync('out/new.pem').mode & 0o777]).toEqual([
      0o600, 0o644,
    ]);
  });

  it('takes names, ids, validity, serial number and revocation list', async () => {
    const options = [
      ...[
        '--common-name',
        '{serialNumber} {vendorId} {productId}',
        '--serial-num',
        'SN1',
        '--organization',
        'Example',
      ],
      ...['--subject-ids', 'common-name', '--valid-from', '2026-01-31 12:00:00', '--valid-days', '2'],
      ...[
        '--cert-serial',
        '0102030405060708',
        '--crl-uri',
        'http://example.com/crl',
        '--out-key',
        'out/k.der',
      ],
    ];
    expect((await command(...DAC, ...OUT, ...options)).status).toBe(0);
    const dac = issued();
    expect(formatName(dac.subject)).toBe('O=Example, CN=SN1 FFF1 8001 Mvid:FFF1 Mpid:8001');
    expect(dac.notBefore.toISOString()).toBe('2026-01-31T12:00:00.000Z');
    expect(dac.notAfter.toISOString()).toBe('2026-02-02T11:59:59.000Z');
    expect(Buffer.from(dac.serialNumber).toString('hex')).toBe('0102030405060708');
    expect(dac.extensions.map(({ name }) => name)).toContain('crlDistributionPoints');
    expect(readFileSync('out/k.der')[0]).toBe(0x30);
  });

  it('makes a PAI under a PAA, and a PAA', async () => {
    expect((await command('issue-pai', ...PAA, '--product-id', '0x8001', ...OUT)).status).toBe(0);
    expect(formatName(issued().subject)).toBe('CN=Matter PAI, VID=FFF1, PID=8001');
    expect((await command('issue-paa', '--lifetime', '4294967295', '--out', 'out/paa.der')).status).toBe(0);
    const paa = issued('out/paa.der');
    expect([formatName(paa.subject), readFileSync('out/paa.der')[0]]).toEqual(['CN=Matter PAA', 0x30]);
    expect(paa.notAfter).toEqual(new Date('9999-12-31T23:59:59Z'));
    expect(isSignedBy(paa, paa.publicKey)).toBe(true);
    expect((await command('issue-paa', '--key', 'paa-key.pem', '--out', 'out/given.pem')).status).toBe(0);
    expect(existsSync('out/given-key.pem')).toBe(false);
  });

  it('says as JSON what was made', async () => {
    const { out } = await command(...DAC, ...OUT, '--json');
    expect(JSON.parse(out)).toMatchObject({
      files: ['out/new-key.pem', 'out/new.pem'],
      kind: 'certificate',
      fields: { 'vendor id': '0xFFF1', 'product id': '0x8001' },
    });
  });

  it('makes a declaration of every field', async () => {
    const options = [
      ...['--product-id', '0x8002', '0x8003', '--security-level', '1', '--security-information', '2'],
      ...['--version-number', '3', '--certification-type', '1', '--dac-origin-vendor-id', '0xFFF2'],
      ...[
        '--dac-origin-product-id',
        '0x8004',
        '--authorized-paa',
        'paa-trust-store/paa.der',
        '00'.repeat(20),
      ],
    ];
    const argv = [...CD, ...options, '--cert', 'cd-trust-store/cd-signing-cert.der', '--out', 'out/cd.der'];
    const { status, err } = await command(...argv);
    expect([status, err.match(/^⚠ .*$/gm)]).toEqual([
      0,
      [
        expect.stringMatching(/attestation\.cd-field: .*security_level is 1; it must be 0 \(accepted today/),
        expect.stringMatching(
          /attestation\.cd-field: .*security_information is 2; it must be 0 \(accepted today/,
        ),
      ],
    ]);
    const { fields } = parseCertificationDeclaration(readFileSync('out/cd.der'));
    expect(fields).toMatchObject({
      vendorId: 0xfff1,
      productIds: [0x8001, 0x8002, 0x8003],
      deviceTypeId: 0x101,
      securityLevel: 1,
      securityInformation: 2,
      versionNumber: 3,
      certificationType: 1,
      dacOriginVendorId: 0xfff2,
      dacOriginProductId: 0x8004,
      authorizedPaaList: [parseCertificate(readFileSync('paa-trust-store/paa.der')).skid, new Uint8Array(20)],
    });
    expect(await command(...CD, '--out', 'out/cd.pem')).toMatchObject({
      out: expect.stringContaining('report 601'),
      err: '',
    });
    const { out: json } = await command(...CD, '--out', 'out/cd.pem', '--json');
    expect(JSON.parse(json).findings).toEqual([
      expect.objectContaining({ code: 'attestation.cd-signer-unknown', severity: 'warning' }),
    ]);
    expect(readFileSync('out/cd.pem', 'utf8')).toMatch(/^-----BEGIN CMS-----/);
  });

  it('signs a declaration with the public test key, which needs no note and no key file', async () => {
    const argv = [...CD.slice(0, -2), '--test-key', '--out', 'out/cd.der'];
    expect(await command(...argv)).toMatchObject({
      status: 0,
      err: '',
      out: expect.not.stringContaining('601'),
    });
    const { cms } = parseCertificationDeclaration(readFileSync('out/cd.der'));
    expect(Buffer.from(cms.signers[0]?.keyId ?? []).toString('hex')).toBe(
      '62fa823359acfaa9963e1cfa140addf504f37160',
    );
    const set = [
      '--dac',
      'dac.pem',
      '--pai',
      'pai.pem',
      '--cd',
      'out/cd.der',
      '--paa-dir',
      'paa-trust-store',
    ];
    expect(await command('check', ...set)).toMatchObject({ status: 0 });
  });

  it('fills in from a request what no option gives', async () => {
    const ids = ['--vendor-id', '0xFFF1', '--product-id', '0x8001', '--subject-ids', 'common-name'];
    expect(
      (await command('create-csr', '--common-name', 'Asked', ...ids, '--out', 'out/csr.pem')).status,
    ).toBe(0);
    expect((await command('issue-dac', ...PAI, '--csr', 'out/csr.pem', ...OUT)).status).toBe(0);
    expect(formatName(issued().subject)).toBe('CN=Asked Mvid:FFF1 Mpid:8001');
    const other = ['--common-name', 'Given', '--product-id', '7', '--subject-ids', 'attributes'];
    expect((await command('issue-dac', ...PAI, '--csr', 'out/csr.pem', ...other, ...OUT)).status).toBe(0);
    expect(formatName(issued().subject)).toBe('CN=Given, VID=FFF1, PID=0007');
    expect(existsSync('out/new-key.pem')).toBe(false);
  });

  it('never replaces a private key unasked', async () => {
    await command(...DAC, ...OUT);
    const key = readFileSync('out/new-key.pem', 'utf8');
    expect(await command(...DAC, ...OUT)).toMatchObject({
      status: 1,
      err: expect.stringContaining('issue.key-exists'),
    });
    expect(await command(...DAC, '--out', 'out/new-key.pem', '--out-key', 'out/other.pem')).toMatchObject({
      status: 1,
      err: expect.stringContaining('issue.replaces-key'),
    });
    expect(readFileSync('out/new-key.pem', 'utf8')).toBe(key);
    expect((await command(...DAC, ...OUT, '--key', 'out/new-key.pem')).status).toBe(0);
    expect(readFileSync('out/new-key.pem', 'utf8')).toBe(key);
    expect((await command(...DAC, ...OUT, '--force')).status).toBe(0);
    expect(readFileSync('out/new-key.pem', 'utf8')).not.toBe(key);
  });
});

const USAGE: readonly (readonly [string, readonly string[]])[] = [
  ['cli.required', DAC],
  ['cli.required', ['issue-dac', '--ca-key', 'pai-key.pem', ...OUT]],
  ['cli.required', ['issue-dac', '--ca-cert', 'pai.pem', ...OUT]],
  ['cli.required', ['issue-dac', ...PAI, ...OUT]],
  ['cli.required', ['issue-paa', ...OUT, '--signer', 'true']],
  ['cli.required', ['issue-paa', ...OUT, '--public-key', 'pub.pem']],
  ['cli.required', [...CD.slice(0, -2), ...OUT]],
  ['cli.required', ['issue-cd', ...OUT]],
  ['cli.exclusive', [...CD, '--test-key', ...OUT]],
  ['cli.exclusive', [...CD.slice(0, -2), '--test-key', ...OUT, '--signer', 'true']],
  ['cli.exclusive', [...DAC, ...OUT, '--signer', 'true']],
  ['cli.exclusive', [...DAC, ...OUT, '--key', 'a', '--csr', 'b']],
  ['cli.value-missing', [...DAC, ...OUT, '--signer']],
  [
    'cli.value-not-allowed',
    ['issue-dac', '--ca-cert', 'pai.pem', ...OUT, '--signer-timeout', '0', '--signer', 'true'],
  ],
  ['cli.value-not-allowed', [...DAC, ...OUT, '--subject-ids', 'both']],
  ['cli.value-not-allowed', [...DAC, ...OUT, '--valid-days', '0']],
  ['cli.value-not-allowed', [...DAC, ...OUT, '--cert-serial', '01']],
  ['cli.date-invalid', [...DAC, ...OUT, '--valid-from', 'today']],
  ['cli.number-invalid', ['issue-dac', ...PAI, ...OUT, '--product-id', '8OO1']],
  ['cli.id-ambiguous', ['issue-dac', ...PAI, ...OUT, '--product-id', '8001']],
  ['cli.id-ambiguous', [...CD, '--product-id', '8001', '--out', 'out/cd.der']],
  ['cli.id-ambiguous', [...CD.map((word) => (word === '0x0101' ? '101' : word)), '--out', 'out/cd.der']],
  ['cli.passphrase-inline', [...DAC, ...OUT, '--ca-key-passphrase', 'env']],
];

const REFUSED: readonly (readonly [string, readonly string[]])[] = [
  ['attestation.issue-option-invalid', [...DAC, ...OUT, '--vendor-id', '0xFFF2']],
  ['attestation.issue-option-invalid', [...DAC, ...OUT, '--common-name', '{serialNumber}']],
  ['attestation.issue-option-invalid', [...DAC, ...OUT, '--common-name', 'x'.repeat(65)]],
  ['attestation.issue-option-invalid', [...CD, '--product-id', '0', '--out', 'out/cd.der']],
  ['attestation.issue-option-invalid', [...CD, '--dac-origin-vendor-id', '1', '--out', 'out/cd.der']],
  [
    'attestation.issue-option-invalid',
    [
      ...CD.slice(0, -2).map((word) => (word === '0xFFF1' ? '0x1234' : word)),
      ...['--test-key', '--out', 'out/cd.der'],
    ],
  ],
  ['attestation.key-mismatch', ['issue-dac', '--ca-cert', 'pai.pem', '--ca-key', 'paa-key.pem', ...OUT]],
  ['attestation.key-mismatch', [...CD, '--cert', 'dac.pem', '--out', 'out/cd.der']],
  ['config.content-empty', [...DAC, ...OUT, '--ca-key-passphrase', 'file:empty']],
  ['config.env-empty', [...DAC, ...OUT, '--ca-key-passphrase', 'env:EMPTY']],
  ['files.not-a-directory', [...DAC, '--out', 'pai.pem/dac.pem', '--out-key', 'out/k.pem']],
  ['issue.no-key-id', [...CD, '--authorized-paa', 'no-key-id.pem', '--out', 'out/cd.der']],
];

describe('refused', () => {
  beforeAll(async () => {
    writeFileSync('empty', '');
    process.env.EMPTY = '';
    writeFileSync('pub.pem', await encodePem('PUBLIC KEY', publicKeyOf('paa-trust-store/paa.der')));
    makeCertificateWithoutKeyId('no-key-id.pem');
  });

  it.each(USAGE)('as bad usage, %s: %j', async (code, argv) => {
    expect(await command(...argv)).toEqual({
      status: 2,
      out: '',
      err: expect.stringContaining(`✖ ${code}: `),
    });
  });

  it.each(REFUSED)('%s: %j', async (code, argv) => {
    expect(await command(...argv)).toEqual({
      status: 1,
      out: '',
      err: expect.stringContaining(`✖ ${code}: `),
    });
  });
});

function publicKeyOf(certificate: string): Uint8Array {
  const { publicKey } = new X509Certificate(readFileSync(certificate));
  return Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
}

function makeCertificateWithoutKeyId(file: string): void {
  const config = [
    '[req]',
    'distinguished_name=dn',
    'prompt=no',
    '[dn]',
    'CN=PAA',
    '[ext]',
    'subjectKeyIdentifier=none',
  ];
  writeFileSync('openssl.cnf', config.join('\n'));
  const argv = [
    'req',
    '-new',
    '-x509',
    '-key',
    'paa-key.pem',
    '-config',
    'openssl.cnf',
    '-extensions',
    'ext',
    '-out',
    file,
  ];
  execFileSync('openssl', argv, { stdio: 'pipe' });
}
