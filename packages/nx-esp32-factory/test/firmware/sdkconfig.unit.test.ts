import fc from 'fast-check';
import {
  applySdkconfigFixes,
  type FirmwareOptions,
  formatSetting,
  isEspIdfProject,
  isMatterProject,
  joinPath,
  parseSdkconfig,
  readFirmware,
} from '../../src/firmware';
import { APP, change, type Files, named, PARTITIONS, reader } from './app';

describe('parseSdkconfig', () => {
  it.each<[line: string, setting: [symbol: string, value: string, quoted: boolean] | undefined]>([
    ['CONFIG_A=y', ['A', 'y', false]],
    ['CONFIG_A=y  ', ['A', 'y', false]],
    ['CONFIG_A=0xC000', ['A', '0xC000', false]],
    ['CONFIG_A=', ['A', '', false]],
    ['CONFIG_A="a \\"b\\" \\\\c"', ['A', 'a "b" \\c', true]],
    ['CONFIG_A="x=y"', ['A', 'x=y', true]],
    ['# CONFIG_A is not set', ['A', 'n', false]],
    ['# CONFIG_A=y', undefined],
    ['  # a comment', undefined],
    ['CONFIG_A="open', undefined],
    ['CONFIG_A="a" # why', ['A', 'a', true]],
    ['CONFIG_A=y # why', ['A', 'y', false]],
    ['  CONFIG_A=y', ['A', 'y', false]],
    ['CONFIG_A = y', undefined],
    ['#  CONFIG_A is not set', undefined],
    ['A=y', undefined],
  ])('%s', (line, expected) => {
    const { settings } = parseSdkconfig(`\r\n${line}\r\n`, 'f');
    const [symbol = '', value = '', quoted = false] = expected ?? [];
    expect(settings).toEqual(expected === undefined ? [] : [{ symbol, value, quoted, file: 'f', line: 2 }]);
  });

  it('does not repeat a number that may be a passcode', () => {
    const [{ message = '' } = {}] = parseSdkconfig('PASSCODE = 34567890', 'f').findings;
    expect(message).toContain('"PASSCODE = [8 digits]"');
  });

  it('reads any text, and what formatSetting writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => parseSdkconfig(text, 'f').settings.length >= 0),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]*$/), (value) => {
        expect(parseSdkconfig(formatSetting('A', value), 'f').settings).toMatchObject([
          { value, quoted: true },
        ]);
      }),
    );
  });
});

/** The vendor id of the app, with its source location. */
const vendor = (files: Files, options: FirmwareOptions = {}) => {
  const { vendorId } = readFirmware('.', reader(files), options);
  const origin =
    vendorId.origin === 'default' ? 'default' : `${vendorId.origin.file}:${vendorId.origin.line}`;
  return `${vendorId.value.toString(16)} ${origin}`;
};
const id = (digits: string, target?: string) =>
  `${target === undefined ? '' : `CONFIG_IDF_TARGET="${target}"\n`}CONFIG_DEVICE_VENDOR_ID=0x${digits}`;

describe("ESP-IDF's order of precedence", () => {
  it.each<[title: string, expected: string, files: Files, options: FirmwareOptions]>([
    ['nothing', 'fff1 default', {}, {}],
    ['the defaults', '1 sdkconfig.defaults:1', { 'sdkconfig.defaults': id('1') }, {}],
    [
      'the last line of a file',
      '2 sdkconfig.defaults:2',
      { 'sdkconfig.defaults': `${id('1')}\n${id('2')}` },
      {},
    ],
    [
      'the defaults of the target',
      '2 sdkconfig.defaults.esp32h2:1',
      {
        'sdkconfig.defaults': id('1'),
        'sdkconfig.defaults.esp32h2': id('2'),
        'sdkconfig.defaults.esp32c6': id('3'),
      },
      { target: 'esp32h2' },
    ],
    [
      'the target that the defaults set',
      '3 sdkconfig.defaults.esp32c6:1',
      { 'sdkconfig.defaults': id('1', 'esp32c6'), 'sdkconfig.defaults.esp32c6': id('3') },
      {},
    ],
    [
      'the default target',
      '4 sdkconfig.defaults.esp32:1',
      { 'sdkconfig.defaults': id('1'), 'sdkconfig.defaults.esp32': id('4') },
      {},
    ],
    [
      'a variant, which overrides the target and sets one itself',
      '5 sdkconfig.defaults.c6_thread:2',
      {
        'sdkconfig.defaults': id('1'),
        'sdkconfig.defaults.esp32c6': id('3'),
        'sdkconfig.defaults.c6_thread': id('5', 'esp32c6'),
      },
      { variant: 'c6_thread' },
    ],
    [
      'a CI variant',
      '6 sdkconfig.ci.release:1',
      { 'sdkconfig.defaults': id('1'), 'sdkconfig.ci.release': id('6') },
      { variant: 'release' },
    ],
    [
      'a variant without files',
      '1 sdkconfig.defaults:1',
      { 'sdkconfig.defaults': id('1') },
      { variant: 'production' },
    ],
    [
      'a list of defaults, each with its file for the target',
      '8 b.esp32:1',
      { a: id('7'), 'a.esp32': id('9'), b: '', 'b.esp32': id('8'), 'sdkconfig.defaults': id('1') },
      { named: named({ sdkconfigDefaults: ['a', 'b'] }) },
    ],
    [
      'the list in CMakeLists.txt',
      '7 config/base:1',
      {
        'CMakeLists.txt': `set(SDKCONFIG_DEFAULTS "\${CMAKE_CURRENT_LIST_DIR}/sdkconfig.defaults;config/base")`,
        'config/base': id('7'),
        'sdkconfig.defaults': id('1'),
      },
      {},
    ],
    ['a build', 'a sdkconfig:1', { sdkconfig: id('a'), 'sdkconfig.defaults': id('1') }, {}],
    [
      'the defaults, if a build does not set the symbol',
      '1 sdkconfig.defaults:1',
      { sdkconfig: 'CONFIG_A=y', 'sdkconfig.defaults': id('1') },
      {},
    ],
    [
      'the build of a variant, if given',
      'b build/c6/sdkconfig:1',
      { sdkconfig: id('a'), 'build/c6/sdkconfig': id('b'), 'sdkconfig.defaults.c6': id('5') },
      { variant: 'c6', named: named({ sdkconfig: 'build/c6/sdkconfig' }) },
    ],
    [
      'the defaults, if the build is for another chip',
      '1 sdkconfig.defaults:1',
      { sdkconfig: id('a', 'esp32'), 'sdkconfig.defaults': id('1') },
      { target: 'esp32c6' },
    ],
  ])('%s: %s', (_, expected, files, options) => expect(vendor(files, options)).toBe(expected));
});

describe('readFirmware', () => {
  const read = (files: Files, options?: FirmwareOptions) => readFirmware('app', reader(files), options);

  it('reads label, partition, keys, flash size and chip, each with its source location', () => {
    const firmware = read(APP);
    expect(firmware).toMatchObject({
      target: { value: 'esp32c6', origin: { file: 'app/sdkconfig.defaults', line: 1 } },
      chip: { hmac: true },
      flashSize: { value: 0x400000 },
      label: { value: 'fctry', origin: { line: 9 } },
      partition: { offset: 0x3e0000, size: 0x6000, source: { line: 6 } },
      keysPartition: { name: 'nvs_keys', offset: 0x16000 },
      secureCertPartition: { offset: 0xd000 },
      table: { file: 'app/partitions.csv', builtIn: false, offset: { value: 0xc000 } },
      findings: [],
    });
    expect(firmware.inputs.read).toEqual(['app/sdkconfig.defaults', 'app/partitions.csv']);
    expect(firmware.inputs.missing).toEqual([
      'app/platformio.ini',
      'app/CMakeUserPresets.json',
      'app/CMakePresets.json',
      'app/sdkconfig',
      'app/CMakeLists.txt',
      'app/sdkconfig.defaults.esp32c6',
      'app/main/CMakeLists.txt',
      'app/project_include.cmake',
      'app/main/project_include.cmake',
    ]);
  });

  const custom = 'CONFIG_PARTITION_TABLE_CUSTOM';
  it.each<[title: string, expected: [file: string, builtIn: boolean, fctryOrNvs: number], files: Files]>([
    ["ESP-IDF's own default", ['partitions_singleapp.csv', true, 0x9000], { 'app/sdkconfig.defaults': '' }],
    [
      "another of ESP-IDF's own",
      ['partitions_two_ota.csv', true, 0xd000],
      {
        'app/sdkconfig.defaults':
          'CONFIG_PARTITION_TABLE_TWO_OTA=y\nCONFIG_PARTITION_TABLE_OFFSET=0xC000\nCONFIG_ESPTOOLPY_FLASHSIZE_4MB=y',
      },
    ],
    [
      'the one with a core dump',
      ['partitions_singleapp_coredump.csv', true, 0x9000],
      { 'app/sdkconfig.defaults': 'CONFIG_ESP_COREDUMP_ENABLE_TO_FLASH=y' },
    ],
    [
      'the last selected member of the choice',
      ['partitions_singleapp_large.csv', true, 0x9000],
      { ...APP, 'app/sdkconfig.defaults': `${custom}=y\nCONFIG_PARTITION_TABLE_SINGLE_APP_LARGE=y` },
    ],
    [
      'the one of a target',
      ['app/partitions_c6.csv', false, 0x12000],
      {
        ...APP,
        'app/sdkconfig.defaults.esp32c6': `${custom}_FILENAME="partitions_c6.csv"`,
        'app/partitions_c6.csv': 'nvs, data, nvs, 0x12000, 0x6000\nfctry, data, nvs, , 24K',
      },
    ],
    [
      'partitions.csv, the default of a custom table',
      ['app/partitions.csv', false, 0x10000],
      change([`${custom}_FILENAME => #`]),
    ],
    [
      'one next to the app',
      ['shared/p.csv', false, 0x10000],
      change(['"partitions.csv" => "../shared/p.csv"'], { 'shared/p.csv': PARTITIONS }),
    ],
    [
      'an absolute one',
      ['/t/p.csv', false, 0x10000],
      change(['"partitions.csv" => "/t/p.csv"'], { '/t/p.csv': PARTITIONS }),
    ],
  ])('finds the table: %s', (_, [file, builtIn, nvs], files) => {
    const { table, findings } = read(files);
    expect(findings).toEqual([]);
    expect([table.file, table.builtIn]).toEqual([file, builtIn]);
    expect(table.partitions.find(({ name }) => name === 'nvs')?.offset).toBe(nvs);
  });

  it.each<[expected: number, files: Files]>([
    [0x200000, {}],
    [
      0x800000,
      { 'app/sdkconfig.defaults': 'CONFIG_ESPTOOLPY_FLASHSIZE_4MB=y\nCONFIG_ESPTOOLPY_FLASHSIZE_8MB=y' },
    ],
    [0x200000, { 'app/sdkconfig.defaults': 'CONFIG_ESPTOOLPY_FLASHSIZE="4MB"' }],
    [0x1000000, { 'app/sdkconfig': 'CONFIG_ESPTOOLPY_FLASHSIZE="16MB"' }],
  ])('reads the flash size: %d', (expected, files) => expect(read(files).flashSize.value).toBe(expected));

  it('reads the subtypes that the project adds', () => {
    const cmake =
      'idf_build_set_property(EXTRA_PARTITION_SUBTYPES "data, mine, 0x40" "app, yours, 41" APPEND)';
    const files = {
      ...APP,
      'app/main/CMakeLists.txt': cmake,
      'app/partitions.csv': 'a,data,mine,,4K\nb,app,yours,,64K',
    };
    expect(read(files).table.partitions.map(({ subtype }) => subtype)).toEqual([0x40, 0x41]);
    expect(read({ ...files, 'app/main/CMakeLists.txt': '' }).findings).toHaveLength(2);
  });

  it.each(['project_include.cmake', 'main/project_include.cmake', 'components/store/project_include.cmake'])(
    'reads the subtypes of %s',
    (file) => {
      const files = {
        ...APP,
        'app/main/CMakeLists.txt':
          'idf_component_register(SRCS "a.c" PRIV_REQUIRES nvs_flash store INCLUDE_DIRS ".")',
        [`app/${file}`]: 'idf_build_set_property(EXTRA_PARTITION_SUBTYPES "data, mine, 0x40" APPEND)',
        'app/partitions.csv': 'a,data,mine,,4K',
      };
      expect(read(files).table.partitions.map(({ subtype }) => subtype)).toEqual([0x40]);
    },
  );

  it('reads the address of the bootloader, and the requirements of Secure Boot', () => {
    const rows = 'b, bootloader, primary, N/A, N/A\napp, app, factory, 0x20000, 0x11000\n';
    const files = change(['+CONFIG_SECURE_BOOT=y', '+CONFIG_SECURE_BOOT_V1_ENABLED=y'], {
      'app/partitions.csv': rows,
    });
    const { table } = read(files);
    expect(table.partitions[0]).toMatchObject({ offset: 0, size: 0xc000 });
    expect(table.findings).toMatchObject([{ code: 'partition-table.size-unaligned', where: { line: 2 } }]);
    const esp32 = read({
      ...files,
      'app/sdkconfig.defaults': (files['app/sdkconfig.defaults'] ?? '').replace('c6', ''),
    });
    expect(esp32.table.partitions[0]).toMatchObject({ offset: 0x1000 });
  });

  it('reports every error of the table with its file', () => {
    const { findings } = read({ ...APP, 'app/partitions.csv': 'nvs,data,nsv,,0x6000\nx,data,fat,,\n' });
    expect(findings).toMatchObject([
      { code: 'partition-table.subtype-unknown', where: { file: 'app/partitions.csv', line: 1, column: 10 } },
      { code: 'partition-table.size-missing', where: { file: 'app/partitions.csv', line: 2 } },
    ]);
  });

  it('never throws, whatever the files contain', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, binary) => {
        const data = binary ? Uint8Array.from([0xaa, 0x50, ...bytes]) : bytes;
        const files = {
          readFile: (path: string) => (path.endsWith('.csv') ? data : reader(APP).readFile(path)),
        };
        expect(readFirmware('app', files).table.file).toBe('app/partitions.csv');
        expect(readFirmware('app', { readFile: () => bytes }).target.value).toBe('esp32');
      }),
      { numRuns: 200 },
    );
  });
});

describe('applySdkconfigFixes', () => {
  const a = { symbol: 'A', line: 'CONFIG_A=y' };
  const b = { symbol: 'B', line: 'CONFIG_B="x"' };
  it.each<[text: string, result: string]>([
    ['', 'CONFIG_A=y\nCONFIG_B="x"\n'],
    ['# c\n', '# c\nCONFIG_A=y\nCONFIG_B="x"\n'],
    ['CONFIG_C=y', 'CONFIG_C=y\nCONFIG_A=y\nCONFIG_B="x"\n'],
    ['CONFIG_B="y"\n# about A\n# CONFIG_A is not set\n', 'CONFIG_B="x"\n# about A\nCONFIG_A=y\n'],
    ['CONFIG_A=n\r\n\r\nCONFIG_B=""\r\n', 'CONFIG_A=y\r\n\r\nCONFIG_B="x"\r\n'],
    ['CONFIG_A=n\nCONFIG_A=n\nCONFIG_B="x"', 'CONFIG_A=n\nCONFIG_A=y\nCONFIG_B="x"'],
    ['# CONFIG_A=y\nCONFIG_AB=y\n', '# CONFIG_A=y\nCONFIG_AB=y\nCONFIG_A=y\nCONFIG_B="x"\n'],
  ])('%j', (text, result) => {
    expect(applySdkconfigFixes(text, [a, b])).toBe(result);
    expect(applySdkconfigFixes(result, [a, b])).toBe(result);
  });

  it('leaves "is not set" unchanged if n is expected', () => {
    const text = '# CONFIG_A is not set\n';
    expect(applySdkconfigFixes(text, [{ symbol: 'A', line: 'CONFIG_A=n' }])).toBe(text);
  });
});

describe('projects', () => {
  const cmake = (text: string) => reader({ 'app/CMakeLists.txt': text });
  it.each<[text: string, idf: boolean, matter: boolean]>([
    ['include($ENV{IDF_PATH}/tools/cmake/project.cmake)\nproject(x)', true, false],
    ['include("$ENV{IDF_PATH}/tools/cmake/project.cmake")\nset(M $ENV{ESP_MATTER_PATH})', true, true],
    ['# include($ENV{IDF_PATH}/tools/cmake/project.cmake)', false, false],
    ['cmake_minimum_required(VERSION 3.5)\nproject(host)', false, false],
  ])('%s', (text, idf, matter) => {
    expect(isEspIdfProject('app', cmake(text))).toBe(idf);
    expect(isMatterProject('app', cmake(text))).toBe(matter);
  });

  it('require a CMakeLists.txt', () => expect(isEspIdfProject('app', reader(APP))).toBe(false));

  it.each([
    ['', 'a/b', 'a/b'],
    ['.', './a', 'a'],
    ['apps/x/', '../y/z', 'apps/y/z'],
    ['..', '../z', '../../z'],
    ['apps', 'C:\\t\\p.csv', 'C:/t/p.csv'],
  ])('joinPath(%j, %j)', (root, path, joined) => expect(joinPath(root, path)).toBe(joined));
});
