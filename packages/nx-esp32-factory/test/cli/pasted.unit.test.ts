/** Command lines of esp-matter-mfg-tool and chip-cert, as people paste them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeFactoryData,
  decodeNvs,
  decodeQrCode,
  parseCertificate,
  parseCertificationDeclaration,
} from 'nvs-core';
import { run } from '../../src/cli/main';
import { FakeTerminal } from '../light-app';

const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pasted-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

async function command(words: string) {
  const terminal = new FakeTerminal();
  const status = await run(words.split(' '), terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

/** "cli.required --passcode" of each error. */
const errorsOf = (text: string) =>
  [...text.matchAll(/^✖ (cli\.[a-z-]+): (there is no option )?(-\S+( \d)?)/gm)].map(
    ([, code, , option]) => `${code} ${option}`,
  );

const dataOf = (file: string) => decodeFactoryData(decodeNvs(readFileSync(file)).entries).data;
const codeOf = (file: string) => decodeQrCode(readFileSync(file, 'utf8').split('\n')[1]?.split(',')[0] ?? '');

describe('the newest flags of the Matter SDK script', () => {
  const IDS = 'image -d 3840 -p 20202021 --vendor-id 0xFFF1 --product-id 0x8000';

  it.each(['satin', '2'])('are fields of the factory data: finish %s', async (finish) => {
    const flags = `--product-finish ${finish} --product-color navy --part-number PN --product-label Lamp --product-url https://example.com/a --device-type 0x0101`;
    expect(await command(`${IDS} ${flags}`)).toMatchObject({ status: 0, err: '' });
    const { deviceInstanceInfo, commissioning } = dataOf('bin/factory_partition.bin');
    expect(deviceInstanceInfo).toMatchObject({
      productFinish: 'satin',
      productColor: 'navy',
      partNumber: 'PN',
      productLabel: 'Lamp',
      productUrl: 'https://example.com/a',
    });
    expect(commissioning?.deviceType).toBe(0x0101);
  });

  it.each([
    ['--product-finish shiny', 'config.not-one-of'],
    ['--product-color 21', 'config.not-one-of'],
    ['--device-type lamp', 'cli.number-invalid'],
    ['--product-url example.com', 'config.text-invalid'],
  ])('%s is %s', async (flags, code) => {
    const { status, err } = await command(`${IDS} ${flags}`);
    expect(status).not.toBe(0);
    expect(err).toContain(`✖ ${code}: `);
  });
});

describe('esp-matter-mfg-tool', () => {
  it('is accepted where it means the same', async () => {
    const { status, err } = await command(
      'image -v 0xFFF1 --product-id 0x8000 --discriminator 3840 --passcode 20202021 --iteration-count 2000 --enable-rotating-device-id -n 1 -dm ble,on-network --outdir out',
    );
    expect([status, err]).toEqual([0, '']);
    const { commissioning, deviceInstanceInfo } = dataOf('out/factory_partition.bin');
    expect(commissioning).toMatchObject({ discriminator: 3840, iterations: 2000 });
    expect(deviceInstanceInfo?.rotatingDeviceIdUniqueId).toHaveLength(16);
    expect(codeOf('out/onboarding_codes.csv')).toMatchObject({ discovery: 6, passcode: 20202021 });
  });

  it('may have a passcode that the firmware makes', async () => {
    const { status, out } = await command(
      'image -v 0xFFF1 --product-id 0x8000 -d 1 --enable-dynamic-passcode',
    );
    expect(status).toBe(0);
    expect(out).toContain('the firmware generates its own passcode');
  });

  const GOOD = 'image -v 0xFFF1 --product-id 0x8000 -d 1 --passcode 20202021';
  it.each<[string, string[]]>([
    [
      'image -v 0xFFF1 -p 0x8000 -dm 2 -n 5',
      [
        'cli.option-differs -p',
        'cli.option-differs -dm 2',
        'cli.foreign-option -n',
        'cli.required --discriminator',
        'cli.required --passcode',
      ],
    ],
    ['image -d 1 -v 0xFFF1 -p 0x8000', ['cli.option-differs -p', 'cli.required --passcode']],
    [
      'image --vendor-id 0xFFF1 -p 0x8000',
      ['cli.option-differs -p', 'cli.required --discriminator', 'cli.required --passcode'],
    ],
    ['image --vendor-id 0xFFF1 -p 20202021', ['cli.required -d']],
    [`${GOOD} --pai -k key.pem -c=cert.pem`, ['-c', '-k', '--pai'].map((one) => `cli.foreign-option ${one}`)],
    ['image -v 0xFFF1 --product-id 1 -p 20202021', ['cli.required --discriminator']],
    ['image -v 0xFFF1 --product-id 1 -p env:PASSCODE', ['cli.required --discriminator']],
    [`${GOOD} -dm 4`, ['cli.option-differs -dm 4']],
    [`${GOOD} --discovery-mode 0x6`, ['cli.option-differs --discovery-mode 6']],
    [`${GOOD} --salt AAAA --verifier AAAA`, ['cli.foreign-option --salt', 'cli.foreign-option --verifier']],
    [`${GOOD} --log-level debug`, ['cli.foreign-option --log-level']],
    [`${GOOD} --csv a.csv --mcsv b.csv`, ['cli.foreign-option --csv', 'cli.foreign-option --mcsv']],
    [`${GOOD} --enable-dynamic-passcode`, ['cli.exclusive --passcode']],
    ['image factory.config.json -v 0xFFF1 -p 1', ['cli.option-differs -p']],
  ])('%s', async (words, errors) => {
    const { status, err } = await command(words);
    expect([status, errorsOf(err)]).toEqual([2, errors]);
  });

  it('never shows a value', async () => {
    const { err } = await command('image -v 0xFFF1 -p 34567890 --pwd hunter2 --salt c2FsdA==');
    expect(errorsOf(err)).toContain('cli.foreign-option --pwd');
    expect(err).not.toMatch(/34567890|hunter2|c2FsdA/);
  });
});

describe('chip-cert', () => {
  const CD = 'attestation issue-cd --test-key -O cd.der -d 0x16 -c ZIG20142ZB330001-24';

  it('issues the same certificates', async () => {
    const end = '-f 2021-06-28T14:23:43 -l 4294967295';
    const words = [
      `attestation issue-paa -t a -c PAA -V FFF1 ${end} -o paa.pem -O paa-key.pem`,
      `attestation issue-pai -t i -c PAI -V FFF1 -a ${end} -C paa.pem -K paa-key.pem -o pai.pem -O pai-key.pem`,
      `attestation issue-dac -t d -c DAC --subject-vid FFF1 --subject-pid 0x8001 ${end} -x http://example.com/crl -C pai.pem -K pai-key.pem -o dac.pem -O dac-key.pem`,
    ];
    for (const line of words) expect(await command(line)).toMatchObject({ status: 0, err: '' });
    const [pai, dac] = ['pai.pem', 'dac.pem'].map((file) => parseCertificate(readFileSync(file)));
    expect(pai?.ids).toMatchObject({ vendorId: 0xfff1, encoding: 'common name' });
    expect(dac?.ids).toMatchObject({ vendorId: 0xfff1, productId: 0x8001, encoding: 'attributes' });
    expect(dac?.notBefore).toEqual(new Date('2021-06-28T14:23:43Z'));
  });

  it.each<[string, number]>([
    ['FFF1', 0xfff1],
    ['0xFFF1', 0xfff1],
    ['65521', 65521],
  ])('reads the vendor id %s', async (written, vendorId) => {
    expect(await command(`${CD} -V ${written} -p 0x8001 -f 1 -n 0001`)).toMatchObject({ status: 0, err: '' });
    expect(parseCertificationDeclaration(readFileSync('cd.der')).fields).toMatchObject({
      vendorId,
      versionNumber: 1,
    });
  });

  it.each<[string, string[]]>([
    [`${CD} -V 0xFFF1 -p 8001`, ['cli.id-ambiguous --product-id']],
    [`${CD} -V 0xFFF1 -p 0x8001 -n 10`, ['cli.id-ambiguous --version-number']],
    [`${CD} -V 0xFFF1 -p 0x8001 -l 10`, ['cli.id-ambiguous --security-level']],
    [`${CD} -V 0xFFF1 -p 0x8001 -f 2`, ['cli.value-not-allowed --format-version']],
    [`${CD} -V 0xFFF1 -p 0x8001 -I -E vid-missing`, ['cli.foreign-option -I', 'cli.foreign-option -E']],
    ['attestation issue-paa -t i -o x.pem', ['cli.foreign-option -t']],
    ['attestation issue-dac --type=a -o x.pem', ['cli.foreign-option --type']],
    ['attestation issue-pai -t x -o x.pem', ['cli.foreign-option -t']],
    ['attestation issue-pai -L crl.pem -o x.pem', ['cli.foreign-option -L']],
    ['attestation issue-paa -V FFF1 -o -', ['cli.value-not-allowed --out']],
    ['attestation check -d dac.pem -i pai.pem -a paa.pem', ['cli.foreign-option -a']],
    ['attestation issue-pai -a --subject-ids attributes -C x -K y -o x.pem', []],
  ])('%s', async (words, errors) => {
    const { status, err } = await command(words);
    expect(status).not.toBe(0);
    expect(errorsOf(err)).toEqual(errors);
  });

  it.each([
    ['gen-cd --key k.pem', 'attestation issue-cd'],
    ['attestation gen-cd', 'attestation issue-cd'],
    ['chip-cert gen-att-cert -t d', 'attestation issue-paa, attestation issue-pai or attestation issue-dac'],
    ['validate-att-cert', 'attestation check'],
    ['print-cd cd.der', 'attestation show'],
  ])('%s is %s', async (words, suggestion) => {
    const { status, err } = await command(words);
    expect(status).toBe(2);
    expect(err).toContain(`did you mean "${suggestion}"?`);
  });

  it('warns of what is against the specification', async () => {
    const { status, err } = await command(`${CD} -V FFF1 -p 0x8001 --security-level 1`);
    expect(status).toBe(0);
    expect(err).toMatch(/^⚠ attestation\.cd-field: .*security_level is 1/);
  });
});
