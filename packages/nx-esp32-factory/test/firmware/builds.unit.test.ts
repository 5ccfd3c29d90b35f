import type { Finding } from 'nvs-core';
import {
  checkFirmware,
  type Firmware,
  type FirmwareOptions,
  fixesOf,
  readFirmware,
} from '../../src/firmware';
import { APP, build, DEFAULTS, type Files, NEEDS, named, reader, VALUES } from './app';

const DESCRIPTION = 'app/build/project_description.json';
const read = (files: Files, options: FirmwareOptions = {}, ages: Readonly<Record<string, number>> = {}) =>
  readFirmware('app', reader({ ...APP, ...files }, ages), options);
const codes = ({ findings }: Firmware) => findings.map(({ code }: Finding) => code);
/** The label that the firmware reads, with its source location. */
const label = (firmware: Firmware) => {
  const { value, origin } = firmware.label;
  return `${value} ${origin === 'default' ? origin : `${origin.file}:${origin.line}`}`;
};
const labelled = (name: string, chip = 'esp32c6') =>
  DEFAULTS.replace('"fctry"', `"${name}"`).replace('esp32c6', chip);

describe('the build that is read', () => {
  it.each<[title: string, expected: string, files: Files, options?: FirmwareOptions]>([
    ['none', 'fctry app/sdkconfig.defaults:9', {}],
    [
      'one that names its sdkconfig, in a container',
      'built app/build/sdkconfig:9',
      {
        [DESCRIPTION]: build({ config_file: '/project/build/sdkconfig' }),
        'app/build/sdkconfig': labelled('built'),
      },
    ],
    [
      'one of Windows',
      'built app/build/sdkconfig:9',
      {
        [DESCRIPTION]: build({ project_path: 'C:\\src\\app', config_file: 'C:/src/app/build/sdkconfig' }),
        'app/build/sdkconfig': labelled('built'),
      },
    ],
    [
      'one with a relative sdkconfig',
      'built app/sdkconfig.product:9',
      {
        [DESCRIPTION]: build({ config_file: './sdkconfig.product' }),
        'app/sdkconfig.product': labelled('built'),
      },
    ],
    [
      'one whose sdkconfig is gone: its values',
      'built app/build/config/sdkconfig.json:7',
      {
        [DESCRIPTION]: build({ config_file: '/project/sdkconfig' }),
        'app/build/config/sdkconfig.json': VALUES.replace('"fctry"', '"built"'),
      },
    ],
    [
      'one with defaults, and nothing else',
      'product app/sdkconfig.product:9',
      {
        [DESCRIPTION]: build({ config_defaults: 'sdkconfig.defaults;/project/sdkconfig.product' }),
        'app/sdkconfig.product': labelled('product'),
      },
    ],
    [
      'that of the chip',
      'h2 app/build_h2/sdkconfig:9',
      {
        [DESCRIPTION]: build({ config_file: '/project/build/sdkconfig' }),
        'app/build/sdkconfig': labelled('c6'),
        'app/build_h2/project_description.json': build({
          target: 'esp32h2',
          config_file: '/project/build_h2/sdkconfig',
        }),
        'app/build_h2/sdkconfig': labelled('h2', 'esp32h2'),
      },
      { target: 'esp32h2' },
    ],
    [
      'that of the variant',
      'thread app/build_thread/sdkconfig:9',
      {
        [DESCRIPTION]: build({ config_file: '/project/sdkconfig', config_defaults: 'sdkconfig.defaults' }),
        'app/sdkconfig': labelled('wifi'),
        'app/sdkconfig.defaults.c6_thread': '',
        'app/build_thread/project_description.json': build({
          config_file: '/project/build_thread/sdkconfig',
          config_defaults: 'sdkconfig.defaults;sdkconfig.defaults.c6_thread',
        }),
        'app/build_thread/sdkconfig': labelled('thread'),
      },
      { variant: 'c6_thread' },
    ],
    [
      'that of the config',
      'given out/board-b/config/sdkconfig.json:7',
      {
        'out/board-b/project_description.json': build({ config_file: '/elsewhere/sdkconfig' }),
        'out/board-b/config/sdkconfig.json': VALUES.replace('"fctry"', '"given"'),
        [DESCRIPTION]: build({ config_file: '/project/build/sdkconfig' }),
        'app/build/sdkconfig': labelled('built'),
      },
      { named: named({ buildFolder: 'out/board-b' }) },
    ],
    [
      'none where the config names the sdkconfig',
      'given sdkconfig.given:9',
      {
        [DESCRIPTION]: build({ config_file: '/project/build/sdkconfig' }),
        'app/build/sdkconfig': labelled('built'),
        'sdkconfig.given': labelled('given'),
      },
      { named: named({ sdkconfig: 'sdkconfig.given' }) },
    ],
    [
      'the one with the defaults of the config',
      'built app/build/sdkconfig:9',
      {
        'app/sdkconfig': labelled('other'),
        [DESCRIPTION]: build({
          config_file: '/project/build/sdkconfig',
          config_defaults: 'sdkconfig.defaults;sdkconfig.board',
        }),
        'app/build/sdkconfig': labelled('built'),
        'app/sdkconfig.board': '',
      },
      { named: named({ sdkconfigDefaults: ['app/sdkconfig.defaults', 'app/sdkconfig.board'] }) },
    ],
    [
      'none with other defaults than those of the config',
      'fctry app/sdkconfig.defaults:9',
      { [DESCRIPTION]: build({ config_file: '/project/sdkconfig' }), 'app/sdkconfig': labelled('other') },
      { named: named({ sdkconfigDefaults: ['app/sdkconfig.defaults'] }) },
    ],
  ])('%s', (_, expected, files, options = {}) => {
    expect(label(read(files, options))).toBe(expected);
  });

  it('is the newest, and says so where others differ', () => {
    const files = {
      [DESCRIPTION]: build({ config_file: '/project/build/sdkconfig' }),
      'app/build/sdkconfig': labelled('old'),
      'app/build-new/project_description.json': build({ config_file: '/project/build-new/sdkconfig' }),
      'app/build-new/sdkconfig': labelled('new'),
    };
    const ages = { [DESCRIPTION]: 1000, 'app/build-new/project_description.json': 2000 };
    const firmware = read(files, {}, ages);
    expect(label(firmware)).toBe('new app/build-new/sdkconfig:9');
    expect(firmware.findings.find(({ code }) => code === 'firmware.builds-differ')?.params).toEqual({
      taken: 'app/build-new',
      others: ['app/build'],
    });
    const same = read({ ...files, 'app/build-new/sdkconfig': labelled('old') }, {}, ages);
    expect(codes(same)).not.toContain('firmware.builds-differ');
  });

  it('is not followed out of the project', () => {
    for (const path of ['/etc/sdkconfig', '../sdkconfig', '/project/../sdkconfig', '/projects/sdkconfig']) {
      const firmware = read({ [DESCRIPTION]: build({ config_file: path }) });
      expect(firmware.findings.find(({ code }) => code === 'firmware.build-outside')?.params).toEqual({
        name: 'config_file',
        path,
      });
      expect(
        firmware.inputs.read.concat(firmware.inputs.missing).filter((file) => file.includes('..')),
      ).toEqual([]);
    }
  });

  it.each([
    '',
    'null',
    '[]',
    '{"target": 1}',
    '{"config_file": {}}',
    '{',
    '{"__proto__": {"target": "esp32"}}',
  ])('never throws: %s', (text) => {
    expect(label(read({ [DESCRIPTION]: text }))).toBe('fctry app/sdkconfig.defaults:9');
  });
});

describe('what is decided', () => {
  const UNKNOWN = { 'app/CMakeLists.txt': 'if(A)\nset(SDKCONFIG_DEFAULTS "a;b")\nendif()\nproject(x)' };
  const own = { 'sdkconfig.given': labelled('given') };

  it('has no warning about a list that nothing hangs on', () => {
    expect(codes(read(UNKNOWN))).toContain('firmware.build-unresolved');
    for (const firmware of [
      read({ ...UNKNOWN, ...own }, { named: named({ sdkconfig: 'sdkconfig.given' }) }),
      read({
        ...UNKNOWN,
        [DESCRIPTION]: build({ config_file: './sdkconfig' }),
        'app/sdkconfig': labelled('x'),
      }),
    ])
      expect(codes(firmware)).not.toContain('firmware.build-unresolved');
    const version = named({ idfVersion: '5.5' });
    expect(codes(read(UNKNOWN, { named: version }))).toContain('firmware.build-unresolved');
  });

  it('is not stale by defaults that may be those of another board', () => {
    const stale = (section: Parameters<typeof named>[0]) => codes(read(own, { named: named(section) }));
    expect(stale({ sdkconfig: 'sdkconfig.given' })).not.toContain('firmware.sdkconfig-stale');
    expect(stale({ sdkconfig: 'sdkconfig.given', sdkconfigDefaults: ['app/sdkconfig.defaults'] })).toContain(
      'firmware.sdkconfig-stale',
    );
  });

  it('says why an sdkconfig is not read', () => {
    const section = named({ sdkconfigDefaults: ['app/sdkconfig.defaults'] });
    const { findings } = read({ 'app/sdkconfig': DEFAULTS }, { named: section });
    const { message } = findings.find(({ code }) => code === 'firmware.sdkconfig-skipped') ?? {};
    expect(message).toBe(
      'app/sdkconfig is not read beside the defaults that the config names: it may belong to another build',
    );
  });

  it('has no line for the values that a build left as JSON', () => {
    const files = {
      [DESCRIPTION]: build({ config_file: '/project/sdkconfig' }),
      'app/build/config/sdkconfig.json': VALUES.replace(
        '"ENABLE_ESP32_FACTORY_DATA_PROVIDER": true',
        '"ENABLE_ESP32_FACTORY_DATA_PROVIDER": false',
      ),
    };
    const fixes = fixesOf(checkFirmware(read(files), NEEDS));
    expect(fixes.map(({ file }) => file)).toEqual(['app/sdkconfig.defaults']);
  });
});

describe('the scheme of encrypted NVS', () => {
  const FLASH = `${DEFAULTS}CONFIG_SECURE_FLASH_ENC_ENABLED=y\n`;
  const scheme = (files: Files, options?: FirmwareOptions) =>
    read({ 'app/sdkconfig.defaults': FLASH, ...files }, options).encryption.scheme.value;
  const lock = (version: string) =>
    `dependencies:\n  idf:\n    source:\n      type: idf\n    version: ${version}\ntarget: esp32c6\n`;
  const rows: readonly (readonly [expected: string, files: Files, options?: FirmwareOptions])[] = [
    ['unknown', {}],
    ['flash', { 'app/dependencies.lock': lock('5.4.1') }],
    ['hmac', { 'app/dependencies.lock': lock('6.0.0') }],
    ['unknown', { 'app/dependencies.lock': 'dependencies:\n  espressif/mdns:\n    version: 1.2.0\n' }],
    ['unknown', { 'app/main/idf_component.yml': 'dependencies:\n  idf: ">=5.1"\n' }],
    ['flash', { 'app/main/idf_component.yml': 'dependencies:\n  idf: ">=5.1,<6.0"\n' }],
    ['flash', { 'app/main/idf_component.yml': 'dependencies:\n  idf:\n    version: "~5.4.0" # pinned\n' }],
    ['flash', { 'app/main/idf_component.yml': "dependencies:\n  idf: '^5.1'\n" }],
    ['hmac', { 'app/main/idf_component.yml': 'dependencies:\n  idf:\n    version: ">=6.0"\n' }],
    ['flash', { 'app/idf_component.yml': 'dependencies:\n  idf: "5.*"\n' }],
    ['unknown', { 'app/main/idf_component.yml': 'dependencies:\n  idf: "!=5.2"\n' }],
    ['unknown', { 'app/main/idf_component.yml': 'dependencies:\n  idf: "*"\n' }],
    ['flash', { [DESCRIPTION]: build({ git_revision: 'v5.5.1-dirty' }) }],
    ['hmac', { [DESCRIPTION]: build({ git_revision: 'v6.1-dev-12-gabcdef' }) }],
    ['unknown', { [DESCRIPTION]: build({ git_revision: 'abcdef5.4' }) }],
    [
      'flash',
      {
        'app/sdkconfig': `#\n# Automatically generated file. DO NOT EDIT.\n# Espressif IoT Development Framework (ESP-IDF) 5.2.2 Project Configuration\n#\n${FLASH}`,
        'app/dependencies.lock': lock('6.0.0'),
      },
    ],
    ['hmac', { 'app/dependencies.lock': lock('5.4.1') }, { named: named({ idfVersion: '6.0' }) }],
    ['flash', {}, { named: named({ idfVersion: 'v5.5.2' }) }],
    ['hmac', { 'app/sdkconfig.defaults': `${FLASH}CONFIG_NVS_SEC_KEY_PROTECT_USING_HMAC=y\n` }],
    ['flash', {}, { target: 'esp32c2' }],
  ];
  it.each(rows.map((row) => [row[0], row[1], row] as const))(
    '%s: %j',
    (_, __, [expected, files, options]) => {
      expect(scheme(files, options)).toBe(expected);
    },
  );
});
