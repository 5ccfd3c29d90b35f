/** Which sdkconfig is read where a project's files, the environment or both say it. */
import type { Finding } from 'nvs-core';
import { type FirmwareOptions, readFirmware } from '../../src/firmware';
import { APP, build, DEFAULTS, type Files, named, reader } from './app';

const IDF = 'include($ENV{IDF_PATH}/tools/cmake/project.cmake)\nproject(app)\n';
const IDF_2 = 'include($ENV{IDF_PATH}/tools/cmakev2/idf.cmake)\nproject(app)\nidf_project_default()\n';
const labelled = (name: string, chip = 'esp32c6') =>
  DEFAULTS.replace('"fctry"', `"${name}"`).replace('esp32c6', chip);
/** Only the label: over defaults. */
const only = (name: string) => `CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="${name}"\n`;
const presets = (...configurePresets: readonly object[]) => JSON.stringify({ version: 3, configurePresets });
const PROD = {
  name: 'prod',
  binaryDir: 'build/prod',
  cacheVariables: {
    SDKCONFIG_DEFAULTS: 'sdkconfig.defaults;sdkconfig.prod',
    SDKCONFIG: './build/prod/sdkconfig',
  },
};
const DEV = {
  name: 'default',
  binaryDir: 'build/default',
  cacheVariables: { SDKCONFIG: './build/default/sdkconfig' },
};
const BARE_PIO = '[env:c6]\nplatform = espressif32\nboard = esp32-c6-devkitc-1\nframework = espidf\n';
const PIO = `${BARE_PIO}board_build.partitions = partitions.csv\n`;

interface Given extends Omit<FirmwareOptions, 'environment'> {
  readonly env?: Readonly<Record<string, string>>;
}

/** The label that the firmware reads with its source location, and the codes of findings. */
function read(
  files: Files,
  { env = {}, ...options }: Given = {},
  ages: Readonly<Record<string, number>> = {},
) {
  const environment = (name: string) => env[name];
  const firmware = readFirmware('app', reader({ ...APP, ...files }, ages), { ...options, environment });
  const { value, origin } = firmware.label;
  const codes = firmware.findings.map(({ code }: Finding) => code.slice('firmware.'.length));
  return {
    label: `${value} ${origin === 'default' ? origin : origin.file}`,
    codes,
    target: firmware.target.value,
    table: firmware.table.file,
    messages: firmware.findings.map(({ message }) => message).join('\n'),
  };
}

describe('the sdkconfig of a project', () => {
  it.each<[title: string, label: string, files: Files, given?: Given]>([
    [
      'a list with list(PREPEND)',
      'fctry app/sdkconfig.defaults',
      {
        'app/CMakeLists.txt': `list(PREPEND SDKCONFIG_DEFAULTS sdkconfig.first sdkconfig.defaults)\n${IDF}`,
        'app/sdkconfig.first': only('first'),
      },
    ],
    [
      'a list that depends on the chip',
      'c6 app/config/sdkconfig.esp32c6',
      {
        'app/CMakeLists.txt': `set(SDKCONFIG_DEFAULTS sdkconfig.defaults \${CMAKE_CURRENT_LIST_DIR}/config/sdkconfig.\${IDF_TARGET})\n${IDF}`,
        'app/config/sdkconfig.esp32c6': only('c6'),
      },
    ],
    [
      'a file beside the project',
      'shared common/sdkconfig',
      {
        'app/CMakeLists.txt': `list(APPEND SDKCONFIG_DEFAULTS sdkconfig.defaults ../common/sdkconfig)\n${IDF}`,
        'common/sdkconfig': only('shared'),
      },
    ],
    [
      'SDKCONFIG in the build folder',
      'built app/build/sdkconfig',
      {
        'app/CMakeLists.txt': `set(SDKCONFIG "\${CMAKE_BINARY_DIR}/sdkconfig")\n${IDF}`,
        'app/build/sdkconfig': labelled('built'),
      },
    ],
    [
      'SDKCONFIG in a build folder of another name',
      'built app/build_c6/sdkconfig',
      {
        'app/CMakeLists.txt': `set(SDKCONFIG "\${CMAKE_BINARY_DIR}/sdkconfig")\n${IDF}`,
        'app/build_c6/sdkconfig': labelled('built'),
      },
    ],
    [
      'SDKCONFIG of a build that is not there yet',
      'fctry app/sdkconfig.defaults',
      { 'app/CMakeLists.txt': `set(SDKCONFIG "\${CMAKE_BINARY_DIR}/sdkconfig")\n${IDF}` },
    ],
    [
      'an included file',
      'prod app/cmake/sdkconfig.prod',
      {
        'app/CMakeLists.txt': `include(cmake/config.cmake)\n${IDF}`,
        'app/cmake/config.cmake':
          'list(APPEND SDKCONFIG_DEFAULTS sdkconfig.defaults ${CMAKE_CURRENT_LIST_DIR}/sdkconfig.prod)',
        'app/cmake/sdkconfig.prod': only('prod'),
      },
    ],
    [
      'the environment',
      'env app/sdkconfig.env',
      { 'app/CMakeLists.txt': IDF, 'app/sdkconfig.env': only('env') },
      { env: { SDKCONFIG_DEFAULTS: 'sdkconfig.defaults;sdkconfig.env' } },
    ],
    [
      'a list in CMakeLists.txt over that of the environment',
      'fctry app/sdkconfig.defaults',
      {
        'app/CMakeLists.txt': `set(SDKCONFIG_DEFAULTS sdkconfig.defaults)\n${IDF}`,
        'app/sdkconfig.env': labelled('env'),
      },
      { env: { SDKCONFIG_DEFAULTS: 'sdkconfig.env' } },
    ],
    [
      'the environment over CMakeLists.txt in build system 2',
      'env app/sdkconfig.env',
      {
        'app/CMakeLists.txt': `set(SDKCONFIG_DEFAULTS sdkconfig.defaults)\n${IDF_2}`,
        'app/sdkconfig.env': labelled('env'),
      },
      { env: { SDKCONFIG_DEFAULTS: 'sdkconfig.env' } },
    ],
    [
      'SDKCONFIG of the environment',
      'env app/sdkconfig.env',
      { 'app/CMakeLists.txt': IDF, 'app/sdkconfig.env': labelled('env') },
      { env: { SDKCONFIG: 'sdkconfig.env' } },
    ],
    [
      'the preset "default"',
      'dev app/build/default/sdkconfig',
      {
        'app/CMakeLists.txt': IDF,
        'app/CMakePresets.json': presets(PROD, DEV),
        'app/build/default/sdkconfig': labelled('dev'),
        'app/build/prod/sdkconfig': labelled('prod'),
      },
    ],
    [
      'the preset of the environment',
      'prod app/sdkconfig.prod',
      {
        'app/CMakeLists.txt': IDF,
        'app/CMakePresets.json': presets(DEV, PROD),
        'app/sdkconfig.prod': only('prod'),
      },
      { env: { IDF_PRESET: 'prod' } },
    ],
    [
      'the preset of the variant',
      'built app/build/prod/sdkconfig',
      {
        'app/CMakeLists.txt': IDF,
        'app/CMakePresets.json': presets(DEV, PROD),
        'app/sdkconfig.prod': only('prod'),
        'app/build/prod/sdkconfig': labelled('built'),
        'app/build/default/sdkconfig': labelled('dev'),
      },
      { variant: 'prod' },
    ],
    [
      'a preset of the user',
      'mine app/sdkconfig.mine',
      {
        'app/CMakeLists.txt': IDF,
        'app/CMakeUserPresets.json': presets({
          name: 'mine',
          cacheVariables: {
            SDKCONFIG_DEFAULTS: '${sourceDir}/sdkconfig.defaults;${sourceDir}/sdkconfig.mine',
          },
        }),
        'app/sdkconfig.mine': only('mine'),
      },
    ],
    [
      'a list in CMakeLists.txt over that of the preset',
      'fctry app/sdkconfig.defaults',
      {
        'app/CMakeLists.txt': `set(SDKCONFIG_DEFAULTS sdkconfig.defaults)\n${IDF}`,
        'app/CMakePresets.json': presets(PROD),
        'app/sdkconfig.prod': only('prod'),
      },
    ],
    [
      "PlatformIO's environment",
      'pio app/sdkconfig.c6',
      { 'app/CMakeLists.txt': IDF, 'app/platformio.ini': PIO, 'app/sdkconfig.c6': labelled('pio') },
    ],
    [
      "PlatformIO's environment of the variant",
      'other app/sdkconfig.other',
      {
        'app/platformio.ini': `${PIO}[env:other]\nextends = env:c6\n`,
        'app/sdkconfig.c6': labelled('pio'),
        'app/sdkconfig.other': labelled('other'),
      },
      { variant: 'other' },
    ],
    [
      'a project of both that was built with idf.py',
      'idf app/sdkconfig',
      { 'app/CMakeLists.txt': IDF, 'app/platformio.ini': PIO, 'app/sdkconfig': labelled('idf') },
    ],
    [
      'the config over all of them',
      'given app/sdkconfig.given',
      {
        'app/CMakeLists.txt': `set(SDKCONFIG "\${CMAKE_BINARY_DIR}/sdkconfig")\n${IDF}`,
        'app/build/sdkconfig': labelled('built'),
        'app/sdkconfig.given': labelled('given'),
      },
      { named: named({ sdkconfig: 'app/sdkconfig.given' }), env: { SDKCONFIG: 'sdkconfig.env' } },
    ],
    [
      "the config's list over SDKCONFIG, which is of one of several builds",
      'given app/sdkconfig.given',
      {
        'app/CMakeLists.txt': `set(SDKCONFIG "\${CMAKE_BINARY_DIR}/sdkconfig")\n${IDF}`,
        'app/build/sdkconfig': labelled('built'),
        'app/sdkconfig.given': labelled('given'),
      },
      { named: named({ sdkconfigDefaults: ['app/sdkconfig.given'] }) },
    ],
  ])('is that of %s', (...[, label, files, given]) => {
    expect(read(files, given).label).toBe(label);
  });

  it('is of the build that the environment and the preset name', () => {
    const files = {
      'app/CMakeLists.txt': IDF,
      'app/CMakePresets.json': presets(DEV, PROD),
      'app/sdkconfig.prod': only('prod'),
      'app/build/default/project_description.json': build({
        config_file: '/project/build/default/sdkconfig',
      }),
      'app/build/default/sdkconfig': labelled('dev'),
      'app/build/prod/project_description.json': build({
        config_file: '/project/build/prod/sdkconfig',
        config_defaults: '/project/sdkconfig.defaults;/project/sdkconfig.prod',
      }),
      'app/build/prod/sdkconfig': labelled('built'),
    };
    const ages = {
      'app/build/default/project_description.json': 2,
      'app/build/prod/project_description.json': 1,
    };
    const of = (given: Given) => read(files, given, ages).label;
    expect(of({})).toBe('dev app/build/default/sdkconfig');
    for (const given of [
      { env: { IDF_PRESET: 'prod' } },
      { variant: 'prod' },
      { env: { SDKCONFIG_DEFAULTS: 'sdkconfig.defaults;sdkconfig.prod' } },
    ])
      expect(of(given)).toBe('built app/build/prod/sdkconfig');
  });
});

it('is not that of the newest build where the preset of the variant or of IDF_PRESET has no build folder', () => {
  const { binaryDir, ...prod } = PROD;
  const { SDKCONFIG, ...lists } = prod.cacheVariables;
  const files = (cacheVariables: object) => ({
    'app/CMakeLists.txt': IDF,
    'app/CMakePresets.json': presets(DEV, { ...prod, cacheVariables }),
    'app/sdkconfig.prod': only('prod'),
    'app/build/project_description.json': build({
      config_file: '/project/sdkconfig',
      config_defaults: '/project/sdkconfig.defaults',
    }),
    'app/sdkconfig': labelled('dev'),
  });
  expect(read(files(lists), { variant: 'prod' }).label).toBe('prod app/sdkconfig.prod');
  // A build would take the sdkconfig that is there, and miss its defaults.
  const shared = read(files(lists), { env: { IDF_PRESET: 'prod' } });
  expect([shared.label, shared.codes]).toEqual(['dev app/sdkconfig', ['sdkconfig-stale']]);
  const elsewhere = files({ SDKCONFIG: 'out/sdkconfig' });
  expect(read(elsewhere, { variant: 'prod' }).label).toBe('prod app/sdkconfig.prod');
  expect(read(elsewhere, { env: { IDF_PRESET: 'prod' } }).label).toBe('fctry app/sdkconfig.defaults');
  // A preset that says nothing of these leaves it to the files of the variant.
  expect(read(files({}), { variant: 'prod' }).label).toBe('prod app/sdkconfig.prod');
  expect([binaryDir, SDKCONFIG]).toEqual(['build/prod', './build/prod/sdkconfig']);
});

describe('the chip of a project', () => {
  const bare = { ...APP, 'app/sdkconfig.defaults': DEFAULTS.replace('CONFIG_IDF_TARGET="esp32c6"', '') };
  it.each<[title: string, files: Files, given?: Given]>([
    ['set()', { 'app/CMakeLists.txt': `set(IDF_TARGET esp32h2)\n${IDF}` }],
    ['the environment', { 'app/CMakeLists.txt': IDF }, { env: { IDF_TARGET: 'esp32h2' } }],
    [
      'a preset',
      {
        'app/CMakeLists.txt': IDF,
        'app/CMakePresets.json': presets({ name: 'a', cacheVariables: { IDF_TARGET: 'esp32h2' } }),
      },
    ],
    ["PlatformIO's board", { 'app/platformio.ini': PIO.replace('esp32-c6', 'esp32-h2') }],
  ])('is that of %s', (...[, files, given]) => {
    expect(read({ ...bare, ...files }, given).target).toBe('esp32h2');
  });

  it('is esp32 where nothing says it, nor an empty variable', () => {
    expect(read({ ...bare, 'app/CMakeLists.txt': IDF }).target).toBe('esp32');
    expect(read({ ...bare, 'app/CMakeLists.txt': IDF }, { env: { IDF_TARGET: '' } }).target).toBe('esp32');
  });
});

describe("PlatformIO's partition table", () => {
  it('is that of platformio.ini, whatever the sdkconfig has', () => {
    const table = (ini: string) =>
      read({ 'app/platformio.ini': BARE_PIO + ini, 'app/tables/own.csv': 'fctry, data, nvs, , 0x6000\n' });
    expect(table('')).toMatchObject({ table: 'app/partitions.csv', codes: ['table-of-platformio'] });
    expect(table('board_build.partitions = tables/own.csv\n').table).toBe('app/tables/own.csv');
    expect(table('board_build.partitions = partitions_two_ota.csv\n').table).toBe('partitions_two_ota.csv');
    const missing = table('board_build.partitions = none.csv\n');
    expect(missing.messages).toContain('app/none.csv, which board_build.partitions selects, does not exist');
  });
});

describe('what is said', () => {
  it.each<[title: string, codes: readonly string[], message: string, files: Files, given?: Given]>([
    [
      'a generator expression',
      ['build-unresolved'],
      'which SDKCONFIG_DEFAULTS the build uses is not known: it uses the generator expression $<CONFIG>',
      { 'app/CMakeLists.txt': `set(SDKCONFIG_DEFAULTS sdkconfig.$<CONFIG>)\n${IDF}` },
    ],
    [
      'an unknown include',
      ['build-unresolved'],
      'which SDKCONFIG and SDKCONFIG_DEFAULTS the build uses is not known: it includes $ENV{BOARD_DIR}/x.cmake',
      { 'app/CMakeLists.txt': `include($ENV{BOARD_DIR}/x.cmake)\n${IDF}` },
    ],
    [
      'a variable of a call of CMake',
      ['build-unresolved'],
      'it depends on PROD, which no file sets, and a call of CMake may set (-D PROD=...)',
      { 'app/CMakeLists.txt': `if(PROD)\nlist(APPEND SDKCONFIG_DEFAULTS sdkconfig.prod)\nendif()\n${IDF}` },
    ],
    [
      'a variable in the name of a file',
      ['build-unresolved', 'defaults-missing'],
      'it depends on BOARD',
      { 'app/CMakeLists.txt': `set(SDKCONFIG_DEFAULTS sdkconfig.defaults sdkconfig.\${BOARD})\n${IDF}` },
    ],
    [
      'a file of the list that is missing',
      ['defaults-missing'],
      'app/sdkconfig.none, which does not exist',
      { 'app/CMakeLists.txt': `set(SDKCONFIG_DEFAULTS sdkconfig.defaults sdkconfig.none)\n${IDF}` },
    ],
    [
      'the environment',
      ['environment-used'],
      'SDKCONFIG_DEFAULTS="sdkconfig.defaults" of the environment decides',
      { 'app/CMakeLists.txt': IDF },
      { env: { SDKCONFIG_DEFAULTS: 'sdkconfig.defaults' } },
    ],
    [
      'presets that differ',
      ['presets-differ'],
      'the preset "default" of CMakePresets.json is read, as idf.py does; there are also prod',
      { 'app/CMakeLists.txt': IDF, 'app/CMakePresets.json': presets(PROD, DEV) },
    ],
    [
      'a preset that is not there',
      ['preset-unknown', 'presets-differ'],
      'IDF_PRESET names the preset "x"',
      { 'app/CMakeLists.txt': IDF, 'app/CMakePresets.json': presets(PROD, DEV) },
      { env: { IDF_PRESET: 'x' } },
    ],
    [
      'presets that inherit from one another',
      ['presets-invalid', 'presets-invalid'],
      'which inherits from it',
      {
        'app/CMakeLists.txt': IDF,
        'app/CMakePresets.json': presets({ name: 'a', inherits: 'b' }, { name: 'b', inherits: 'a' }),
      },
    ],
    [
      'a preset of a machine',
      ['build-unresolved'],
      'it uses $penv{BOARD}',
      {
        'app/CMakeLists.txt': IDF,
        'app/CMakePresets.json': presets({
          name: 'a',
          cacheVariables: { SDKCONFIG_DEFAULTS: 'sdkconfig.$penv{BOARD}' },
        }),
      },
    ],
    [
      'environments of PlatformIO that differ',
      ['environments-differ'],
      'the environment "c6" of platformio.ini is read; there are also dev',
      { 'app/platformio.ini': `${PIO}[env:dev]\nextends = env:c6\n` },
    ],
    [
      'a table of PlatformIO that is not known',
      ['build-unresolved'],
      'which PARTITION_TABLE the build uses is not known: it uses ${sysenv.TABLE}',
      { 'app/platformio.ini': `${BARE_PIO}board_build.partitions = \${sysenv.TABLE}\n` },
    ],
    [
      'conditions on what every build has',
      [],
      '',
      {
        'app/CMakeLists.txt': `if(NOT SDKCONFIG_DEFAULTS)\nset(SDKCONFIG_DEFAULTS sdkconfig.defaults)\nendif()\n${IDF}`,
      },
    ],
    [
      'the files of esp-matter',
      [],
      '',
      {
        'app/CMakeLists.txt': [
          'if(NOT DEFINED ENV{ESP_MATTER_PATH})',
          'message(FATAL_ERROR "Please set ESP_MATTER_PATH")',
          'endif()',
          'set(ESP_MATTER_PATH $ENV{ESP_MATTER_PATH})',
          'set(MATTER_SDK_PATH ${ESP_MATTER_PATH}/connectedhomeip/connectedhomeip)',
          'set(ENV{PATH} "$ENV{PATH}:${ESP_MATTER_PATH}/bin")',
          'include($ENV{IDF_PATH}/tools/cmake/project.cmake)',
          'include(${ESP_MATTER_PATH}/examples/common/cmake_common/components_include.cmake)',
          'set(EXTRA_COMPONENT_DIRS "../common" ${MATTER_SDK_PATH}/config/esp32/components)',
          'project(light)',
          'idf_build_set_property(CXX_COMPILE_OPTIONS "-std=gnu++17;-Os" APPEND)',
        ].join('\n'),
      },
    ],
  ])('names %s', (...[, codes, message, files, given]) => {
    const result = read(files, given);
    expect(result.codes).toEqual(codes);
    expect(result.messages).toContain(message);
  });

  it('is nothing where the config or a build decides', () => {
    const files = { 'app/CMakeLists.txt': `set(SDKCONFIG_DEFAULTS sdkconfig.$<CONFIG>)\n${IDF}` };
    const built = {
      ...files,
      'app/sdkconfig': DEFAULTS,
      'app/build/project_description.json': build({ config_file: '/project/sdkconfig' }),
    };
    expect(read(built).codes).toEqual([]);
    expect(read(files, { named: named({ sdkconfigDefaults: ['app/sdkconfig.defaults'] }) }).codes).toEqual(
      [],
    );
  });
});
