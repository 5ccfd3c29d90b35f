// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are macros of CMake
import { delimiter } from 'node:path';
import type { Finding } from 'nvs-core';
import { recordingReader } from '../../src/firmware/files';
import { choosePreset, type Preset, readPresets } from '../../src/firmware/presets';
import { type Files, reader } from './app';

type Json = Readonly<Record<string, unknown>>;
const PROJECT = 'app/CMakePresets.json';
const USER = 'app/CMakeUserPresets.json';

/** A file with configure presets. */
const file = (presets: unknown, fields: Json = {}) =>
  JSON.stringify({ version: 4, configurePresets: presets, ...fields });

function read(files: Files, root = 'app') {
  const findings: Finding[] = [];
  const recorded = recordingReader(reader(files));
  const presets = readPresets(root, recorded, findings);
  return { presets, findings, recorded, names: presets.map(({ name }) => name) };
}

/** What is not read, with the reason. */
const problems = ({ findings }: { findings: readonly Finding[] }) =>
  findings.map(({ code, severity, params }) => {
    expect([code, severity]).toEqual(['firmware.presets-invalid', 'warning']);
    return `${params.what}: ${params.reason}`;
  });

/** The last of some presets, in a project that has no problem. */
function last(presets: readonly Json[], fields: Json = {}, root = 'app'): Preset {
  const result = read({ [`${root}/CMakePresets.json`]: file(presets, fields) }, root);
  expect(problems(result)).toEqual([]);
  const preset = result.presets.at(-1);
  if (preset === undefined) throw new Error('no preset is left');
  return preset;
}

/** The variable V of the last of some presets: its value, or why it is not known. */
function valueOfV(presets: readonly Json[], fields: Json = {}, root = 'app'): string | undefined {
  const { cacheVariables, unknown } = last(presets, fields, root);
  return cacheVariables.get('V') ?? unknown.get('V');
}

/** As in ESP-IDF's example build_system/cmake/multi_config. */
const MULTI_CONFIG = file(
  [
    {
      name: 'default',
      binaryDir: 'build/default',
      displayName: 'Default (development)',
      description: 'Development build configuration',
      cacheVariables: { SDKCONFIG: './build/default/sdkconfig' },
    },
    ...['prod1', 'prod2'].map((name) => ({
      name,
      binaryDir: `build/${name}`,
      displayName: `Product ${name.slice(-1)} (production)`,
      cacheVariables: {
        SDKCONFIG_DEFAULTS: `sdkconfig.defaults.prod_common;sdkconfig.defaults.${name}`,
        SDKCONFIG: `./build/${name}/sdkconfig`,
      },
    })),
  ],
  { version: 3 },
);

describe('presets', () => {
  it('of the example multi_config', () => {
    const { presets, findings, recorded } = read({ [PROJECT]: MULTI_CONFIG });
    expect(findings).toEqual([]);
    expect(presets.map(({ name, file, binaryDir }) => [name, file, binaryDir])).toEqual([
      ['default', PROJECT, 'app/build/default'],
      ['prod1', PROJECT, 'app/build/prod1'],
      ['prod2', PROJECT, 'app/build/prod2'],
    ]);
    expect([...(presets[1]?.cacheVariables ?? [])]).toEqual([
      ['SDKCONFIG_DEFAULTS', 'sdkconfig.defaults.prod_common;sdkconfig.defaults.prod1'],
      ['SDKCONFIG', './build/prod1/sdkconfig'],
    ]);
    expect([[...recorded.read], [...recorded.missing]]).toEqual([[PROJECT], [USER]]);
  });

  it('are none without files', () => {
    const { presets, findings, recorded } = read({});
    expect([presets, findings]).toEqual([[], []]);
    expect([...recorded.missing]).toEqual([USER, PROJECT]);
  });

  it('of a file with a byte order mark', () => {
    expect(read({ [PROJECT]: `\uFEFF${MULTI_CONFIG}` }).names).toEqual(['default', 'prod1', 'prod2']);
  });

  it('are not the hidden ones', () => {
    const presets = [{ name: 'base', hidden: true }, { name: 'a', hidden: false }, { name: 'b' }];
    expect(read({ [PROJECT]: file(presets) }).names).toEqual(['a', 'b']);
  });

  it('may have names of Object.prototype', () => {
    const text = `{"version": 3, "configurePresets": [
      {"name": "__proto__", "hidden": true, "environment": {"__proto__": "e"}, "cacheVariables": {"__proto__": "p"}},
      {"name": "constructor", "inherits": "__proto__", "cacheVariables": {"V": "$env{__proto__}", "W": "$env{toString}"}},
      {"name": "valueOf", "inherits": "toString"}
    ], "__proto__": {"version": 1}}`;
    const result = read({ [PROJECT]: text });
    expect(result.names).toEqual(['constructor']);
    const [preset] = result.presets;
    expect([...(preset?.cacheVariables ?? [])]).toEqual([
      ['V', 'e'],
      ['__proto__', 'p'],
    ]);
    expect([...(preset?.unknown ?? [])]).toEqual([['W', 'it uses $env{toString}']]);
    expect(problems(result)).toEqual([
      `preset "valueOf" of ${PROJECT}: it inherits from "toString", which is not a preset of its file or of one that this includes`,
    ]);
  });
});

describe('cache variables', () => {
  it.each<[value: unknown, expected: string | undefined]>([
    ['text', 'text'],
    ['', ''],
    [true, 'TRUE'],
    [false, 'FALSE'],
    [null, undefined],
    [{ type: 'FILEPATH', value: './sdkconfig' }, './sdkconfig'],
    [{ type: 'BOOL', value: true }, 'TRUE'],
    [{ value: '${presetName}' }, 'a'],
  ])('%j is %j', (value, expected) => {
    expect(valueOfV([{ name: 'a', cacheVariables: { V: value } }])).toBe(expected);
  });

  it('that are null are not those of a parent', () => {
    const base = { name: 'base', hidden: true, cacheVariables: { V: 'v', W: 'w' } };
    const preset = last([base, { name: 'a', inherits: 'base', cacheVariables: { V: null } }]);
    expect([...preset.cacheVariables]).toEqual([['W', 'w']]);
  });
});

describe('inherits', () => {
  const parent = (name: string, fields: Json) => ({ name, hidden: true, ...fields });

  it('takes own fields first, then those of the parents in order', () => {
    const preset = last([
      parent('root', { binaryDir: 'build/root', cacheVariables: { A: 'root', D: 'root', E: 'root' } }),
      parent('one', { inherits: 'root', cacheVariables: { A: 'one', B: 'one' } }),
      parent('two', { binaryDir: 'build/two', cacheVariables: { A: 'two', B: 'two', C: 'two', D: 'two' } }),
      { name: 'a', inherits: ['one', 'two'], cacheVariables: { A: 'own' } },
    ]);
    expect(Object.fromEntries(preset.cacheVariables)).toEqual({
      A: 'own',
      B: 'one',
      C: 'two',
      D: 'root',
      E: 'root',
    });
    expect(preset.binaryDir).toBe('app/build/root');
  });

  it('may name a preset that follows, and one that is not hidden', () => {
    const { names } = read({ [PROJECT]: file([{ name: 'b', inherits: 'a' }, { name: 'a' }]) });
    expect(names).toEqual(['b', 'a']);
  });

  it('does not take an empty build folder', () => {
    const base = parent('base', { binaryDir: 'out' });
    expect(last([base, { name: 'a', inherits: ['base'], binaryDir: '' }]).binaryDir).toBe('app/out');
  });

  it('expands macros for the preset that inherits', () => {
    const base = parent('base', {
      binaryDir: '${sourceDir}/build/${presetName}',
      environment: { BOARD: 'devkit' },
      cacheVariables: { V: '${presetName}-$env{BOARD}' },
    });
    const preset = last([base, { name: 'a', inherits: 'base', environment: { BOARD: 'product' } }]);
    expect([preset.binaryDir, preset.cacheVariables.get('V')]).toEqual(['app/build/a', 'a-product']);
  });

  it('leaves out presets without their parents, and keeps the others', () => {
    const inherits = (name: string, ...parents: string[]) => ({ name, inherits: parents });
    const result = read({
      [PROJECT]: file([
        inherits('a', 'b'),
        inherits('b', 'c'),
        inherits('c', 'b'),
        inherits('self', 'self'),
        inherits('lost', 'gone'),
        inherits('child', 'good', 'lost'),
        inherits('good'),
      ]),
    });
    expect(result.names).toEqual(['good']);
    const label = (name: string) => `preset "${name}" of ${PROJECT}: it inherits from`;
    expect(problems(result)).toEqual([
      `${label('c')} "b", which inherits from it`,
      `${label('b')} "c", which is not read`,
      `${label('a')} "b", which is not read`,
      `${label('self')} "self", which inherits from it`,
      `${label('lost')} "gone", which is not a preset of its file or of one that this includes`,
      `${label('child')} "lost", which is not read`,
    ]);
    expect(result.findings[0]?.where).toEqual({ file: PROJECT, field: 'configurePresets[2]' });
    expect(result.findings[0]?.message).toBe(
      `preset "c" of ${PROJECT} is not read: it inherits from "b", which inherits from it`,
    );
  });

  it('takes linear time where parents are shared', () => {
    const presets = Array.from({ length: 500 }, (_, index) => ({
      name: `${index}`,
      inherits: [index - 1, index - 2].filter((parent) => parent >= 0).map(String),
      cacheVariables: { [`V${index}`]: '${presetName}' },
    }));
    expect(last(presets).cacheVariables.size).toBe(500);
  });
});

describe('macros', () => {
  it.each<[written: string, expected: string, root?: string]>([
    ['${sourceDir}/build/x/sdkconfig', './build/x/sdkconfig'],
    ['${sourceDir}/a;b;${sourceDir}/c', './a;b;./c'],
    ['${sourceDir}/a', './a', '/work/app'],
    ['${sourceParentDir}/common', '../common', 'apps/light'],
    ['${sourceParentDir}/common', '../common', '..'],
    ['${sourceDirName}', 'light', 'apps/light'],
    ['${sourceDirName}', 'it uses ${sourceDirName}', '..'],
    ['${fileDir}', '.'],
    ['${presetName}.${presetName}', 'a.a'],
    ['a${pathListSep}b', `a${delimiter}b`],
    ['${dollar}{presetName}', '${presetName}'],
    ['$', '$'],
    ['$5 $x{presetName} $(presetName) a$', '$5 $x{presetName} $(presetName) a$'],
    ['$${presetName}', '$${presetName}'],
    ['$$${presetName}', '$$a'],
    ['${presetName', 'it uses ${presetName without a closing brace'],
    ['${PresetName}', 'it uses ${PresetName}'],
    ['${}', 'it uses ${}'],
    ['${toString}', 'it uses ${toString}'],
    ['${generator}', 'it uses ${generator}'],
    ['a/${hostSystemName}', 'it uses ${hostSystemName}'],
    ['$vendor{xide.dir}', 'it uses $vendor{xide.dir}'],
    ['$penv{BOARD}', 'it uses $penv{BOARD}'],
    ['$penv{OWN}', 'it uses $penv{OWN}'],
    ['$env{BOARD}', 'it uses $env{BOARD}'],
    ['$env{}', 'it uses $env{}'],
    ['$env{UNSET}', 'it uses $env{UNSET}'],
    ['$env{OWN}', 'own'],
    ['$env{NESTED}', 'a/own'],
    ['$env{OUTER}', 'it uses $penv{PATH}'],
    ['$env{A}', 'it uses $env{A}, which uses itself'],
    ['$env{B}', 'it uses $env{B}, which uses itself'],
    ['$env{LONG}$env{LONG}', 'it is longer than 8192 characters'],
    [`\${${'x'.repeat(100)}}`, `it uses \${${'x'.repeat(58)}...`],
  ])('%s is %s', (written, expected, root = 'app') => {
    const environment = {
      OWN: 'own',
      NESTED: '${presetName}/$env{OWN}',
      OUTER: '$env{OWN}:$penv{PATH}',
      UNSET: null,
      A: '$env{B}',
      B: '$env{A}',
      LONG: 'x'.repeat(5000),
    };
    const presets = [{ name: 'a', environment, cacheVariables: { V: written } }];
    expect(valueOfV(presets, {}, root)).toBe(expected);
  });

  it('are known in a project that is the current folder', () => {
    const presets = [{ name: 'a', binaryDir: '${sourceDir}/build', cacheVariables: { V: '${sourceDir}/x' } }];
    for (const root of ['.', '']) {
      const [preset] = read({ 'CMakePresets.json': file(presets) }, root).presets;
      expect([preset?.binaryDir, preset?.cacheVariables.get('V')]).toEqual(['build', './x']);
    }
  });

  it('make values of up to 8192 characters', () => {
    const value = (text: string) =>
      valueOfV([{ name: 'a', environment: { OWN: 'own' }, cacheVariables: { V: text } }]);
    expect(value('$env{OWN}'.repeat(900))).toBe('own'.repeat(900));
    expect(value('x'.repeat(8192))).toBe('x'.repeat(8192));
    expect(value('x'.repeat(8193))).toBe('it is longer than 8192 characters');
  });

  it('do not grow without bounds', () => {
    const environment = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`E${index}`, `$env{E${index + 1}}$env{E${index + 1}}`]),
    );
    const presets = [
      { name: 'a', environment: { ...environment, E30: 'x' }, cacheVariables: { V: '$env{E0}' } },
    ];
    expect(valueOfV(presets)).toBe('it is longer than 8192 characters');
  });

  it('are not nested without bounds', () => {
    const environment = Object.fromEntries(
      Array.from({ length: 999 }, (_, index) => [`E${index}`, `$env{E${index + 1}}`]),
    );
    const presets = [{ name: 'a', environment, cacheVariables: { V: '$env{E0}' } }];
    expect(valueOfV(presets)).toBe('it uses $env{E32}, which is nested too deeply');
  });
});

describe('the build folder', () => {
  it.each<[binaryDir: string | undefined, expected: string | undefined, root?: string]>([
    ['build', 'app/build'],
    ['./build/', 'app/build'],
    ['build/x/../y', 'app/build/y'],
    ['.', 'app'],
    ['../out', 'out'],
    ['${sourceDir}/build/${presetName}', 'app/build/a'],
    ['${sourceDir}/build', 'app/app/build', 'app/app'],
    ['${sourceParentDir}/out/${sourceDirName}', 'apps/out/light', 'apps/light'],
    ['${fileDir}/build', 'app/build'],
    ['build\\x', 'app/build/x'],
    ['$env{OUT}/x', 'app/out/x'],
    ['/out', '/out'],
    ['C:/out', 'C:/out'],
    ['${sourceDir}/build', '/work/app/build', '/work/app'],
    ['$penv{OUT}', undefined],
    ['a\0b', undefined],
    [undefined, undefined],
  ])('%s is %s', (binaryDir, expected, root = 'app') => {
    const preset = last([{ name: 'a', binaryDir, environment: { OUT: '${sourceDir}/out' } }], {}, root);
    expect(preset.binaryDir).toBe(expected);
  });
});

describe('the condition', () => {
  const equals = (lhs: string, rhs: string) => ({ type: 'equals', lhs, rhs });
  const unknown = { type: 'matches', string: 'a', regex: '^a' };
  const all = (...conditions: unknown[]) => ({ type: 'allOf', conditions });
  const any = (...conditions: unknown[]) => ({ type: 'anyOf', conditions });
  const not = (condition: unknown) => ({ type: 'not', condition });
  const inList = (type: string, string: string, ...list: string[]) => ({ type, string, list });
  const keeps = (condition: unknown) => {
    const result = read({ [PROJECT]: file([{ name: 'a', condition, environment: { BOARD: 'devkit' } }]) });
    expect(problems(result)).toEqual([]);
    return result.names.includes('a');
  };

  it.each<[isKept: boolean, condition: unknown]>([
    [true, undefined],
    [true, null],
    [true, true],
    [false, false],
    [true, { type: 'const', value: true }],
    [false, { type: 'const', value: false }],
    [true, equals('${presetName}', 'a')],
    [false, equals('${presetName}', 'b')],
    [false, equals('$env{BOARD}', 'product')],
    [false, { type: 'notEquals', lhs: 'a', rhs: '${presetName}' }],
    [true, { type: 'notEquals', lhs: 'a', rhs: 'b' }],
    [true, inList('inList', 'a', 'b', '${presetName}')],
    [false, inList('inList', 'a', 'b', 'c')],
    [false, inList('inList', 'a')],
    [true, inList('inList', 'a', 'b', '${generator}')],
    [false, inList('notInList', 'a', 'b', 'a')],
    [false, inList('notInList', 'a', '${generator}', 'a')],
    [true, inList('notInList', 'a', 'b')],
    [false, not(true)],
    [true, not(equals('a', 'b'))],
    [false, any()],
    [false, any(false, equals('a', 'b'))],
    [true, any(false, true)],
    [true, any(false, unknown)],
    [false, not(any(unknown, true))],
    [true, all()],
    [false, all(true, false)],
    [false, all(unknown, false)],
    [true, all(true, unknown)],
    // Not known
    [true, unknown],
    [true, not(unknown)],
    [true, { type: 'notMatches', string: 'a', regex: 'a' }],
    [true, equals('${hostSystemName}', 'Windows')],
    [true, { type: 'notEquals', lhs: '${sourceDir}', rhs: 'app' }],
    [true, equals('${sourceDir}/x', '$penv{HOME}/x')],
    [true, { type: 'equals', lhs: 'a' }],
    [true, { type: 'anyOf', conditions: 'a' }],
    [true, { type: 'const', value: 0 }],
    [true, { type: '__proto__' }],
    [true, {}],
  ])('%j: %j', (isKept, condition) => {
    expect(keeps(condition)).toBe(isKept);
  });

  it('is not known where it is too large', () => {
    const deep = (levels: number): unknown => (levels === 0 ? false : not(not(deep(levels - 1))));
    expect([keeps(deep(16)), keeps(deep(17)), keeps(deep(1000))]).toEqual([false, true, true]);
    const wide = (count: number) => any(...Array(count).fill(false));
    expect([keeps(wide(1000)), keeps(wide(1001))]).toEqual([false, true]);
  });

  it('is inherited, unless a preset has its own', () => {
    const { names } = read({
      [PROJECT]: file([
        { name: 'off', hidden: true, condition: equals('${presetName}', 'on') },
        { name: 'none', hidden: true, inherits: 'off', condition: null },
        { name: 'a', inherits: 'off' },
        { name: 'on', inherits: 'off' },
        { name: 'b', inherits: 'off', condition: true },
        { name: 'c', inherits: 'off', condition: null },
        { name: 'd', inherits: 'none' },
        { name: 'e', inherits: ['none', 'off'] },
      ]),
    });
    expect(names).toEqual(['on', 'b', 'c', 'd']);
  });
});

describe('include', () => {
  const hidden = (name: string, value: string) => ({
    name,
    hidden: true,
    cacheVariables: { V: value, DIR: '${fileDir}' },
  });

  it('reads files relative to the one that includes them, after its own presets', () => {
    const { names, findings, presets } = read({
      [PROJECT]: file([{ name: 'a', inherits: 'base' }], {
        include: ['cmake/boards.json', '../shared/base.json'],
      }),
      'app/cmake/boards.json': file([{ name: 'board' }], { include: ['./chips/c6.json'] }),
      'app/cmake/chips/c6.json': file([{ name: 'c6', cacheVariables: { DIR: '${fileDir}' } }]),
      'shared/base.json': file([hidden('base', 'shared')]),
    });
    expect(findings).toEqual([]);
    expect(names).toEqual(['a', 'board', 'c6']);
    expect(presets.map((preset) => preset.file)).toEqual([
      PROJECT,
      'app/cmake/boards.json',
      'app/cmake/chips/c6.json',
    ]);
    expect(presets.map(({ cacheVariables }) => cacheVariables.get('DIR'))).toEqual([
      '.',
      undefined,
      'cmake/chips',
    ]);
    expect(presets[0]?.cacheVariables.get('V')).toBe('shared');
  });

  it('reads a file once', () => {
    const { names, findings } = read({
      [PROJECT]: file([{ name: 'a' }], { include: ['b.json', './c.json', 'x/../c.json', '/opt/d.json'] }),
      'app/b.json': file([{ name: 'b', inherits: 'c' }], { include: ['../app/c.json'] }),
      'app/c.json': file([{ name: 'c' }]),
      '/opt/d.json': file([{ name: 'd' }]),
    });
    expect([names, findings]).toEqual([['a', 'b', 'c', 'd'], []]);
  });

  it('expands macros, but for those of a preset', () => {
    const include = [
      '${sourceDir}/cmake/b.json',
      '${fileDir}/c.json',
      '$penv{HOME}/d.json',
      '${presetName}.json',
    ];
    const result = read({
      [PROJECT]: file([], { version: 9, include }),
      'app/cmake/b.json': file([{ name: 'b' }]),
      'app/c.json': file([{ name: 'c' }]),
    });
    expect(result.names).toEqual(['b', 'c']);
    expect(problems(result)).toEqual([
      `"$penv{HOME}/d.json", which ${PROJECT} includes,: it uses $penv{HOME}`,
      `"\${presetName}.json", which ${PROJECT} includes,: it uses \${presetName}`,
    ]);
  });

  it('adds those of the user to those of the project', () => {
    const files = {
      [PROJECT]: file([{ name: 'a' }, hidden('base', 'project')], { version: 1 }),
      [USER]: file([{ name: 'mine', inherits: ['base', 'own'] }], { include: ['own.json'] }),
      'app/own.json': file([hidden('own', 'own')]),
    };
    const { names, presets, findings } = read(files);
    expect([names, findings]).toEqual([['a', 'mine'], []]);
    expect(presets[1]?.file).toBe(USER);
    expect(presets[1]?.cacheVariables.get('V')).toBe('project');
    expect(read({ ...files, [PROJECT]: undefined, [USER]: file([{ name: 'mine' }]) }).names).toEqual([
      'mine',
    ]);
    expect(read({ ...files, [USER]: '{' }).names).toEqual(['a']);
  });

  it('makes presets known only to files that include them', () => {
    const result = read({
      [PROJECT]: file([{ name: 'a', inherits: 'mine' }], { include: ['b.json', 'c.json'] }),
      'app/b.json': file([{ name: 'b', inherits: 'c' }]),
      'app/c.json': file([{ name: 'c' }]),
      [USER]: file([{ name: 'mine' }]),
    });
    expect(result.names).toEqual(['c', 'mine']);
    expect(problems(result)).toEqual([
      `preset "a" of ${PROJECT}: it inherits from "mine", which is not a preset of its file or of one that this includes`,
      'preset "b" of app/b.json: it inherits from "c", which is not a preset of its file or of one that this includes',
    ]);
  });

  it.each<[title: string, files: Files, names: readonly string[], expected: readonly string[]]>([
    [
      'a file that is missing',
      { [PROJECT]: file([{ name: 'a' }], { include: ['gone.json'] }) },
      ['a'],
      [`app/gone.json, which ${PROJECT} includes,: there is no such file`],
    ],
    [
      'a cycle',
      {
        [PROJECT]: file([{ name: 'a' }], { include: ['b.json'] }),
        'app/b.json': file([{ name: 'b' }], { include: ['sub/../CMakePresets.json', 'b.json'] }),
      },
      ['a', 'b'],
      [
        `${PROJECT}, which app/b.json includes,: the includes form a cycle`,
        'app/b.json, which app/b.json includes,: the includes form a cycle',
      ],
    ],
    [
      'the file of the user in that of the project',
      {
        [PROJECT]: file([{ name: 'a' }], { include: ['CMakeUserPresets.json'] }),
        [USER]: file([{ name: 'b' }]),
      },
      ['a', 'b'],
      [`${USER}, which ${PROJECT} includes,: the includes form a cycle`],
    ],
    [
      'a file that is not JSON',
      { [PROJECT]: file([{ name: 'a' }], { include: ['b.json'] }), 'app/b.json': '{"version": 4,}' },
      ['a'],
      ['app/b.json: it is not a JSON object with a "version"'],
    ],
  ])('reports %s', (_, files, names, expected) => {
    const result = read(files);
    expect(result.names).toEqual(names);
    expect(problems(result)).toEqual(expected);
  });

  it('is bounded', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [
        `app/${index}.json`,
        file([{ name: `${index}` }], { include: [`${index + 1}.json`] }),
      ]),
    );
    const result = read({ ...chain, [PROJECT]: file([], { include: ['0.json'] }) });
    expect(result.names).toHaveLength(63);
    expect(problems(result)).toEqual([
      'app/63.json, which app/62.json includes,: there are more than 64 files',
    ]);
  });
});

describe('what has the wrong shape', () => {
  const VERSION = 'it is not a JSON object with a "version"';
  it.each<[text: string, reason: string]>([
    ['', VERSION],
    ['{', VERSION],
    ['null', VERSION],
    ['[]', VERSION],
    ['"a"', VERSION],
    ['{}', VERSION],
    ['{"version": "3"}', VERSION],
    ['{"version": 3.5}', VERSION],
    ['{"__proto__": {"version": 3}}', VERSION],
    ['{"version": 3, "configurePresets": {}}', '"configurePresets" is not a list'],
    ['{"version": 3, "configurePresets": null}', '"configurePresets" is not a list'],
    ['{"version": 3, "include": ["a.json"]}', '"include" requires "version" 4'],
    ['{"version": 4, "include": "a.json"}', '"include" is not a list of up to 64 file names'],
    ['{"version": 4, "include": [""]}', '"include" is not a list of up to 64 file names'],
    ['{"version": 4, "include": ["a\\u0000"]}', '"include" is not a list of up to 64 file names'],
    ['{"version": 4, "include": [4]}', '"include" is not a list of up to 64 file names'],
    [
      file(Array.from({ length: 1001 }, (_, index) => ({ name: `${index}` }))),
      'there are more than 1000 presets',
    ],
  ])('in a file, row %#', (text, reason) => {
    const result = read({ [PROJECT]: text, [USER]: file([{ name: 'mine' }]) });
    expect(result.names).toEqual(['mine']);
    expect(problems(result)).toEqual([`${PROJECT}: ${reason}`]);
    expect(result.findings[0]?.where).toEqual({ file: PROJECT });
  });

  const NAME = 'it has no "name"';
  const CACHE = '"cacheVariables" is not an object of texts, true and false';
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`V${index}`, '']));
  it.each<[preset: unknown, reason: string]>([
    ['a', 'it is not an object'],
    [null, 'it is not an object'],
    [[], 'it is not an object'],
    [{}, NAME],
    [{ name: '' }, NAME],
    [{ name: 1 }, NAME],
    [{ name: 'a', hidden: 'yes' }, '"hidden" is not true or false'],
    [{ name: 'a', inherits: 1 }, '"inherits" is not a name, or a list of up to 64 names'],
    [{ name: 'a', inherits: [['b']] }, '"inherits" is not a name, or a list of up to 64 names'],
    [{ name: 'a', inherits: Array(65).fill('b') }, '"inherits" is not a name, or a list of up to 64 names'],
    [{ name: 'a', binaryDir: null }, '"binaryDir" is not a text'],
    [{ name: 'a', condition: 'no' }, '"condition" is not a condition'],
    [{ name: 'a', condition: [] }, '"condition" is not a condition'],
    [{ name: 'a', environment: { A: true } }, '"environment" is not an object of texts'],
    [{ name: 'a', environment: [] }, '"environment" is not an object of texts'],
    [{ name: 'a', cacheVariables: null }, CACHE],
    [{ name: 'a', cacheVariables: { A: 1 } }, CACHE],
    [{ name: 'a', cacheVariables: { A: ['b'] } }, CACHE],
    [{ name: 'a', cacheVariables: { A: { type: 'BOOL' } } }, CACHE],
    [{ name: 'a', cacheVariables: { A: { value: null } } }, CACHE],
    [{ name: 'a', cacheVariables: many }, CACHE],
  ])('in a preset, row %#', (preset, reason) => {
    const result = read({ [PROJECT]: file([{ name: 'before' }, preset, { name: 'after' }]) });
    expect(result.names).toEqual(['before', 'after']);
    expect(problems(result)).toEqual([`configurePresets[1] of ${PROJECT}: ${reason}`]);
    expect(result.findings[0]?.where).toEqual({ file: PROJECT, field: 'configurePresets[1]' });
  });

  it('in the names of presets: the first stays', () => {
    const result = read({
      [PROJECT]: file([
        { name: 'a', binaryDir: 'first' },
        { name: 'a', binaryDir: 'second' },
      ]),
      [USER]: file([{ name: 'a', binaryDir: 'mine' }]),
    });
    expect(result.presets.map(({ binaryDir }) => binaryDir)).toEqual(['app/first']);
    expect(problems(result)).toEqual(
      [PROJECT, USER].map((path) => `preset "a" of ${path}: there is another preset with this name`),
    );
  });

  it('by inheritance', () => {
    const variables = (from: number) =>
      Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`V${from + index}`, '']));
    const result = read({
      [PROJECT]: file([
        { name: 'a', cacheVariables: variables(0) },
        { name: 'b', cacheVariables: variables(600) },
        { name: 'c', inherits: ['a', 'b'] },
      ]),
    });
    expect(result.names).toEqual(['a', 'b']);
    expect(problems(result)).toEqual([`preset "c" of ${PROJECT}: it has more than 1000 variables`]);
  });
});

describe('the preset that is chosen', () => {
  const { presets: MULTI } = read({ [PROJECT]: MULTI_CONFIG });
  const choose = (
    presets: readonly Preset[],
    options: { readonly wanted?: string; readonly variant?: string } = {},
  ) => {
    const findings: Finding[] = [];
    const { wanted, variant } = options;
    const chosen = choosePreset(presets, { wanted, variant }, findings);
    return { name: chosen?.name, findings, codes: findings.map(({ code }) => code) };
  };
  const presetsOf = (...presets: Json[]) => read({ [PROJECT]: file(presets) }).presets;
  const DIFFER = 'firmware.presets-differ';
  const UNKNOWN = 'firmware.preset-unknown';

  it.each<[options: { wanted?: string; variant?: string }, name: string, codes: readonly string[]]>([
    [{}, 'default', [DIFFER]],
    [{ variant: 'prod1' }, 'prod1', []],
    [{ variant: 'prod1', wanted: 'prod2' }, 'prod1', []],
    [{ variant: 'prod1', wanted: 'prod3' }, 'prod1', []],
    [{ variant: 'other', wanted: 'prod2' }, 'prod2', []],
    [{ variant: 'other' }, 'default', [DIFFER]],
    [{ wanted: 'default' }, 'default', []],
    [{ wanted: 'prod3' }, 'default', [UNKNOWN, DIFFER]],
    [{ wanted: '' }, 'default', [DIFFER]],
  ])('for %j is %s', (options, name, codes) => {
    const chosen = choose(MULTI, options);
    expect([chosen.name, chosen.codes]).toEqual([name, codes]);
  });

  it('is the first without one named "default"', () => {
    expect(choose(MULTI.slice(1)).name).toBe('prod1');
    expect(choose([], { wanted: 'prod1', variant: 'prod1' })).toEqual({
      name: undefined,
      findings: [],
      codes: [],
    });
  });

  it('is reported with the others', () => {
    const [unknown, differ] = choose(MULTI, { wanted: 'prod3' }).findings;
    expect([unknown?.severity, unknown?.params, unknown?.where]).toEqual([
      'warning',
      { preset: 'prod3', known: ['default', 'prod1', 'prod2'] },
      { file: PROJECT },
    ]);
    expect([differ?.severity, differ?.params, differ?.where]).toEqual([
      'info',
      { taken: 'default', others: ['prod1', 'prod2'] },
      { file: PROJECT },
    ]);
  });

  it.each<[others: readonly string[], cacheVariables: Json, other: Json]>([
    [[], {}, {}],
    [[], { SDKCONFIG: 's' }, { SDKCONFIG: 's', CMAKE_BUILD_TYPE: 'Release' }],
    [[], { SDKCONFIG: '$penv{A}' }, { SDKCONFIG: '$penv{A}' }],
    [['b'], { SDKCONFIG: '$penv{A}' }, { SDKCONFIG: '$penv{B}' }],
    [['b'], { SDKCONFIG: '$penv{A}' }, {}],
    [['b'], { SDKCONFIG: 's' }, {}],
    [['b'], { SDKCONFIG_DEFAULTS: 'a;b' }, { SDKCONFIG_DEFAULTS: 'b;a' }],
    [['b'], {}, { IDF_TARGET: 'esp32c6' }],
  ])('has others with another configuration: %j', (others, cacheVariables, other) => {
    const presets = presetsOf(
      { name: 'a', binaryDir: 'build/a', cacheVariables },
      { name: 'b', binaryDir: 'build/b', cacheVariables: other },
    );
    const { findings } = choose(presets);
    expect(findings.map(({ params }) => params.others)).toEqual(others.length === 0 ? [] : [others]);
  });
});
