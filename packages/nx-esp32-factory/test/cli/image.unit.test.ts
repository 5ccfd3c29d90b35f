import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  decodeFactoryData,
  decodeNvs,
  decodeQrCode,
  decodeSecureCert,
  parseNvsCsv,
  secureCertContents,
} from 'nvs-core';
import { run } from '../../src/cli/main';
import { FakeTerminal, LightApp } from '../light-app';
import { useOwnCdSigner } from '../own-cd-signer';

let app: LightApp;
const home = process.cwd();
beforeEach(async () => {
  app = new LightApp();
  await useOwnCdSigner(app);
  process.chdir(app.folder);
});
afterEach(() => {
  process.chdir(home);
  app.remove();
});

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await run(argv, terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

const CREDENTIALS = [
  ['--dac-cert', 'credentials/dac.pem'],
  ['--dac-key', 'credentials/dac-key.pem'],
  ['--pai-cert', 'credentials/pai.pem'],
  ['--cd', 'credentials/cd.der'],
  ['--cd-signers', 'credentials/cd-trust-store'],
].flat();
const FLAGS = [
  '-d',
  '3434',
  '-p',
  '99663300',
  '--vendor-id',
  '0xFFF1',
  '--product-id',
  '0x8001',
  ...CREDENTIALS,
];

const dataOf = (file: string) => decodeFactoryData(decodeNvs(readFileSync(file)).entries).data;

describe('esp32-factory image', () => {
  const kept = () => readdirSync('factory-keys').filter((name) => name.startsWith('nvs_keys-'));
  const isKept = (key: string) =>
    kept().some((name) => readFileSync(join('factory-keys', name)).equals(readFileSync(key)));

  it('keeps generated keys next to the config, or in the current folder, not only in the output folder', async () => {
    app.set('encryption', { scheme: 'flash' });
    for (const name of ['CMakeLists.txt', 'sdkconfig.defaults', 'partitions.csv'])
      rmSync(app.path(name), { recursive: true });
    const keys = join('bin', 'keys', 'nvs_key_partition.bin');
    for (const [count, args] of [
      [1, ['factory.config.json']],
      [2, ['factory.config.json']],
      [3, [...FLAGS, '--encrypt']],
    ] as const) {
      const { status, out, err } = await command('image', ...args);
      expect([status, status === 0 ? '' : err]).toEqual([0, '']);
      expect([kept().length, isKept(keys)]).toEqual([count, true]);
      expect(out).toContain('Key kept   factory-keys/nvs_keys-');
    }
    rmSync('bin', { recursive: true });
    expect(kept()).toHaveLength(3);
    for (const name of kept()) expect(statSync(join('factory-keys', name)).mode & 0o777).toBe(0o600);
  });

  it('follows a link to the output folder that it is given, and none in it', async () => {
    mkdirSync('real');
    mkdirSync('elsewhere');
    symlinkSync('real', 'bin');
    symlinkSync('../elsewhere', join('real', 'keys'));
    expect((await command('image', ...FLAGS)).status).toBe(0);
    expect(readdirSync('real')).toContain('factory_partition.bin');
    const { status, err } = await command('image', ...FLAGS, '--encrypt');
    expect([status, err]).toEqual([1, expect.stringContaining('✖ files.link:')]);
    expect(readdirSync('elsewhere')).toEqual([]);
  });

  it('makes the files of the SDK script from its flags', async () => {
    const { status, out, err } = await command(
      'image',
      ...FLAGS,
      ...[
        '--product-name',
        'ESP-lighting-app',
        '--vendor-name',
        'Test-vendor',
        '--hw-ver',
        '1',
        '--hw-ver-str',
        'DevKit',
      ],
      ...[
        '--mfg-date',
        '2025-04-16',
        '--serial-num',
        'SN-1',
        '--rd-id-uid',
        '00112233445566778899aabbccddeeff',
      ],
      ...['--calendar-types', 'Gregorian', 'Buddhist', '--locales', 'en-US', 'de-DE'],
      ...['--fixed-labels', '0/orientation/up', '10/floor/2'],
      ...['--supported-modes', '0/label1/1/1\\0x8000, 2\\0x8001', '0/quiet/2'],
    );
    expect([status, err]).toEqual([0, expect.stringContaining('factory-data.supported-modes-unreadable')]);
    expect(readdirSync('bin').sort()).toEqual([
      'factory_partition.bin',
      'manifest.json',
      'onboarding.json',
      'onboarding.txt',
      'onboarding_codes.csv',
      'qr-code.png',
      'qr-code.svg',
    ]);
    const data = dataOf('bin/factory_partition.bin');
    expect(data.commissioning?.discriminator).toBe(3434);
    expect(data.deviceInstanceInfo).toMatchObject({
      vendorId: 0xfff1,
      productId: 0x8001,
      productName: 'ESP-lighting-app',
      vendorName: 'Test-vendor',
      hardwareVersion: 1,
      hardwareVersionString: 'DevKit',
      manufacturingDate: '2025-04-16',
      serialNumber: 'SN-1',
    });
    expect(data.deviceInfo).toEqual({
      calendarTypes: ['Buddhist', 'Gregorian'],
      locales: ['en-US', 'de-DE'],
      fixedLabels: [
        { endpoint: 0, label: 'orientation', value: 'up' },
        { endpoint: 10, label: 'floor', value: '2' },
      ],
      supportedModes: [
        {
          endpoint: 1,
          label: 'label1',
          mode: 0,
          semanticTags: [
            { value: 1, manufacturerCode: 0x8000 },
            { value: 2, manufacturerCode: 0x8001 },
          ],
        },
        { endpoint: 2, label: 'quiet', mode: 0, semanticTags: [] },
      ],
    });
    const [head, codes] = readFileSync('bin/onboarding_codes.csv', 'utf8').split('\n');
    expect(head).toBe('qrcode,manualcode');
    expect(decodeQrCode(codes?.split(',')[0] ?? '')).toMatchObject({
      passcode: 99663300,
      discovery: 2,
      flow: 0,
    });
    expect(out).toContain('factory_partition.bin');
  });

  it('follows the documentation for flow and discovery: -dm 1 is BLE', async () => {
    await command('image', ...FLAGS, '-cf', '2', '-dm', '0');
    const qr = () => decodeQrCode(readFileSync('bin/onboarding_codes.csv', 'utf8').split(/[\n,]/)[2] ?? '');
    expect(qr()).toMatchObject({ flow: 2, discovery: 1 });
    await command('image', ...FLAGS, '-dm', '2');
    expect(qr()).toMatchObject({ flow: 0, discovery: 4 });
  });

  it('encrypts with a new key, in the folder that the script uses', async () => {
    const { status } = await command('image', ...FLAGS, '-e', '-s', '0x4000', '--output_dir', 'out');
    expect(status).toBe(0);
    expect(statSync('out/factory_partition.bin').size).toBe(0x4000);
    expect(statSync('out/keys/nvs_key_partition.bin').size).toBe(4096);
    expect(statSync('out/keys/nvs_key_partition.bin').mode & 0o777).toBe(0o600);
    expect(
      (
        await command(
          'nvs',
          'decrypt',
          'out/factory_partition.bin',
          'out/keys/nvs_key_partition.bin',
          'plain.bin',
        )
      ).status,
    ).toBe(0);
    expect(dataOf('plain.bin').commissioning?.discriminator).toBe(3434);
  });

  it('keeps the DAC in esp_secure_cert, and its key in an eFuse if asked to', async () => {
    expect((await command('image', ...FLAGS, '--dac-in-secure-cert')).status).toBe(0);
    const { tlvs, findings } = decodeSecureCert(readFileSync('bin/esp_secure_cert_partititon.bin'));
    expect(findings).toEqual([]);
    expect(tlvs.map(({ type }) => type)).toEqual([1, 0, 2]);
    const { certificationDeclaration, ...rest } = dataOf('bin/factory_partition.bin').attestation ?? {};
    expect([certificationDeclaration === undefined, rest]).toEqual([false, {}]);
    const ds = ['--dac-in-secure-cert', '-ds', '--target', 'esp32h2', '--no-bin', '--output_dir', 'ds'];
    expect((await command('image', ...FLAGS, ...ds)).status).toBe(0);
    const image = decodeSecureCert(readFileSync('ds/esp_secure_cert_partititon.bin'));
    expect(secureCertContents(image.tlvs).privateKey).toEqual({ form: 'ecdsa-peripheral', keyBlock: 1 });
  });

  it('writes a CSV in place of the image with --no-bin, that nvs generate makes the image of', async () => {
    const { status, out } = await command('image', ...FLAGS, '--no-bin');
    expect([status, out]).toEqual([0, expect.stringContaining('none requested')]);
    const { out: json } = await command('image', ...FLAGS, '--no-bin', '--json');
    expect(JSON.parse(json)).toMatchObject({ manifest: { images: [] } });
    expect(existsSync('bin/factory_partition.bin')).toBe(false);
    expect(statSync('bin/nvs_partition.csv').mode & 0o777).toBe(0o600);
    expect(parseNvsCsv(readFileSync('bin/nvs_partition.csv', 'utf8')).length).toBeGreaterThan(10);
    expect((await command('nvs', 'generate', 'bin/nvs_partition.csv', 'x.bin', '0x6000')).status).toBe(0);
    expect(dataOf('x.bin').deviceInstanceInfo?.productId).toBe(0x8001);
  });

  it('takes the passcode by reference, and repeats it nowhere', async () => {
    process.env.TEST_PASSCODE = '99663300';
    writeFileSync('passcode.txt', '99663300\n');
    for (const reference of ['env:TEST_PASSCODE', 'file:passcode.txt']) {
      const { status } = await command(
        'image',
        '-d',
        '1',
        '-p',
        reference,
        '--vendor-id',
        '0xFFF1',
        '--product-id',
        '0x8001',
        ...CREDENTIALS,
      );
      expect(status).toBe(0);
      expect(
        decodeQrCode(readFileSync('bin/onboarding_codes.csv', 'utf8').split(/[\n,]/)[2] ?? '').passcode,
      ).toBe(99663300);
    }
    delete process.env.TEST_PASSCODE;
  });

  it('warns of a passcode on the command line of a production device, and does not show its codes', async () => {
    const { status, out, err } = await command(
      'image',
      '-d',
      '1',
      '-p',
      '99663300',
      '--vendor-id',
      '0x131B',
      '--product-id',
      '1',
    );
    expect(status).toBe(0);
    expect(err).toContain('factory.secret-on-command-line');
    expect(out + err).not.toMatch(/99663300|MT:/);
  });

  it('leaves vendor and product id to the firmware where they are not given, as the script does', async () => {
    const { status } = await command('image', '-d', '1', '-p', '99663300');
    expect(status).toBe(0);
    expect(dataOf('bin/factory_partition.bin').deviceInstanceInfo).toBeUndefined();
    const qr = readFileSync('bin/onboarding_codes.csv', 'utf8').split(/[\n,]/)[2] ?? '';
    expect(decodeQrCode(qr)).toMatchObject({ vendorId: 0, productId: 0, passcode: 99663300 });
  });

  it('takes a config file, and overrides from the flags', async () => {
    const { status, out } = await command(
      'image',
      'factory.config.json',
      '-d',
      '0',
      '--serial-num',
      'SN-2',
      '--output-dir',
      'o',
    );
    expect(status).toBe(0);
    expect(out).toContain('0x3E0000');
    expect(dataOf('o/factory_partition.bin').commissioning?.discriminator).toBe(0);
    expect(dataOf('o/factory_partition.bin').deviceInstanceInfo?.serialNumber).toBe('SN-2');
  });

  it('prints JSON where a program reads it', async () => {
    const { out } = await command('image', 'factory.config.json', '--json');
    const { files, manifest } = JSON.parse(out) as { files: string[]; manifest: { credentials: string } };
    expect(files).toContain(join(process.cwd(), 'bin/factory_partition.bin'));
    expect(manifest.credentials).toBe('development');
    const { status, err } = await command(
      'image',
      ...FLAGS.map((flag) => flag.replace('3434', '4096')),
      '--json',
    );
    expect(status).toBe(1);
    expect(JSON.parse(err)).toMatchObject({
      findings: [{ code: 'config.out-of-range', where: { field: '--discriminator' } }],
    });
  });

  it.each([
    [2, 'cli.positional-missing', []],
    [2, 'cli.unknown-option', ['-d', '1', '--pascode', '2']],
    [2, 'cli.required', ['-p', '99663300']],
    [2, 'cli.number-invalid', ['-d', '1', '--vendor-id', 'FFF1']],
    [2, 'cli.value-not-allowed', [...FLAGS, '-dm', '3']],
    [2, 'cli.value-not-allowed', [...FLAGS, '--fixed-labels', 'up']],
    [2, 'cli.value-not-allowed', [...FLAGS, '--supported-modes', 'up']],
    [2, 'cli.value-not-allowed', [...FLAGS, '--supported-modes', '1/a/1/5']],
    [2, 'cli.exclusive', ['factory.config.json', '-p', '99663300']],
    [2, 'cli.exclusive', ['factory.config.json', '--dac-cert', 'x']],
    [2, 'cli.required', [...FLAGS, '-ds']],
    [2, 'cli.required', [...FLAGS, '--efuse-key-id', '1']],
    [2, 'cli.exclusive', ['factory.config.json', '--dac-in-secure-cert']],
    [1, 'efuse.chip-unknown', [...FLAGS, '--dac-in-secure-cert', '-ds']],
    [1, 'efuse.no-peripheral', [...FLAGS, '--dac-in-secure-cert', '-ds', '--target', 'esp32c3']],
    [
      1,
      'efuse.block-unknown',
      [...FLAGS, '--dac-in-secure-cert', '-ds', '--efuse-key-id', '5', '--target', 'esp32h2'],
    ],
    [1, 'config.out-of-range', [...FLAGS, '--dac-in-secure-cert', '-ds', '--efuse-key-id', '6']],
    [1, 'commissioning.passcode-out-of-range', FLAGS.map((flag) => flag.replace('99663300', '100000000'))],
    [1, 'commissioning.passcode-forbidden', FLAGS.map((flag) => flag.replace('99663300', '12345678'))],
    [1, 'files.missing', FLAGS.map((flag) => flag.replace('cd.der', 'no.der'))],
    [1, 'files.missing', ['no.config.json']],
    [1, 'files.is-directory', FLAGS.map((flag) => flag.replace('/cd.der', ''))],
    [1, 'attestation.key-mismatch', FLAGS.map((flag) => flag.replace('dac-key.pem', 'pai-key.pem'))],
    [1, 'files.not-a-directory', [...FLAGS, '--output_dir', 'partitions.csv']],
    [1, 'config.out-of-range', [...FLAGS, '-s', '0x6001']],
  ])('ends with %i and says %s for %j', async (expected, code, argv) => {
    const { status, out, err } = await command('image', ...argv);
    expect([status, err]).toEqual([expected, expect.stringContaining(`✖ ${code}:`)]);
    expect(out).toBe('');
    expect(existsSync('bin')).toBe(false);
    expect(err).not.toContain('99663300');
  });
});

describe('esp32-factory', () => {
  it('explains itself', async () => {
    expect(await command('--help')).toMatchObject({
      status: 0,
      out: expect.stringContaining('nvs generate-key'),
    });
    expect(await command()).toMatchObject({ status: 2, out: expect.stringContaining('Usage') });
    expect(await command('image', '--help')).toMatchObject({
      status: 0,
      out: expect.stringContaining('--discovery-mode'),
    });
    expect(await command('nvs', '--help')).toMatchObject({
      status: 0,
      out: expect.stringContaining('nvs decrypt'),
    });
    expect((await command('--version')).out).toMatch(/^\d+\.\d+\.\d+/);
  });

  it.each([
    [['imgae'], 'did you mean "image"'],
    [['nvs', 'generat'], 'did you mean "nvs generate"'],
    [['toString'], 'cli.unknown-command'],
  ])('refuses %j', async (argv, text) => {
    expect(await command(...argv)).toMatchObject({ status: 2, err: expect.stringContaining(text) });
  });
});
