/** The guide's code blocks do what the guide says: the command's lines run, configs load, sdkconfig lines satisfy the firmware checks. */
import { writeFileSync } from 'node:fs';
import { decodeQrCode, randomBytes } from 'nvs-core';
import { run } from '../../packages/nx-esp32-factory/src/cli/main';
import { readInputs } from '../../packages/nx-esp32-factory/src/inputs';
import { FakeTerminal, LightApp } from '../../packages/nx-esp32-factory/test/light-app';
import { makeTestDevice } from '../../packages/nx-esp32-factory/test/make-device';
import { blocks, commandsOf, GUIDE, ROOT } from './guide';

it('knows what to do with every code block of the guide', () => {
  const languages = [...GUIDE.matchAll(/^```(\w+)\n/gm)].map(([, name]) => name);
  expect(new Set(languages)).toEqual(new Set(['kconfig', 'json', 'console']));
});

it('has no other commands', () => {
  const lines = blocks('console').flatMap((block) => block.match(/^\$ .*/gm) ?? []);
  expect(lines).toHaveLength(commandsOf('esp32-factory').length + commandsOf('nx').length);
});

describe('the commands of the guide', () => {
  const home = process.cwd();
  beforeAll(() => process.chdir(ROOT));
  afterAll(() => process.chdir(home));

  it.each(commandsOf('esp32-factory').map((args) => [args.join(' '), args] as const))(
    'esp32-factory %s',
    async (_, args) => {
      const terminal = new FakeTerminal();
      expect({ status: await run(args, terminal), stderr: terminal.stderr }).toMatchObject({ status: 0 });
    },
  );
});

describe('the configs of the guide', () => {
  const [base = '', variant = '', labelled = ''] = blocks('json');
  let app: LightApp;
  beforeEach(() => {
    app = new LightApp();
    writeFileSync(app.config, base);
  });
  afterEach(() => app.remove());

  const make = (path: string, env: Record<string, string>) =>
    makeTestDevice(readInputs(path, { env }), { random: randomBytes, now: new Date() });

  it('make an image that a commissioner accepts', async () => {
    expect((await make(app.config, {})).attestation?.isAccepted).toBe(true);
  });

  it('have a variant that overrides some fields', async () => {
    const path = app.write('factory.production.config.json', variant);
    app.write('serial.txt', 'SN-42\n');
    const { config, codes } = await make(path, { LIGHT_PASSCODE: '20202021' });
    expect(config.deviceInstanceInfo.serialNumber).toBe('SN-42');
    expect(codes?.passcode).toBe(20202021);
  });

  it('put the serial number into the QR code', async () => {
    const { codes } = await make(app.write('factory.labels.config.json', labelled), {});
    expect(decodeQrCode(codes?.qrCode ?? '').serialNumber).toBe('SN-0002');
  });

  it('agree with a firmware that has the options of the guide', async () => {
    app.write(
      'sdkconfig.defaults',
      [
        'CONFIG_IDF_TARGET="esp32c3"',
        'CONFIG_ESPTOOLPY_FLASHSIZE_4MB=y',
        'CONFIG_PARTITION_TABLE_CUSTOM=y',
        'CONFIG_PARTITION_TABLE_CUSTOM_FILENAME="partitions.csv"',
        'CONFIG_PARTITION_TABLE_OFFSET=0xC000',
        ...blocks('kconfig'),
      ].join('\n'),
    );
    const { findings, partition } = await make(app.config, {});
    expect(
      findings.filter(({ code, severity }) => code.startsWith('firmware.') && severity !== 'info'),
    ).toEqual([]);
    expect(partition?.name).toBe('fctry');
  });
});
