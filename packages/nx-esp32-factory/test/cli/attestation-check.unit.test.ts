import { mkdirSync } from 'node:fs';
import { parseCertificate } from 'nvs-core';
import { run } from '../../src/cli/main';
import { FakeTerminal, LightApp } from '../light-app';
import { useOwnCdSigner } from '../own-cd-signer';

let app: LightApp;
const home = process.cwd();
beforeAll(async () => {
  app = new LightApp();
  await useOwnCdSigner(app);
  process.chdir(app.folder);
  mkdirSync('empty');
});
afterAll(() => {
  process.chdir(home);
  app.remove();
});

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await run(['attestation', ...argv], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

const DAC = ['--dac', 'credentials/dac.pem'];
const PAI = ['--pai', 'credentials/pai.pem'];
const CD = ['--cd', 'credentials/cd.der'];
const TRUST = ['--paa-dir', 'credentials/paa-trust-store', '--cd-signers', 'credentials/cd-trust-store'];
const SET = [...DAC, ...PAI, ...CD];
const GOOD = [
  ...SET,
  ...TRUST,
  '--dac-key',
  'credentials/dac-key.pem',
  '--vendor-id',
  '0xFFF1',
  '--product-id',
  '0x8001',
];

describe('esp32-factory attestation check', () => {
  it('accepts, with a verdict in the last line', async () => {
    const { status, out, err } = await command('check', ...GOOD);
    expect([status, err]).toEqual([0, '']);
    expect(out.trimEnd().split('\n').at(-1)).toBe('✔ a commissioner would accept this device');
  });

  it.each<[string, string[], number, string, string]>([
    [
      'another product id',
      [...GOOD.slice(0, -1), '0x8009'],
      605,
      'CertificationDeclarationInvalidProductId',
      'attestation.cd-product-id',
    ],
    [
      'another vendor id',
      [...SET, ...TRUST, '--vendor-id', '0xFFF2'],
      604,
      'CertificationDeclarationInvalidVendorId',
      'attestation.cd-vendor-id',
    ],
    ['a time before the DAC', [...GOOD, '--at', '2001-01-01'], 300, 'DacExpired', 'attestation.not-valid'],
    [
      'a key of another certificate',
      [...SET, ...TRUST, '--dac-key', 'credentials/pai-key.pem'],
      500,
      'AttestationSignatureInvalid',
      'attestation.key-not-of-dac',
    ],
    [
      'a declaration of an unknown signer',
      SET,
      601,
      'CertificationDeclarationNoCertificateFound',
      'attestation.cd-signer-unknown',
    ],
    [
      'a trust store without the PAA',
      [...SET, '--paa-dir', 'empty', '--cd-signers', 'credentials/cd-trust-store'],
      101,
      'PaaNotFound',
      'attestation.paa-not-found',
    ],
    [
      'DAC and PAI swapped',
      ['--dac', 'credentials/pai.pem', '--pai', 'credentials/dac.pem', ...CD, ...TRUST],
      203,
      'PaiFormatInvalid',
      'attestation.basic-constraints',
    ],
  ])('refuses %s', async (_name, argv, number, name, code) => {
    const { status, out } = await command('check', ...argv);
    expect(status).toBe(1);
    expect(out).toContain(`${code}: `);
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      `✖ a commissioner would reject this device: ${number} ${name}`,
    );
    const json = await command('check', ...argv, '--json');
    expect(json.status).toBe(1);
    const result = JSON.parse(json.out) as { findings: { code: string }[] };
    expect(result).toMatchObject({ isAccepted: false, result: { number, name } });
    expect(result.findings).toContainEqual(
      expect.objectContaining({
        code,
        number,
        name,
        severity: 'error',
        help: expect.any(String),
        message: expect.any(String),
      }),
    );
  });

  it('says what commissioners accept today, against the specification', async () => {
    const file = app.write(
      'long.der',
      Buffer.concat([parseCertificate(app.read('credentials/dac.pem')).der, Buffer.of(0)]),
    );
    const argv = ['--dac', file, ...SET.slice(2), ...TRUST];
    const { status, out } = await command('check', ...argv);
    expect(status).toBe(1);
    expect(out).toContain('bytes follow after its end (accepted today, against the specification)');
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      '✖ commissioners accept this device today, against the specification: others may reject it',
    );
    const json = JSON.parse((await command('check', ...argv, '--json')).out) as object;
    expect(json).toMatchObject({
      isAccepted: false,
      result: null,
      findings: expect.arrayContaining([
        expect.objectContaining({ code: 'attestation.der-malformed', isStricter: true, number: null }),
      ]),
    });
  });

  it('lists all findings at once, with the files', async () => {
    const { out } = await command(
      'check',
      ...SET,
      '--vendor-id',
      '1',
      '--product-id',
      '2',
      '--at',
      '2001-01-01',
    );
    for (const text of [
      '(refused by commissioners: 300 DacExpired)',
      ': 604 ',
      ': 605 ',
      ': 601 ',
      '→ credentials/dac.pem',
      '→ credentials/cd.der',
    ])
      expect(out).toContain(text);
  });

  it('lists what it did not check', async () => {
    const { status, out } = await command('check', ...SET, '--cd-signers', 'credentials/cd-trust-store');
    expect([status, out]).toEqual([0, expect.stringContaining('attestation.paa-not-checked')]);
    const json = await command('check', ...GOOD, '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      isAccepted: true,
      result: null,
      paaKeyId: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it.each<[string, string[], number, string[]]>([
    ['no PAI', [...DAC, ...CD], 2, ['cli.required']],
    ['a product id that is none', [...SET, '--product-id', '0xG'], 2, ['cli.number-invalid']],
    [
      'a product id that could be two',
      [...SET, '--product-id', '8001'],
      2,
      ['cli.id-ambiguous', '0x8001', '0x1F41'],
    ],
    ['a day that is none', [...SET, '--at', '2027-02-30'], 2, ['cli.date-invalid']],
    ['another calendar', [...SET, '--at', '31.1.2027'], 2, ['cli.date-invalid']],
    ['a passphrase', [...GOOD, '--dac-key-passphrase', 'correct-horse'], 2, ['cli.passphrase-inline']],
    ['an unset variable', [...GOOD, '--dac-key-passphrase', 'env:NOT_THERE'], 1, ['config.env-unset']],
    [
      'files that are not there',
      ['--dac', 'a', '--pai', 'b', '--cd', 'c', '--paa-dir', 'd'],
      1,
      ['files.missing', 'a', 'b', 'c', 'd'],
    ],
  ])('refuses %s', async (_name, argv, status, words) => {
    const { status: is, out, err } = await command('check', ...argv);
    expect([is, out]).toEqual([status, '']);
    for (const word of words) expect(err).toContain(word);
    expect(err).not.toContain('correct-horse');
  });
});

describe('esp32-factory attestation show', () => {
  it('shows a chain as a tree, then each file', async () => {
    const { status, out } = await command(
      'show',
      'credentials/dac.pem',
      'credentials/pai.pem',
      'credentials/paa-trust-store/paa.der',
      'credentials/cd.der',
    );
    expect(status).toBe(0);
    expect(
      out
        .split('\n')
        .slice(0, 3)
        .map((line) => line.replace(/ CN=.*/, '')),
    ).toEqual(['PAA', '└─ PAI', '   └─ DAC']);
    expect(out).toMatch(/^DAC CN=.* \(credentials\/dac\.pem\)$/m);
    expect(out).toMatch(/vendor_id +0xFFF1/);
    expect(out).toMatch(/product id +0x8001/);
  });

  it('shows the same as JSON, with who signed', async () => {
    const { out } = await command(
      'show',
      'credentials/dac.pem',
      'credentials/pai.pem',
      'credentials/cd.der',
      '--json',
    );
    expect(JSON.parse(out)).toEqual([
      expect.objectContaining({
        file: 'credentials/dac.pem',
        kind: 'certificate',
        signedBy: 'credentials/pai.pem',
      }),
      expect.objectContaining({ file: 'credentials/pai.pem', kind: 'certificate', signedBy: null }),
      expect.objectContaining({
        file: 'credentials/cd.der',
        kind: 'certification declaration',
        fields: expect.objectContaining({ vendor_id: '0xFFF1' }),
      }),
    ]);
  });

  it.each<[string, string[], number, string[]]>([
    ['no file', [], 2, ['cli.positional-missing']],
    ['a private key', ['credentials/dac-key.pem'], 1, ['attestation.wrong-kind', 'credentials/dac-key.pem']],
    [
      'all that is wrong',
      ['none.pem', 'credentials/README.md'],
      1,
      ['files.missing', 'attestation.der-malformed'],
    ],
  ])('refuses %s', async (_name, argv, status, words) => {
    const { status: is, out, err } = await command('show', ...argv);
    expect([is, out]).toEqual([status, '']);
    for (const word of words) expect(err).toContain(word);
  });
});
