/** The firmware of a build, checked against the table and the chip that the factory data are for: nothing is started. */
import { rmSync, symlinkSync } from 'node:fs';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import { CurrentApp } from '../current-app';
import { SecureApp } from '../secure-app';
import { appImage, type BuildOptions, writeBuild } from './fake-build';

const current = new CurrentApp(() => new SecureApp());
let app: SecureApp;
beforeEach(() => {
  app = current.app;
});

async function image(): Promise<void> {
  expect([
    await factoryImage({}, app.context()),
    current.printed.includes('✖') ? current.printed : '',
  ]).toEqual([{ success: true }, '']);
  current.printed = '';
}

const dryRun = (more: object = {}) =>
  factoryFlash({ dryRun: true, withFirmware: true, port: 'COM3', ...more }, app.context());
const codes = () => current.codes;
const command = () => current.printed.split('\n').find((line) => line.includes('write-flash')) ?? '';

it('is written in one call with the factory data, each file at its address', async () => {
  writeBuild(app);
  await image();
  expect([await dryRun(), codes()]).toEqual([{ success: true }, []]);
  expect(
    command()
      .replaceAll('factory-output/root/default/', '')
      .trim()
      .split(/ (?=0x)/),
  ).toEqual([
    'esptool --chip esp32c3 --port COM3 --before default-reset --after hard-reset write-flash --flash-size keep',
    `0x0 ${app.path('build/bootloader/bootloader.bin')}`,
    `0xc000 ${app.path('build/partition_table/partition-table.bin')}`,
    `0x1d000 ${app.path('build/ota_data_initial.bin')}`,
    `0x20000 ${app.path('build/light.bin')}`,
    expect.stringMatching(/^0x3e0000 .*partition\.bin$/),
  ]);
  expect(current.printed).toMatch(
    /0x0 +bootloader +build\/bootloader\/bootloader\.bin \(0x5000 bytes, plain\)/,
  );
});

it('follows the reset modes and the stub of the build, unless options say otherwise', async () => {
  writeBuild(app, { extra: { after: 'no_reset', stub: false } });
  await image();
  await dryRun();
  expect(command()).toContain('--before default-reset --after no-reset --no-stub');
  current.printed = '';
  await dryRun({ after: 'soft-reset', noStub: false });
  expect(command()).toMatch(/--after soft-reset write-flash/);
});

it('has the device encrypt what its firmware reads through flash encryption', async () => {
  app.encryptFlash();
  writeBuild(app, { encrypted: 'true' });
  await image();
  expect([await dryRun(), codes()]).toEqual([{ success: true }, []]);
  const [plain = '', encrypted = ''] = command().split('--encrypt-files');
  expect(plain).toMatch(/partition\.bin/);
  expect(plain).not.toContain('build/');
  expect(encrypted.match(/0x[0-9a-f]+/g)).toEqual(['0x0', '0xc000', '0x1c000', '0x1d000', '0x20000']);
  expect(current.printed).toContain('Where it is still off, all is written plain');
});

it('decides by the table in release mode, where the build does not say', async () => {
  app.encryptFlash();
  app.sdkconfig('CONFIG_SECURE_FLASH_ENCRYPTION_MODE_RELEASE=y');
  writeBuild(app, { encrypted: 'false' });
  await image();
  expect([await dryRun(), codes()]).toEqual([{ success: true }, []]);
  expect(command()).toMatch(/--encrypt-files 0x0 .*light\.bin$/);
});

it('takes the build in the folder of an option', async () => {
  writeBuild(app, { folder: 'build' });
  writeBuild(app, { folder: 'out/of/ci' });
  await image();
  expect(await dryRun({ buildFolder: 'out/of/ci' })).toEqual({ success: true });
  expect(command()).toContain(app.path('out/of/ci/light.bin'));
  expect(command()).not.toContain(app.path('build/'));
});

it('says that a build without its bootloader leaves it out', async () => {
  writeBuild(app, { files: { '0x0': false } });
  await image();
  expect(await dryRun()).toEqual({ success: true });
  expect(current.printed).toContain('board.no-bootloader');
  expect(command()).not.toContain('bootloader');
});

const REJECTED: readonly {
  name: string;
  codes: string[];
  build?: BuildOptions;
  change?: () => void;
  options?: object;
}[] = [
  {
    name: 'no build',
    codes: ['board.build-missing'],
    change: () => rmSync(app.path('build'), { recursive: true }),
  },
  { name: 'a folder that is no build', codes: ['board.build-missing'], options: { buildFolder: 'main' } },
  {
    name: 'a folder without the firmware',
    codes: ['factory.option-invalid'],
    options: { buildFolder: 'build', withFirmware: false },
  },
  {
    name: 'a build that lists no files',
    codes: ['board.flasher-args-missing'],
    change: () => rmSync(app.path('build/flasher_args.json')),
  },
  {
    name: 'a broken list',
    codes: ['board.flasher-args-invalid'],
    change: () => app.write('build/flasher_args.json', '{'),
  },
  {
    name: 'a file outside the build',
    codes: ['board.file-outside'],
    build: { files: { '0x1d000': '../sdkconfig.defaults' } },
  },
  { name: 'an absolute path', codes: ['board.file-outside'], build: { files: { '0x1d000': '/etc/passwd' } } },
  {
    name: 'a link out of the build',
    codes: ['board.file-outside'],
    change: () => {
      rmSync(app.path('build/ota_data_initial.bin'));
      symlinkSync(app.path('sdkconfig.defaults'), app.path('build/ota_data_initial.bin'));
    },
  },
  {
    name: 'a link to itself',
    codes: ['board.file-missing'],
    change: () => {
      rmSync(app.path('build/ota_data_initial.bin'));
      symlinkSync('ota_data_initial.bin', app.path('build/ota_data_initial.bin'));
    },
  },
  {
    name: 'a missing file',
    codes: ['board.file-missing'],
    change: () => rmSync(app.path('build/light.bin')),
  },
  {
    name: 'a folder in place of a file',
    codes: ['files.is-directory'],
    build: { files: { '0x1d000': 'bootloader' } },
  },
  {
    name: 'a chip that is another by its list',
    codes: ['board.chip-differs'],
    build: { extra: { chip: 'esp32c6' } },
  },
  {
    name: 'an app for another chip',
    codes: ['board.image-invalid'],
    change: () => app.write('build/light.bin', appImage('esp32c6', 0x1000, 0)),
  },
  {
    name: 'a bootloader that is none',
    codes: ['board.image-invalid'],
    change: () => app.write('build/bootloader/bootloader.bin', Buffer.alloc(64)),
  },
  {
    name: 'an app that is cut off',
    codes: ['board.image-invalid'],
    change: () => app.write('build/light.bin', Buffer.from([0xe9])),
  },
  {
    name: 'a table that was changed since the build',
    codes: ['board.table-differs'],
    change: () =>
      app.table(
        'ota_1,           app,  ota_1,    0x200000, 0x1E0000',
        'ota_1, app, ota_1, 0x200000, 0x1D0000',
      ),
  },
  {
    name: 'a table at another address',
    codes: ['board.table-offset-differs'],
    build: { tableOffset: 0x8000 },
  },
  {
    name: 'a table that is cut off',
    codes: ['partition-table.length'],
    change: () =>
      app.write(
        'build/partition_table/partition-table.bin',
        app.read('build/partition_table/partition-table.bin').subarray(0, 0x21),
      ),
  },
  {
    name: 'a file where no partition starts',
    codes: ['board.file-unplaced'],
    build: { files: { '0x21000': 'ota_data_initial.bin' } },
  },
  {
    name: 'an app that does not fit',
    codes: ['flash.image-too-large'],
    change: () => app.write('build/light.bin', appImage('esp32c3', 0x1e0001, 0)),
  },
  {
    name: 'a bootloader that reaches into the table',
    codes: ['flash.image-too-large', 'flash.parts-overlap'],
    change: () => app.write('build/bootloader/bootloader.bin', appImage('esp32c3', 0xc001, 0)),
  },
  {
    name: 'factory data of the build itself',
    codes: ['flash.written-twice'],
    build: { files: { '0x3e0000': 'ota_data_initial.bin' } },
  },
  {
    name: 'a build that encrypts for firmware that does not',
    codes: ['board.encryption-differs'],
    build: { encrypted: 'true' },
  },
];

it.each(REJECTED)('$name is rejected: $codes', async ({ codes: expected, build, change, options }) => {
  writeBuild(app, build);
  await image();
  change?.();
  expect(await dryRun(options)).toEqual({ success: false });
  expect(codes()).toEqual(expected);
  expect(current.printed).not.toContain('write-flash');
  expect(current.printed).not.toContain('root:');
});

it('a build without encryption for firmware that has it is rejected', async () => {
  app.encryptFlash();
  writeBuild(app, { encrypted: 'false' });
  await image();
  expect(await dryRun()).toEqual({ success: false });
  expect(codes()).toEqual(['board.encryption-differs']);
});

it.each([true, false])(
  'a build compiled with flash encryption %j for firmware that has the opposite is rejected, in release mode, too',
  async (isBuilt) => {
    if (!isBuilt) {
      app.encryptFlash();
      app.sdkconfig('CONFIG_SECURE_FLASH_ENCRYPTION_MODE_RELEASE=y');
    }
    await image();
    writeBuild(app);
    // The sdkconfig that the build names is newer than the build.
    app.write('sdkconfig', app.read('sdkconfig.defaults'));
    const description = { project_path: app.folder, target: 'esp32c3', config_file: app.path('sdkconfig') };
    app.write('build/project_description.json', JSON.stringify(description));
    app.write('build/config/sdkconfig.json', JSON.stringify({ SECURE_FLASH_ENC_ENABLED: isBuilt }));
    expect(await dryRun()).toEqual({ success: false });
    expect(codes()).toEqual(['board.encryption-differs']);
  },
);

it('a project without its partition table is said to be that', async () => {
  writeBuild(app);
  await image();
  rmSync(app.path('partitions.csv'));
  expect(await dryRun()).toEqual({ success: false });
  expect(codes()).toEqual(expect.arrayContaining(['firmware.table-missing']));
  expect(codes()).not.toContain('board.table-differs');
});

it('says everything that is wrong with a build at once', async () => {
  writeBuild(app, { extra: { chip: 'esp32c6' }, files: { '0x1d000': '../x', '0x21000': 'light.bin' } });
  await image();
  app.table('0x3E0000, 0x6000', '0x3E8000, 0x6000');
  expect(await dryRun()).toEqual({ success: false });
  expect(codes()).toEqual([
    'board.file-outside',
    'board.chip-differs',
    'board.table-differs',
    'board.file-unplaced',
  ]);
  expect(current.printed).toContain(
    '"fctry" is data/nvs at 0x3E0000 of 0x6000 bytes in the build, and data/nvs at 0x3E8000 of 0x6000 bytes in the file',
  );
});
