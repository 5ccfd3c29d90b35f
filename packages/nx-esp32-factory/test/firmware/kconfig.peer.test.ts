import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { peerProgram } from '../../../../tools/testing/peer-program';
import { type FileReader, type Firmware, type FirmwareOptions, readFirmware } from '../../src/firmware';
import { named } from './app';

const python = peerProgram('kconfig', 'python');

const TABLES = ['SINGLE_APP', 'TWO_OTA', 'CUSTOM'] as const;

/** Symbols as declared by ESP-IDF's partition_table and Matter's chip components. */
const KCONFIG = `mainmenu "app"
    choice PARTITION_TABLE_TYPE
        prompt "Partition table"
        default PARTITION_TABLE_SINGLE_APP
${TABLES.map((name) => `        config PARTITION_TABLE_${name}\n            bool "${name}"`).join('\n')}
    endchoice
    config PARTITION_TABLE_CUSTOM_FILENAME
        string "Custom partition CSV file" if PARTITION_TABLE_CUSTOM
        default "partitions.csv"
    config PARTITION_TABLE_FILENAME
        string
        default "partitions_singleapp.csv" if PARTITION_TABLE_SINGLE_APP
        default "partitions_two_ota.csv" if PARTITION_TABLE_TWO_OTA
        default PARTITION_TABLE_CUSTOM_FILENAME if PARTITION_TABLE_CUSTOM
    config PARTITION_TABLE_OFFSET
        hex "Offset of partition table"
        default 0x8000
    config CHIP_FACTORY_NAMESPACE_PARTITION_LABEL
        string "label"
        default "nvs"
    config ENABLE_TEST_SETUP_PARAMS
        bool "test parameters"
        default y
    config DEVICE_VENDOR_ID
        hex "vendor id"
        range 1 0xFFFE
        default 0xFFF1
`;

const LABEL = 'CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL';
const TABLE = 'CONFIG_PARTITION_TABLE';
const TEST = 'CONFIG_ENABLE_TEST_SETUP_PARAMS';
const VENDOR = 'CONFIG_DEVICE_VENDOR_ID';

/** The values that Kconfig computes from the files, and those that we read from them. */
const facts = {
  built: (text: string) => {
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? 'n';
    return {
      table: JSON.parse(value(`${TABLE}_FILENAME`)),
      offset: Number.parseInt(value(`${TABLE}_OFFSET`), 16),
      label: JSON.parse(value(LABEL)),
      test: value(TEST) === 'y',
      vendor: Number.parseInt(value(VENDOR), 16),
    };
  },
  read: ({ table, label, providers, vendorId }: Firmware) => ({
    table: table.file,
    offset: table.offset.value,
    label: label.value,
    test: providers.testSetupParams.value,
    vendor: vendorId.value,
  }),
};

/** What ESP-IDF runs: `values` has the values, `values.json` those of config/sdkconfig.json. */
function kconfgen(folder: string, sdkconfig: string, defaults: readonly string[]): void {
  const options = ['--kconfig', 'Kconfig', '--config', sdkconfig];
  const outputs = ['--output', 'config', 'values', '--output', 'json', 'values.json'];
  const inputs = defaults.flatMap((file) => ['--defaults', file]);
  execFileSync(python, ['-m', 'kconfgen', ...options, ...outputs, ...inputs], {
    cwd: folder,
    stdio: 'ignore',
  });
}

function filesIn(folder: string): FileReader {
  const at = (path: string) => join(folder, path);
  const isFile = (path: string) => statSync(at(path), { throwIfNoEntry: false })?.isFile() === true;
  return {
    readFile: (path) => (isFile(path) ? readFileSync(at(path)) : undefined),
    foldersOf: (path) =>
      readdirSync(at(path), { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [entry.name] : [],
      ),
    modifiedAt: (path) => statSync(at(path), { throwIfNoEntry: false })?.mtimeMs,
  };
}

describe('esp-idf-kconfig', () => {
  it.each<[defaults: string, second: string, sdkconfig?: string]>([
    ['', ''],
    [`${TEST}=n\n${VENDOR}=0x131B\n${LABEL}="fctry"`, ''],
    [`${TEST}=n`, `${TEST}=y`],
    [`  ${TEST}=n  \r\n${VENDOR}=131B # hexadecimal\r\n${LABEL}="fctry" # ours\r\n`, ''],
    [`${TEST}=no\n${VENDOR}=65521\n${LABEL}=fctry`, ''],
    [`${TEST}="n"\n${VENDOR}="0x131B"\n${LABEL}= "fctry"`, ''],
    [`${TEST} = n\nexport ${VENDOR}=1\n${LABEL}="fctry`, ''],
    [`${TEST}=Y\n${TEST}=`, ''],
    [`  # ${TEST} is not set`, ''],
    [`#  ${TEST} is not set\n#${TEST}=n`, ''],
    [`${LABEL}="a"`, `${LABEL}="b"`, `${LABEL}="c"\n# ${TEST} is not set`],
    [`${LABEL}="a \\"quoted\\" \\\\ label"\n${VENDOR}=0x0`, ''],
    [`${TABLE}_CUSTOM=y\n${TABLE}_OFFSET=0xC000`, ''],
    [`${TABLE}_CUSTOM=y\n${TABLE}_CUSTOM_FILENAME="a.csv"\n${TABLE}_OFFSET=c000`, ''],
    [`${TABLE}_CUSTOM=y\n${TABLE}_FILENAME="a.csv"`, ''],
    [`${TABLE}_CUSTOM=y`, `${TABLE}_TWO_OTA=y`],
    [`${TABLE}_CUSTOM=y`, `${TABLE}_CUSTOM=n`],
    [`${TABLE}_CUSTOM=y\n${TABLE}_TWO_OTA=y`, `${TABLE}_TWO_OTA=n`],
    [
      `${TABLE}_TWO_OTA=y`,
      '',
      `# ${TABLE}_TWO_OTA is not set\n${TABLE}_CUSTOM=y\n${TABLE}_CUSTOM_FILENAME="c.csv"`,
    ],
  ])('%j, %j, sdkconfig %j', (defaults, second, sdkconfig = '') => {
    const folder = mkdtempSync(join(tmpdir(), 'kconfig-'));
    try {
      const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
      write('Kconfig', KCONFIG);
      write('sdkconfig.defaults', defaults);
      write('sdkconfig.defaults.second', second);
      if (sdkconfig !== '') write('sdkconfig', sdkconfig);
      const ours = facts.read(
        readFirmware('', filesIn(folder), {
          variant: 'second',
          named: named({ sdkconfig: 'sdkconfig' }),
        }),
      );
      kconfgen(folder, 'sdkconfig', ['sdkconfig.defaults', 'sdkconfig.defaults.second']);
      expect(ours).toEqual(facts.built(readFileSync(join(folder, 'values'), 'utf8')));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const IDF = 'include($ENV{IDF_PATH}/tools/cmake/project.cmake)\nproject(app)\n';
const IDF_2 = 'include($ENV{IDF_PATH}/tools/cmakev2/idf.cmake)\nproject(app)\n';
const PIO = '[env:c6]\nplatform = espressif32\nboard = esp32-c6-devkitc-1\nframework = espidf\n';
const LISTED = ['sdkconfig.defaults', 'sdkconfig.second'];
const LIST = LISTED.join(';');
const description = (fields: object) => JSON.stringify({ project_path: '/project', ...fields });
const preset = (cacheVariables: object) =>
  JSON.stringify({ version: 3, configurePresets: [{ name: 'a', binaryDir: 'out', cacheVariables }] });
const environment = (variables: Readonly<Record<string, string>>) => ({
  environment: (name: string) => variables[name],
});

/** Files of a project, how it is read, and the sdkconfig and defaults that the build is given. */
interface Way {
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: FirmwareOptions;
  readonly sdkconfig?: string;
  readonly defaults?: readonly string[];
}

describe('esp-idf-kconfig, with an sdkconfig that is named by', () => {
  it.each<[title: string, way: Way]>([
    ['nothing', { files: { 'CMakeLists.txt': IDF }, sdkconfig: 'sdkconfig' }],
    [
      'the sdkconfig of the config',
      { options: { named: named({ sdkconfig: 'boards/sdkconfig.b' }) }, sdkconfig: 'boards/sdkconfig.b' },
    ],
    [
      'the list of the config',
      { options: { named: named({ sdkconfigDefaults: LISTED }) }, defaults: LISTED },
    ],
    [
      'the build folder of the config',
      {
        files: { 'out/project_description.json': description({ config_file: '/project/out/sdkconfig' }) },
        options: { named: named({ buildFolder: 'out' }) },
        sdkconfig: 'out/sdkconfig',
      },
    ],
    [
      'a build that was left behind',
      {
        files: {
          'build/project_description.json': description({
            config_file: '/project/build/sdkconfig',
            config_defaults: '/project/sdkconfig.defaults;/project/sdkconfig.second',
          }),
        },
        sdkconfig: 'build/sdkconfig',
        defaults: LISTED,
      },
    ],
    [
      'the values of a build',
      {
        files: { 'build/project_description.json': description({}) },
        sdkconfig: 'build/config/sdkconfig.json',
      },
    ],
    [
      'set()',
      {
        files: { 'CMakeLists.txt': `set(SDKCONFIG_DEFAULTS ${LISTED.join(' ')})\n${IDF}` },
        defaults: LISTED,
      },
    ],
    [
      'list(APPEND)',
      {
        files: {
          'CMakeLists.txt': `list(APPEND SDKCONFIG_DEFAULTS "sdkconfig.second" "sdkconfig.defaults")\n${IDF}`,
        },
        defaults: ['sdkconfig.second', 'sdkconfig.defaults'],
      },
    ],
    [
      'list(PREPEND)',
      {
        files: {
          'CMakeLists.txt': `set(SDKCONFIG_DEFAULTS sdkconfig.defaults)\nlist(PREPEND SDKCONFIG_DEFAULTS sdkconfig.second)\n${IDF}`,
        },
        defaults: ['sdkconfig.second', 'sdkconfig.defaults'],
      },
    ],
    [
      'a cache variable',
      {
        files: { 'CMakeLists.txt': `set(SDKCONFIG_DEFAULTS "${LIST}" CACHE STRING "")\n${IDF}` },
        defaults: LISTED,
      },
    ],
    [
      'SDKCONFIG of CMakeLists.txt',
      {
        files: { 'CMakeLists.txt': `set(SDKCONFIG "\${CMAKE_BINARY_DIR}/sdkconfig")\n${IDF}` },
        sdkconfig: 'build/sdkconfig',
      },
    ],
    [
      'build system 2',
      { files: { 'CMakeLists.txt': `set(SDKCONFIG_DEFAULTS "${LIST}")\n${IDF_2}` }, defaults: LISTED },
    ],
    [
      'a preset',
      {
        files: {
          'CMakeLists.txt': IDF,
          'CMakePresets.json': preset({ SDKCONFIG_DEFAULTS: LIST, SDKCONFIG: './out/sdkconfig' }),
        },
        sdkconfig: 'out/sdkconfig',
        defaults: LISTED,
      },
    ],
    [
      'a preset of the user',
      {
        files: { 'CMakeLists.txt': IDF, 'CMakeUserPresets.json': preset({ SDKCONFIG_DEFAULTS: LIST }) },
        defaults: LISTED,
      },
    ],
    [
      'SDKCONFIG_DEFAULTS of the environment',
      {
        files: { 'CMakeLists.txt': IDF },
        options: environment({ SDKCONFIG_DEFAULTS: LIST }),
        defaults: LISTED,
      },
    ],
    [
      'SDKCONFIG of the environment',
      {
        files: { 'CMakeLists.txt': IDF_2 },
        options: environment({ SDKCONFIG: 'boards/sdkconfig.b' }),
        sdkconfig: 'boards/sdkconfig.b',
      },
    ],
    [
      "PlatformIO's environment",
      { files: { 'CMakeLists.txt': IDF, 'platformio.ini': PIO }, sdkconfig: 'sdkconfig.c6' },
    ],
    [
      'an option of platformio.ini',
      {
        files: { 'platformio.ini': `${PIO}board_build.esp-idf.sdkconfig_path = boards/sdkconfig.b\n` },
        sdkconfig: 'boards/sdkconfig.b',
      },
    ],
    [
      'cmake_extra_args of platformio.ini',
      {
        files: { 'platformio.ini': `${PIO}board_build.cmake_extra_args = "-DSDKCONFIG_DEFAULTS=${LIST}"\n` },
        defaults: LISTED,
      },
    ],
  ])('%s', (_, { files = {}, options, sdkconfig, defaults = ['sdkconfig.defaults'] }) => {
    const folder = mkdtempSync(join(tmpdir(), 'kconfig-'));
    try {
      const write = (name: string, text: string) => {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      };
      write('Kconfig', KCONFIG);
      write('sdkconfig.defaults', `${LABEL}="first"\n${VENDOR}=0x131B\n${TEST}=n`);
      write('sdkconfig.second', `${LABEL}="second"\n${TABLE}_CUSTOM=y`);
      for (const [name, text] of Object.entries(files)) write(name, text);
      const isJson = sdkconfig?.endsWith('.json') === true;
      if (sdkconfig !== undefined && !isJson) write(sdkconfig, `${LABEL}="built"\n${TABLE}_OFFSET=0xC000`);
      kconfgen(folder, isJson ? 'none' : (sdkconfig ?? 'none'), defaults);
      if (isJson) write('build/config/sdkconfig.json', readFileSync(join(folder, 'values.json'), 'utf8'));
      const ours = facts.read(readFirmware('', filesIn(folder), options));
      expect(ours).toEqual(facts.built(readFileSync(join(folder, 'values'), 'utf8')));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
