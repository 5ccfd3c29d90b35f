// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PlatformIO's own syntax
import type { Finding } from 'nvs-core';
import { recordingReader } from '../../src/firmware/files';
import { chooseEnvironment, type PlatformioEnvironment, readPlatformio } from '../../src/firmware/platformio';
import { type Files, reader } from './app';

const FILE = 'app/platformio.ini';
const readAll = (text: string, files: Files = {}) =>
  readPlatformio('app', recordingReader(reader({ [FILE]: text, ...files })));
/** The first environment of a text. */
const read = (text: string, files?: Files): PlatformioEnvironment => {
  const [environment] = readAll(text, files);
  if (environment === undefined) throw new Error('no environment');
  return environment;
};
/** An environment with some lines. */
const env = (...lines: string[]) => ['[env:c6]', 'framework = espidf', ...lines, ''].join('\n');
const names = (text: string, files?: Files) => readAll(text, files).map(({ name }) => name);

const MATTER = `; A Matter light on two boards
[platformio]
default_envs = h2
src_dir = main

[env]
platform = espressif32@6.9.0
framework = espidf
monitor_speed = 115200
board_build.partitions = partitions.csv
board_build.esp-idf.sdkconfig_path = sdkconfigs/sdkconfig.\${this.__env__}

[common]
defaults = sdkconfig.defaults

[env:c6]
board = esp32-c6-devkitc-1   ; the usual one
board_build.cmake_extra_args =
    -DSDKCONFIG_DEFAULTS="\${common.defaults};sdkconfig.wifi" # radio
    ; -DSDKCONFIG=other

    -D LOG_LEVEL:STRING=3

[env:h2]
extends = env:c6
board = esp32-h2-devkitm-1
board_build.partitions = partitions_two_ota.csv

[env:native]
platform = native
framework =
`;

describe('readPlatformio', () => {
  it('reads the environments that build with ESP-IDF, those of default_envs first', () => {
    const cacheVariables = new Map([
      ['SDKCONFIG_DEFAULTS', 'sdkconfig.defaults;sdkconfig.wifi'],
      ['LOG_LEVEL', '3'],
    ]);
    expect(readAll(MATTER)).toEqual([
      {
        name: 'h2',
        where: { file: FILE, line: 24 },
        target: 'esp32h2',
        sdkconfig: 'app/sdkconfigs/sdkconfig.h2',
        partitionTable: 'partitions_two_ota.csv',
        cacheVariables,
        buildFolder: 'app/.pio/build/h2',
        unknown: new Map(),
      },
      {
        name: 'c6',
        where: { file: FILE, line: 16 },
        target: 'esp32c6',
        sdkconfig: 'app/sdkconfigs/sdkconfig.c6',
        partitionTable: 'app/partitions.csv',
        cacheVariables,
        buildFolder: 'app/.pio/build/c6',
        unknown: new Map(),
      },
    ]);
  });

  it('has none without the file', () => {
    const files = recordingReader(reader({}));
    expect(readPlatformio('app', files)).toEqual([]);
    expect([...files.missing]).toEqual([FILE]);
  });

  it('has paths below any root', () => {
    const files = recordingReader(reader({ 'platformio.ini': env('board_build.partitions = ./p.csv') }));
    expect(readPlatformio('.', files)).toMatchObject([
      { where: { file: 'platformio.ini', line: 1 }, sdkconfig: 'sdkconfig.c6', partitionTable: 'p.csv' },
    ]);
  });

  it.each<[framework: string, expected: boolean]>([
    ['espidf', true],
    ['ESPIDF', true],
    ['arduino, espidf', true],
    ['\n  arduino\n  espidf', true],
    ['arduino', false],
    ['', false],
    ['${sysenv.FRAMEWORK}', false],
  ])('has an environment with the framework %j: %s', (framework, expected) => {
    expect(names(`[env:a]\nframework = ${framework}\n`)).toEqual(expected ? ['a'] : []);
  });

  it.each<[title: string, platformio: string, expected: readonly string[]]>([
    ['none', '', ['a', 'b', 'c']],
    ['one', 'default_envs = b', ['b', 'a', 'c']],
    ['several', 'default_envs = c, a', ['c', 'a', 'b']],
    ['lines', 'default_envs =\n  c\n  b', ['c', 'b', 'a']],
    ['unknown ones', 'default_envs = x, ${sysenv.E}, b', ['b', 'a', 'c']],
  ])('is in the order of default_envs: %s', (_, platformio, expected) => {
    const text = `[platformio]\n${platformio}\n[env]\nframework = espidf\n[env:a]\n[env:b]\n[env:c]\n`;
    expect(names(text)).toEqual(expected);
  });

  it.each(['../a', 'a/b', 'a b', ''])('has no environment with the name "%s", as PlatformIO', (name) => {
    expect(names(`[platformio]\ndefault_envs = ${name}\n[env:${name}]\nframework = espidf`)).toEqual([]);
  });

  it.each<[dirs: string, expected: string]>([
    ['', 'app/.pio/build/c6'],
    ['build_dir = out', 'app/out/c6'],
    ['build_dir = out/', 'app/out/c6'],
    ['build_dir =', 'app/.pio/build/c6'],
    ['build_dir = ${PROJECT_DIR}/out', 'app/out/c6'],
    ['build_dir = ../out', 'out/c6'],
    ['build_dir = /tmp/out', '/tmp/out/c6'],
    ['workspace_dir = .work', 'app/.work/build/c6'],
    ['workspace_dir = .work\nbuild_dir = ${platformio.workspace_dir}/b', 'app/.work/b/c6'],
    ['build_dir = ${sysenv.OUT}', 'app/${sysenv.OUT}/c6'],
  ])('builds with "%s" in %s', (dirs, expected) => {
    expect(read(`[platformio]\n${dirs}\n${env()}`).buildFolder).toBe(expected);
  });
});

describe('the chip', () => {
  it.each<[lines: string, expected: string | undefined]>([
    ['board = esp32-c6-devkitc-1', 'esp32c6'],
    ['board = esp32-c61-devkitc1', 'esp32c61'],
    ['board = esp32-s3-devkitc-1', 'esp32s3'],
    ['board = ESP32-S3-WROOM1-DevKitC-1-N16R8', 'esp32s3'],
    ['board = esp32s3box', 'esp32s3'],
    ['board = esp32_c3_x', 'esp32c3'],
    ['board = esp32-c2-devkitm-1', 'esp32c2'],
    ['board = esp32-c5-devkitc-1', 'esp32c5'],
    ['board = esp32-h2-devkitm-1', 'esp32h2'],
    ['board = esp32-p4-evboard', 'esp32p4'],
    ['board = esp32-s2-saola-1', 'esp32s2'],
    ['board = dfrobot_firebeetle2_esp32c6', 'esp32c6'],
    ['board = esp32dev', 'esp32'],
    ['board = esp32-cam', 'esp32'],
    ['board = m5stack-core-esp32', 'esp32'],
    ['board = esp32doit-devkit-v1', 'esp32'],
    ['board = arduino_nano_esp32', 'esp32s3'],
    ['board = esp-wrover-kit', undefined],
    ['board = ', undefined],
    ['', undefined],
    ['board = esp32dev\nboard_build.mcu = esp32c6', 'esp32c6'],
    ['board = own\nboard_build.mcu = ESP32C6', 'esp32c6'],
    ['Board = esp32dev', 'esp32'],
  ])('of "%s" is %s', (lines, expected) => {
    const { target, unknown } = read(env(lines));
    expect(target).toBe(expected);
    expect(unknown).toEqual(new Map());
  });

  it.each<[lines: string, reason: string]>([
    ['board = ${sysenv.BOARD}', 'it uses ${sysenv.BOARD}'],
    ['board = esp32dev\nboard_build.mcu = ${sysenv.MCU}', 'it uses ${sysenv.MCU}'],
    ['board = ${common.board}\n[common]\nboard = esp32-${sysenv.CHIP}', 'it uses ${sysenv.CHIP}'],
    ['board = ${common.board}', 'it uses ${common.board}'],
    ['board = $BOARD', 'it uses $BOARD'],
    ['board = %(chip)s', 'it uses %(chip)s'],
  ])('of "%s" is not known', (lines, reason) => {
    const { target, unknown } = read(env(lines));
    expect(target).toBeUndefined();
    expect(unknown).toEqual(new Map([['IDF_TARGET', reason]]));
  });
});

describe('the sdkconfig and the partition table', () => {
  const PATHS: readonly (readonly [written: string, expected: string])[] = [
    ['sub/file', 'app/sub/file'],
    ['./file', 'app/file'],
    ['../shared/file', 'shared/file'],
    ['/opt/file', '/opt/file'],
    ['$PROJECT_DIR/file', 'app/file'],
    ['${PROJECT_DIR}/file', 'app/file'],
    ['${PROJECT_DIR}\\file', 'app/file'],
    ['${common.folder}/file', 'app/conf/file'],
    ['a;b', 'app/a;b'],
  ];
  const COMMON = '[common]\nfolder = ${PROJECT_DIR}/conf';

  it.each(PATHS)('are files: %s', (written, expected) => {
    const lines = [
      `board_build.esp-idf.sdkconfig_path = ${written}`,
      `board_build.partitions = ${written}`,
      COMMON,
    ];
    expect(read(env(...lines))).toMatchObject({ sdkconfig: expected, partitionTable: expected });
  });

  it('are those of PlatformIO otherwise', () => {
    expect(read(env())).toMatchObject({ sdkconfig: 'app/sdkconfig.c6', partitionTable: undefined });
    const { partitionTable } = read(env('board_build.partitions = partitions_singleapp_large.csv'));
    expect(partitionTable).toBe('partitions_singleapp_large.csv');
  });

  it.each(['$HOME/file', '${sysenv.HOME}/file', '${PROJECT_DIR_X}/file', '$PROJECT_DIRS/file', '${x'])(
    'are not known: %s',
    (written) => {
      const lines = [
        `board_build.esp-idf.sdkconfig_path = ${written}`,
        `board_build.partitions = ${written}`,
      ];
      const environment = read(env(...lines));
      const reason = `it uses ${written.replace('/file', '')}`;
      expect(environment).toMatchObject({ sdkconfig: undefined, partitionTable: undefined });
      expect(environment.unknown).toEqual(
        new Map([
          ['SDKCONFIG', reason],
          ['PARTITION_TABLE', reason],
        ]),
      );
    },
  );
});

describe('the cache variables', () => {
  it.each<[args: string, expected: Readonly<Record<string, string>>]>([
    ['', {}],
    ['-DA=1', { A: '1' }],
    ['-D A=1 -DB=2', { A: '1', B: '2' }],
    ['-DA:PATH=x/y -D B:STRING=z', { A: 'x/y', B: 'z' }],
    ['-DA="x y;z" -DB=\'p "q"\'', { A: 'x y;z', B: 'p "q"' }],
    ['"-DA=x y"', { A: 'x y' }],
    ['-DA=x\\ y\\;z -DB="\\"q\\" \\n"', { A: 'x y;z', B: '"q" \\n' }],
    ["-DA='x\\y' -DB=", { A: 'x\\y', B: '' }],
    ['-DA=x=y', { A: 'x=y' }],
    ['-DA=1 -DA=2', { A: '2' }],
    ['-DA -D --fresh -Wno-dev -UB', {}],
    ['-DA="not closed', { A: 'not closed' }],
    ['-DA=x\\', { A: 'x' }],
    ['\n  -DA=1\n  ; -DC=3\n\n  -DB="x ;y" ; cut', { A: '1', B: 'x' }],
    [
      '-D__proto__=1 -Dconstructor=2',
      Object.fromEntries([
        ['__proto__', '1'],
        ['constructor', '2'],
      ]),
    ],
    ['-DA="${PROJECT_DIR}/x;$PROJECT_DIR/y;z"', { A: './x;./y;z' }],
  ])('of %j', (args, expected) => {
    const { cacheVariables, unknown } = read(env(`board_build.cmake_extra_args = ${args}`));
    expect(cacheVariables).toEqual(new Map(Object.entries(expected)));
    expect(unknown).toEqual(new Map());
  });

  it.each<[args: string, unknown: Readonly<Record<string, string>>]>([
    ['-DA=1 -DB=${sysenv.B}', { B: 'it uses ${sysenv.B}' }],
    ['-DB=x -DA=1 -DB=${sysenv.B}', { B: 'it uses ${sysenv.B}' }],
    ['-DA=1 -DB=${CMAKE_SOURCE_DIR}/x', { B: 'it uses ${CMAKE_SOURCE_DIR}' }],
    ['-DA=1 ${sysenv.ARGS}', { SDKCONFIG_DEFAULTS: 'it uses ${sysenv.ARGS}' }],
    ['-DA=1 -D${sysenv.N}=2', { SDKCONFIG_DEFAULTS: 'it uses ${sysenv.N}' }],
    ['-DB=${sysenv.B} -DB=2 -DA=1', {}],
  ])('of %j are not all known', (args, expected) => {
    const { cacheVariables, unknown } = read(env(`board_build.cmake_extra_args = ${args}`));
    expect(cacheVariables.get('A')).toBe('1');
    expect(cacheVariables.has('B')).toBe(args.includes('-DB=2'));
    expect(unknown).toEqual(new Map(Object.entries(expected)));
  });
});

describe('the sections that an option is taken from', () => {
  const table = (text: string) => read(text).partitionTable;
  it.each<[title: string, expected: string, text: string]>([
    ['its own', 'own', '[env]\nT=all\n[x]\nT=x\n[env:c6]\nextends=x\nT=own'],
    ['the one that it extends', 'x', '[env]\nT=all\n[x]\nT=x\n[env:c6]\nextends=x'],
    ['[env]', 'all', '[env:c6]\nextends=x\n[x]\n[env]\nT=all'],
    ['the last one of several', 'y', '[x]\nT=x\n[y]\nT=y\n[env:c6]\nextends = x, y'],
    ['the last one of several lines', 'y', '[x]\nT=x\n[y]\nT=y\n[env:c6]\nextends =\n  x\n  y'],
    ['the one of several that has it', 'x', '[x]\nT=x\n[y]\n[env:c6]\nextends = x, y'],
    ['one that another extends', 'z', '[x]\nT=x\n[y]\nextends = z\n[z]\nT=z\n[env:c6]\nextends = x, y'],
    ['another environment', 'd', '[env:d]\nT=d\n[env:c6]\nextends = env:d'],
    ['none that does not exist', 'all', '[env]\nT=all\n[env:c6]\nextends = x, env:y'],
    ['none twice', 'all', '[env]\nT=all\n[x]\nextends = env:c6, x\n[env:c6]\nextends = x'],
    ['the later one of two with a name', 'b', '[env:c6]\nT=a\n[env:d]\n[env:c6]\nT=b'],
  ])('%s', (_, expected, text) => {
    const written = text.replaceAll('T=', 'board_build.partitions=');
    expect(table(`${written}\n[env:c6]\nframework=espidf`)).toBe(`app/${expected}`);
  });

  it.each<[title: string, expected: string, lines: readonly string[]]>([
    ['a section', 'x', ['T = ${s.v}', '[s]', 'v = x']],
    ['itself', 'x', ['T = ${this.v}', 'v = x']],
    ['the environment that extends', 'x', ['extends = s', 'v = x', '[s]', 'T = ${this.v}', 'v = y']],
    ['an environment', 'x', ['T = ${env:d.v}', '[env:d]', 'v = x']],
    ['[env]', 'x', ['T = ${env.v}', '[env]', 'v = x']],
    ['an option of [env] by an environment', 'x', ['T = ${env:d.v}', '[env:d]', '[env]', 'v = x']],
    ['one with dots', 'x', ['T = ${s.a.b}', '[s]', 'a.b = x']],
    ['one in capital letters', 'x', ['T = ${s.V}', '[s]', 'v = x']],
    ['several', 'xy-x', ['T = ${s.v}${s.w}-${s.v}', '[s]', 'v = x', 'w = y']],
    ['several levels', 'xyz', ['T = ${s.v}', '[s]', 'v = x${t.v}', '[t]', 'v = y${this.w}', 'w = z']],
    ['its name', 'c6', ['T = ${this.__env__}']],
    ['[platformio]', 'src/x', ['T = ${platformio.src_dir}/x']],
  ])('may be referred to: %s', (_, expected, lines) => {
    const written = lines.map((line) => line.replace('T =', 'board_build.partitions ='));
    expect(table(env(...written))).toBe(`app/${expected}`);
  });

  it.each([
    ['${this.board_build.partitions}'],
    ['${s.v}', '[s]', 'v = ${t.v}', '[t]', 'v = ${s.v}'],
    ['${s.v}', '[sysenv]', 'v = x'],
    ['${sysenv.v}', '[sysenv]', 'v = x'],
    ['${UNIX_TIME}'],
    ['${.v}'],
    ['${s.}', '[s]', 'v = x'],
    ['${s.__env__}', '[s]', 'v = ${this.__env__}'],
  ])('is not known by %s', (...lines) => {
    const { partitionTable, unknown } = read(env(`board_build.partitions = ${lines.join('\n')}`));
    expect(partitionTable).toBeUndefined();
    expect(unknown.get('PARTITION_TABLE')).toMatch(/^it uses \$\{.+\}$/);
  });
});

describe('the lines of platformio.ini', () => {
  it.each<[title: string, text: string]>([
    ['colons', '[env:a]\nframework: espidf\nboard_build.partitions : p.csv'],
    ['no spaces', '[env:a]\nframework=espidf\nboard_build.partitions=p.csv'],
    ['line ends of Windows', '[env:a]\r\nframework = espidf\r\nboard_build.partitions = p.csv\r\n'],
    ['line ends of old Macs', '[env:a]\rframework = espidf\rboard_build.partitions = p.csv'],
    [
      'comments',
      '# x\n[env:a] ; x\n;y = z\nframework = espidf # x\n  # x\nboard_build.partitions = p.csv ;x',
    ],
    ['a byte order mark', '\ufeff[env:a]\nframework = espidf\nboard_build.partitions = p.csv'],
    ['indent', '  [env:a]\n  framework = espidf\n  board_build.partitions = p.csv'],
    ['lines of a value', '[env:a]\nframework =\n\n  ; x\n  espidf\nboard_build.partitions =\n\tp.csv'],
    ['nonsense', 'x = y\n[\n[]\n[env:a]\n= z\nword\nframework = espidf\n]\nboard_build.partitions = p.csv'],
    [
      'a value twice',
      '[env:a]\nframework = espidf\nboard_build.partitions = x\nboard_build.partitions = p.csv',
    ],
  ])('may have %s', (_, text) => {
    const [{ name, partitionTable } = read(text), ...others] = readAll(text);
    expect({ name, partitionTable, others }).toEqual({ name: 'a', partitionTable: 'app/p.csv', others: [] });
  });

  it('are part of a value if they are indented', () => {
    const text = '[env:a]\nframework = espidf\n  board_build.partitions = p.csv\n[env:b]\nframework = espidf';
    expect(names(text)).toEqual(['a', 'b']);
    expect(read(text).partitionTable).toBeUndefined();
  });

  it.each(['', '[', ']', '[]', '=', '\0', '[env:', '${', '[env:a]\n  ', '[env:a]\nframework = espidf\n \0 '])(
    'never throw: %j',
    (text) => {
      expect(readAll(text).length).toBeLessThan(2);
    },
  );

  it('may have names of objects', () => {
    const text =
      '[__proto__]\n__proto__ = p.csv\n[env:constructor]\nframework = espidf\nextends = __proto__\n';
    const [environment] = readAll(`${text}board_build.partitions = \${__proto__.__proto__}`);
    expect(environment).toMatchObject({ name: 'constructor', partitionTable: 'app/p.csv' });
    expect(read(env('board_build.partitions = ${toString.constructor}')).partitionTable).toBeUndefined();
  });
});

describe('extra_configs', () => {
  const main = (extra: string) => `[platformio]\nextra_configs = ${extra}\n${env('board = esp32dev')}`;
  const REASON = new Map([['SDKCONFIG', 'platformio.ini reads other files: extra_configs']]);

  it('win over platformio.ini', () => {
    const files = {
      'app/conf/own.ini': '[env:d]\nframework = espidf\n[env:c6]\nboard = esp32-c6-devkitc-1\n',
      'app/last.ini': '[env:c6]\nboard_build.partitions = last.csv\n[env:d]\nboard = esp32s3box',
    };
    const text = main('\n  conf/own.ini\n  ./last.ini\n  missing.ini');
    expect(readAll(text, files)).toMatchObject([
      { name: 'c6', where: { file: FILE }, target: 'esp32c6', partitionTable: 'app/last.csv' },
      { name: 'd', where: { file: 'app/conf/own.ini', line: 1 }, target: 'esp32s3', unknown: new Map() },
    ]);
  });

  it('may name others', () => {
    const files = {
      'app/a.ini': '[platformio]\nextra_configs = b.ini',
      'app/b.ini': '[platformio]\nextra_configs = a.ini, platformio.ini\n[env:c6]\nboard = esp32s3box',
    };
    expect(read(main('${PROJECT_DIR}/a.ini'), files)).toMatchObject({
      target: 'esp32s3',
      unknown: new Map(),
    });
  });

  it.each(['boards/*.ini', '[ab].ini', 'x?.ini', '../x.ini', '/x.ini', 'C:/x.ini', '~/x.ini', '${sysenv.X}'])(
    'are not known: %s',
    (extra) => {
      const files = recordingReader(reader({ [FILE]: main(extra) }));
      const [environment] = readPlatformio('app', files);
      expect(environment).toMatchObject({ sdkconfig: undefined, target: 'esp32', unknown: REASON });
      expect([...files.read, ...files.missing]).toEqual([FILE]);
    },
  );
});

describe('bounds', () => {
  const LONG = 100_000;
  const lines = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index)).join('\n');
  const nested = (value: string) => `${env('board_build.partitions = ${s.v0}')}[s]\n${value}`;

  it.each<[title: string, text: string]>([
    ['references in one another', nested(lines(LONG, (index) => `v${index} = \${s.v${index + 1}}`))],
    [
      'values that double',
      nested(lines(64, (index) => `v${index} = \${s.v${index + 1}}\${s.v${index + 1}}x`)),
    ],
    ['a long value', env(`board_build.partitions = ${'${s.v}'.repeat(LONG)}`)],
    ['a value of many lines', env(`board_build.partitions =\n${' x\n'.repeat(LONG)}`)],
    ['open references', env(`board_build.partitions = ${'${'.repeat(8000)}`)],
  ])('%s are not known', (_, text) => {
    expect(read(text).unknown.get('PARTITION_TABLE')).toMatch(/^it uses \$\{/);
  });

  it.each<[title: string, text: string]>([
    ['sections', lines(LONG, (index) => `[env:e${index}]`)],
    [
      'sections that extend all others',
      `[env]\nextends = ${'x, '.repeat(5000)}\n${lines(2000, (index) => `[env:e${index}]\nextends = env:e${index + 1}, env:e${index + 2}`)}`,
    ],
    ['spaces', ' '.repeat(1_000_000)],
    ['spaces in a value', env(`x = ${' '.repeat(1_000_000)};`)],
    ['brackets', '['.repeat(1_000_000)],
    ['backslashes', env(`board_build.cmake_extra_args = ${'\\'.repeat(16_000)}`)],
    ['dollars', env(`board_build.cmake_extra_args = ${'$ '.repeat(8000)}`)],
  ])('%s take little time', (_, text) => {
    const start = performance.now();
    readAll(`${text}\n[env]\nframework = espidf`);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('are 1000 sections and 64 files', () => {
    const text = `[env]\nframework = espidf\n${lines(2000, (index) => `[env:e${index}]`)}`;
    expect(readAll(text)).toHaveLength(999);
    const extra = Array.from({ length: 70 }, (_, index) => `x${index}.ini`).join(', ');
    const files = recordingReader(reader({ [FILE]: `[platformio]\nextra_configs = ${extra}\n${env()}` }));
    expect(readPlatformio('app', files)[0]?.unknown.has('SDKCONFIG')).toBe(true);
    expect(files.missing.size).toBe(63);
  });
});

describe('chooseEnvironment', () => {
  const TEXT = [
    '[env]',
    'framework = espidf',
    '[env:wifi]',
    'board = esp32-c6-devkitc-1',
    '[env:thread]',
    'board = esp32-h2-devkitm-1',
    '[env:own]',
    'board = own',
  ].join('\n');
  const choose = (text: string, variant?: string, target?: string) => {
    const findings: Finding[] = [];
    const environment = chooseEnvironment(readAll(text), { variant, target }, findings);
    return { name: environment?.name, findings };
  };

  it.each<[variant: string | undefined, target: string | undefined, name: string, others: readonly string[]]>(
    [
      ['thread', undefined, 'thread', []],
      ['thread', 'esp32c6', 'thread', []],
      [undefined, undefined, 'wifi', ['thread', 'own']],
      ['none', undefined, 'wifi', ['thread', 'own']],
      [undefined, 'esp32h2', 'thread', ['own']],
      [undefined, 'esp32s3', 'own', []],
    ],
  )('takes for the variant %s and the chip %s: %s', (variant, target, name, others) => {
    const chosen = choose(TEXT, variant, target);
    expect(chosen.name).toBe(name);
    expect(chosen.findings.map(({ params }) => params)).toEqual(
      others.length === 0 ? [] : [{ taken: name, others }],
    );
  });

  it('takes the first if none is for the chip', () => {
    const { name, findings } = choose(TEXT.replace('board = own', 'board = esp32dev'), undefined, 'esp32s3');
    expect(name).toBe('wifi');
    expect(findings).toMatchObject([
      {
        code: 'firmware.environments-differ',
        severity: 'info',
        params: { taken: 'wifi', others: ['thread', 'own'] },
        where: { file: FILE, line: 3 },
      },
    ]);
  });

  it('says nothing about environments with the same sdkconfig', () => {
    const shared = TEXT.replace('espidf', 'espidf\nboard_build.esp-idf.sdkconfig_path = sdkconfig');
    expect(choose(shared)).toEqual({ name: 'wifi', findings: [] });
    const unknown = TEXT.replace('espidf', 'espidf\nboard_build.esp-idf.sdkconfig_path = ${sysenv.X}');
    expect(choose(unknown).findings).toHaveLength(1);
  });

  it('takes that of default_envs', () => {
    expect(choose(`[platformio]\ndefault_envs = own\n${TEXT}`).name).toBe('own');
  });

  it('takes none of none', () => {
    expect(choose('')).toEqual({ name: undefined, findings: [] });
  });
});
