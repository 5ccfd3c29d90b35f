import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFactoryData, decodeNvs, decodeQrCode } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { vectors } from '../../../../tools/testing/vectors';
import { parseArguments } from '../../src/cli/arguments';
import { imageCommand } from '../../src/cli/image';
import { run } from '../../src/cli/main';
import { configOfFlags } from '../../src/cli/script-flags';
import { configFromObject } from '../../src/config';
import { completeInputs } from '../../src/inputs';
import { FakeTerminal } from '../light-app';
import { makeTestDevice } from '../make-device';

const DATA = vectors();
const SALT = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

describe('the documented command line of the SDK script', () => {
  const home = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'script-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  it('makes an image that decodes to its values', async () => {
    const credential = (name: string) => join(DATA, 'chip-test', `Chip-Test-${name}.der`);
    const terminal = new FakeTerminal();
    const status = await run(
      [
        'image',
        ...['-d', '3434', '-p', '99663300', '--product-name', 'ESP-lighting-app', '--product-id', '0x8000'],
        ...[
          '--vendor-name',
          'Test-vendor',
          '--vendor-id',
          '0xFFF2',
          '--hw-ver',
          '1',
          '--hw-ver-str',
          'DevKit',
        ],
        ...[
          '--dac-cert',
          credential('DAC-FFF2-8001-0008-Cert'),
          '--dac-key',
          credential('DAC-FFF2-8001-0008-Key'),
        ],
        ...['--pai-cert', credential('PAI-FFF2-8001-Cert'), '--cd', credential('CD-FFF2-8001')],
      ],
      terminal,
    );
    expect(status).toBe(0);
    // Product id 0x8000 with a declaration for 0x8001: the SDK's own example would be refused.
    expect(terminal.stdout).toContain('605 CertificationDeclarationInvalidProductId');
    const { data } = decodeFactoryData(decodeNvs(readFileSync('bin/factory_partition.bin')).entries);
    expect(data.commissioning?.discriminator).toBe(3434);
    expect(data.deviceInstanceInfo).toEqual({
      vendorId: 0xfff2,
      vendorName: 'Test-vendor',
      productId: 0x8000,
      productName: 'ESP-lighting-app',
      hardwareVersion: 1,
      hardwareVersionString: 'DevKit',
    });
    expect(toHex(data.attestation?.dac ?? new Uint8Array())).toBe(
      toHex(readFileSync(credential('DAC-FFF2-8001-0008-Cert'))),
    );
    const [, codes] = readFileSync('bin/onboarding_codes.csv', 'utf8').split('\n');
    expect(decodeQrCode(codes?.split(',')[0] ?? '')).toMatchObject({
      discriminator: 3434,
      passcode: 99663300,
    });
  });
});

describe('the golden run of the SDK script', () => {
  it('is equal to ours, byte for byte, with the same salt', async () => {
    const golden = join(DATA, 'golden');
    const argv = JSON.parse(readFileSync(join(golden, 'full/chip-script.args.json'), 'utf8')) as string[];
    const config = configOfFlags(parseArguments(imageCommand, argv)) as { commissioning: object };
    const loaded = configFromObject(
      { ...config, commissioning: { ...config.commissioning, salt: SALT } },
      { folder: golden, label: 'flags' },
    );
    const request = completeInputs(loaded, {}, undefined);
    const { image } = await makeTestDevice(request, {
      now: new Date(),
      random: () => {
        throw new Error('nothing is left to chance here');
      },
    });
    expect(toHex(image)).toBe(toHex(readFileSync(join(golden, 'full/chip-script_0x6000.bin'))));
  });
});
