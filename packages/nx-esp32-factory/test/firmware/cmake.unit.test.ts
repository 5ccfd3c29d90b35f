import { isUnknown, PROJECT, runCMake } from '../../src/firmware/cmake';

const PROJECT_CMAKE = 'include($ENV{IDF_PATH}/tools/cmake/project.cmake)\nproject(app)\n';

interface Given {
  readonly files?: Readonly<Record<string, string>>;
  readonly cache?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The values with which a project builds; what is not known, with its reason. */
function valuesOf(text: string, { files = {}, cache = {}, environment = {} }: Given = {}) {
  const all: Record<string, string> = { 'CMakeLists.txt': text, ...files };
  const read = (path: string) =>
    path.startsWith(`${PROJECT}/`) ? all[path.slice(PROJECT.length + 1)] : undefined;
  const result = runCMake({
    cache: new Map(Object.entries({ IDF_TARGET: 'esp32c6', ...cache })),
    environment: (name) =>
      ['SDKCONFIG', 'SDKCONFIG_DEFAULTS'].includes(name) || name in environment
        ? environment[name]
        : { reason: `it uses the environment variable ${name}`, environment: name },
    readText: read,
    exists: (path) => (path.startsWith(`${PROJECT}/`) ? read(path) !== undefined : undefined),
    binaryDir: `${PROJECT}/build`,
  });
  const shown = (name: string) => {
    const value = result?.get(name);
    return isUnknown(value)
      ? `? ${value.at?.file.replace(`${PROJECT}/`, '')}:${value.at?.line} ${value.reason}`
      : value;
  };
  return {
    system: result?.buildSystem,
    defaults: shown('SDKCONFIG_DEFAULTS'),
    sdkconfig: shown('SDKCONFIG'),
    target: shown('IDF_TARGET'),
  };
}

const defaultsOf = (before: string, given?: Given) => valuesOf(`${before}\n${PROJECT_CMAKE}`, given).defaults;

describe('the values that a project builds with', () => {
  it('has the build system, and nothing where the project sets nothing', () => {
    expect(valuesOf(PROJECT_CMAKE)).toEqual({
      system: 1,
      defaults: undefined,
      sdkconfig: undefined,
      target: 'esp32c6',
    });
    expect(valuesOf('include($ENV{IDF_PATH}/tools/cmakev2/idf.cmake)\nproject(x)\n').system).toBe(2);
    expect(valuesOf('project(x)\n').system).toBeUndefined();
  });

  it('takes them at project() in build system 1, and at the include in 2', () => {
    const set = 'set(SDKCONFIG_DEFAULTS a)\n';
    expect(valuesOf(`include($ENV{IDF_PATH}/tools/cmake/project.cmake)\n${set}project(x)\n`).defaults).toBe(
      'a',
    );
    expect(valuesOf(`${PROJECT_CMAKE}${set}`).defaults).toBeUndefined();
    expect(
      valuesOf(`include($ENV{IDF_PATH}/tools/cmakev2/idf.cmake)\n${set}project(x)\n`).defaults,
    ).toBeUndefined();
  });

  it.each<[text: string, defaults: string | undefined, given?: Given]>([
    ['set(SDKCONFIG_DEFAULTS a b)', 'a;b'],
    ['set(SDKCONFIG_DEFAULTS "a;b")', 'a;b'],
    ['SET( SDKCONFIG_DEFAULTS\n  a # one\n  #[[ two ]]\n  b\n)', 'a;b'],
    ['set(SDKCONFIG_DEFAULTS [[a]] [=[b]=])', 'a;b'],
    ['list(APPEND SDKCONFIG_DEFAULTS a b)', 'a;b'],
    [
      'set(SDKCONFIG_DEFAULTS a)\nlist(APPEND SDKCONFIG_DEFAULTS b)\nlist(PREPEND SDKCONFIG_DEFAULTS c d)',
      'c;d;a;b',
    ],
    [
      'set(SDKCONFIG_DEFAULTS a b c)\nlist(REMOVE_ITEM SDKCONFIG_DEFAULTS b)\nlist(INSERT SDKCONFIG_DEFAULTS 1 x)',
      'a;x;c',
    ],
    [
      'set(SDKCONFIG_DEFAULTS a;a;b)\nlist(REMOVE_DUPLICATES SDKCONFIG_DEFAULTS)\nlist(REVERSE SDKCONFIG_DEFAULTS)',
      'b;a',
    ],
    [
      'set(D "${CMAKE_CURRENT_LIST_DIR}")\nset(SDKCONFIG_DEFAULTS ${D}/a.${IDF_TARGET})',
      '/@project/a.esp32c6',
    ],
    ['set(D ${CMAKE_SOURCE_DIR}/../x)\nset(SDKCONFIG_DEFAULTS ${D}/a)', '/@project/../x/a'],
    ['set(A B)\nset(B c)\nset(SDKCONFIG_DEFAULTS ${${A}})', 'c'],
    ['set(SDKCONFIG_DEFAULTS a CACHE STRING "")', 'a'],
    ['set(SDKCONFIG_DEFAULTS a CACHE STRING "")', 'b', { cache: { SDKCONFIG_DEFAULTS: 'b' } }],
    ['set(SDKCONFIG_DEFAULTS a CACHE STRING "" FORCE)', 'a', { cache: { SDKCONFIG_DEFAULTS: 'b' } }],
    ['set(SDKCONFIG_DEFAULTS $CACHE{X})', 'b', { cache: { X: 'b' } }],
    ['set(SDKCONFIG_DEFAULTS a)', 'a', { cache: { SDKCONFIG_DEFAULTS: 'b' } }],
    ['set(SDKCONFIG_DEFAULTS $ENV{SDKCONFIG_DEFAULTS})', 'e', { environment: { SDKCONFIG_DEFAULTS: 'e' } }],
    ['set(ENV{BOARD} c3)\nset(SDKCONFIG_DEFAULTS d.$ENV{BOARD})', 'd.c3'],
    ['set(SDKCONFIG_DEFAULTS a)\nunset(SDKCONFIG_DEFAULTS)', undefined],
    ['set(SDKCONFIG_DEFAULTS a)\nset(SDKCONFIG_DEFAULTS)', undefined],
    ['option(PROD "" ON)\nif(PROD)\nset(SDKCONFIG_DEFAULTS a)\nendif()', 'a'],
    [
      'option(PROD "" ON)\nif(PROD)\nset(SDKCONFIG_DEFAULTS a)\nendif()',
      undefined,
      { cache: { PROD: 'OFF' } },
    ],
    ['string(TOUPPER "${IDF_TARGET}" T)\nstring(APPEND SDKCONFIG_DEFAULTS a. "${T}")', 'a.ESP32C6'],
    ['string(REPLACE "esp32" "" S ${IDF_TARGET})\nset(SDKCONFIG_DEFAULTS a.${S})', 'a.c6'],
    [
      'get_filename_component(D "${CMAKE_CURRENT_LIST_DIR}/x/../y" ABSOLUTE)\nset(SDKCONFIG_DEFAULTS ${D}/a)',
      '/@project/y/a',
    ],
    // Arguments
    ['set(SDKCONFIG_DEFAULTS [[\nx\n]])', 'x\n'],
    ['set(SDKCONFIG_DEFAULTS a\u00a0b)', 'a\u00a0b'],
    ['set(SDKCONFIG_DEFAULTS "a\\\r\nb")\r\n', 'ab'],
    ['set(L [x;y] z)\nlist(LENGTH L N)\nset(SDKCONFIG_DEFAULTS ${N} ${L})', '2;[x;y];z'],
    // The cache
    ['option(X "" 2)\nset(SDKCONFIG_DEFAULTS "<${X}>")', '<OFF>'],
    ['option(X "" yes)\nset(SDKCONFIG_DEFAULTS "<${X}>")', '<ON>'],
    ['set(X a CACHE STRING "")\nset(X b CACHE INTERNAL "")\nset(SDKCONFIG_DEFAULTS ${X})', 'b'],
    ['set(X a CACHE INTERNAL "")\nset(SDKCONFIG_DEFAULTS ${X})', 'b', { cache: { X: 'b' } }],
    ['set(X n)\nset(X a CACHE STRING "")\nset(SDKCONFIG_DEFAULTS ${X})', 'b', { cache: { X: 'b' } }],
    ['set(X a/b//c/ CACHE PATH "")\nset(SDKCONFIG_DEFAULTS ${X})', 'a/b/c'],
    ['set(X q CACHE PATH "")\nset(SDKCONFIG_DEFAULTS ${X})', '/@project/b', { cache: { X: 'b' } }],
    ['set(X q CACHE PATH "")\nset(SDKCONFIG_DEFAULTS ${X})', 'OFF', { cache: { X: 'OFF' } }],
    // Lists and paths
    ['list(APPEND SDKCONFIG_DEFAULTS)', undefined],
    ['list(REVERSE SDKCONFIG_DEFAULTS)', undefined],
    ['set(SDKCONFIG_DEFAULTS "a;;b")\nlist(REMOVE_ITEM SDKCONFIG_DEFAULTS x)', 'a;;b'],
    ['get_filename_component(SDKCONFIG_DEFAULTS /a DIRECTORY)', '/'],
    ['get_filename_component(SDKCONFIG_DEFAULTS a/b/ DIRECTORY)', 'a'],
    ['get_filename_component(SDKCONFIG_DEFAULTS /a/../../b ABSOLUTE)', '/b'],
    // Scopes
    [
      'function(f)\nset(X new PARENT_SCOPE)\nset(SDKCONFIG_DEFAULTS "<${X}>" PARENT_SCOPE)\nendfunction()\nset(X old)\nf()',
      '<old>',
    ],
    ['block(SCOPE_FOR POLICIES)\nset(SDKCONFIG_DEFAULTS a)\nendblock()', 'a'],
    ['set(B q)\nmacro(m P)\nset(SDKCONFIG_DEFAULTS "${P}")\nendmacro()\nm([[${B}]])', 'q'],
    [
      'macro(m P)\nfunction(g)\nset(SDKCONFIG_DEFAULTS "${P}" PARENT_SCOPE)\nendfunction()\nendmacro()\nm(z)\ng()',
      'z',
    ],
    ['foreach(SDKCONFIG_DEFAULTS a)\nendforeach()', ''],
    ['cmake_minimum_required(VERSION 3.25)\nforeach(SDKCONFIG_DEFAULTS a)\nendforeach()', undefined],
  ])('%s', (...[text, defaults, given]) => {
    expect(defaultsOf(text, given)).toBe(defaults);
  });
});

describe('conditions', () => {
  const taken = (condition: string, given?: Given) => {
    const value = defaultsOf(
      `set(SDKCONFIG_DEFAULTS no)\nset(X c6)\nset(EMPTY "")\nif(${condition})\nset(SDKCONFIG_DEFAULTS yes)\nendif()`,
      given,
    );
    return value?.startsWith('?') === true ? undefined : value === 'yes';
  };

  it.each<[condition: string, truth: boolean | undefined]>([
    ['TRUE', true],
    ['OFF', false],
    ['1', true],
    ['0', false],
    ['x-NOTFOUND', false],
    ['X', true],
    ['"X"', false],
    ['NOT X', false],
    ['NOT NOT X', undefined],
    ['EMPTY', false],
    ['NOT Z', true],
    ['DEFINED X AND NOT DEFINED Z', true],
    ['DEFINED CACHE{IDF_TARGET}', true],
    ['DEFINED ENV{SDKCONFIG}', false],
    ['DEFINED ENV{BOARD}', undefined],
    ['X STREQUAL c6', true],
    ['"X" STREQUAL c6', false],
    ['"${X}" STREQUAL "c6"', true],
    ['IDF_TARGET STREQUAL "esp32" OR IDF_TARGET STREQUAL esp32c6', true],
    ['(TRUE OR FALSE) AND FALSE', false],
    ['TRUE OR FALSE AND FALSE', false],
    ['2 LESS 10 AND 3 GREATER_EQUAL 3', true],
    ['5.10 VERSION_GREATER 5.9', true],
    ['IDF_TARGET MATCHES "c6"', true],
    ['IDF_TARGET MATCHES "^(esp32|esp32c6)$"', true],
    ['IDF_TARGET MATCHES "^esp32$"', false],
    ['IDF_TARGET MATCHES "c[0-9]"', undefined],
    ['c6 IN_LIST X', true],
    ['c3 IN_LIST X', false],
    ['EXISTS ${CMAKE_SOURCE_DIR}/CMakeLists.txt', true],
    ['EXISTS ${CMAKE_SOURCE_DIR}/none', false],
    ['EXISTS /etc/passwd', undefined],
    ['CMAKE_BUILD_TYPE STREQUAL Release', undefined],
    ['CMAKE_BUILD_TYPE STREQUAL Release AND FALSE', false],
    ['CMAKE_BUILD_TYPE STREQUAL Release OR TRUE', true],
    ['NOT CMAKE_BUILD_TYPE STREQUAL Release', undefined],
    ['X Y Z W', undefined],
    ['00', false],
    ['.5', true],
    ['1x', false],
    ['10abc EQUAL 10', true],
    ['5.4.1 LESS 5.5', true],
    ['"" EQUAL 0', false],
    ['FALSE AND FALSE OR TRUE', true],
    ['valueOf X', undefined],
    ['IS_DIRECTORY ${CMAKE_SOURCE_DIR}/CMakeLists.txt', undefined],
    ['CMAKE_SOURCE_DIR MATCHES app', undefined],
  ])('if(%s)', (condition, truth) => {
    expect(taken(condition)).toBe(truth);
  });
});

describe('branches, loops, functions and files', () => {
  it.each<[title: string, text: string, defaults: string | undefined, given?: Given]>([
    [
      'the branch that applies',
      'if(A)\nset(SDKCONFIG_DEFAULTS a)\nelseif(IDF_TARGET STREQUAL esp32c6)\nset(SDKCONFIG_DEFAULTS b)\nelse()\nset(SDKCONFIG_DEFAULTS c)\nendif()',
      'b',
    ],
    [
      'the same value in all branches',
      'set(SDKCONFIG_DEFAULTS a)\nif(MSVC)\nset(SDKCONFIG_DEFAULTS a)\nendif()',
      'a',
    ],
    [
      'a loop over a list',
      'foreach(B IN LISTS BOARDS ITEMS z)\nlist(APPEND SDKCONFIG_DEFAULTS d.${B})\nendforeach()',
      'd.x;d.y;d.z',
      { cache: { BOARDS: 'x;y' } },
    ],
    ['break()', 'foreach(B a b)\nset(SDKCONFIG_DEFAULTS ${B})\nbreak()\nendforeach()', 'a'],
    ['while()', 'set(M 1)\nwhile(M)\nlist(APPEND SDKCONFIG_DEFAULTS a)\nset(M 0)\nendwhile()', 'a'],
    [
      'a function with PARENT_SCOPE',
      'function(pick BOARD)\nset(X local)\nset(SDKCONFIG_DEFAULTS d.${BOARD} ${ARGN} PARENT_SCOPE)\nendfunction()\npick(c6 extra)',
      'd.c6;extra',
    ],
    ['a function without', 'function(pick)\nset(SDKCONFIG_DEFAULTS a)\nendfunction()\nPICK()', undefined],
    ['a macro', 'macro(pick B)\nset(SDKCONFIG_DEFAULTS d.${B})\nendmacro()\npick(c3)', 'd.c3'],
    ['a block', 'block(PROPAGATE SDKCONFIG_DEFAULTS)\nset(SDKCONFIG_DEFAULTS a)\nendblock()', 'a'],
    [
      'return()',
      'include(x.cmake)',
      'a',
      { files: { 'x.cmake': 'set(SDKCONFIG_DEFAULTS a)\nreturn()\nset(SDKCONFIG_DEFAULTS b)' } },
    ],
    [
      'a file of the project',
      'include(${CMAKE_CURRENT_LIST_DIR}/cmake/x.cmake)',
      '/@project/cmake/a',
      { files: { 'cmake/x.cmake': 'set(SDKCONFIG_DEFAULTS ${CMAKE_CURRENT_LIST_DIR}/a)' } },
    ],
    [
      'a module of the project',
      'list(APPEND CMAKE_MODULE_PATH ${CMAKE_SOURCE_DIR}/cmake)\ninclude(x)',
      'a',
      { files: { 'cmake/x.cmake': 'set(SDKCONFIG_DEFAULTS a)' } },
    ],
    ['a module of CMake', 'include(ExternalProject)', undefined],
    ['an optional file', 'include(none.cmake OPTIONAL)', undefined],
    [
      'files of the SDK',
      'set(P $ENV{ESP_MATTER_PATH})\ninclude(${P}/examples/x.cmake)\ninclude(${IDF_PATH}/y.cmake)',
      undefined,
    ],
    [
      'a condition on the installation, as esp-matter has it',
      'if(NOT DEFINED ENV{ESP_MATTER_PATH})\nmessage(FATAL_ERROR "set it")\nendif()\nset(SDKCONFIG_DEFAULTS a)',
      'a',
    ],
  ])('reads %s', (...[, text, defaults, given]) => {
    expect(defaultsOf(text, given)).toBe(defaults);
  });

  it.each<[text: string, reason: string, given?: Given]>([
    ['set(SDKCONFIG_DEFAULTS d.$ENV{BOARD})', '? CMakeLists.txt:1 it uses the environment variable BOARD'],
    [
      '\nset(SDKCONFIG_DEFAULTS d.$<CONFIG>)',
      '? CMakeLists.txt:2 it uses the generator expression $<CONFIG>',
    ],
    [
      'include(${CMAKE_SOURCE_DIR}/x.cmake)',
      '? CMakeLists.txt:1 it includes ${CMAKE_SOURCE_DIR}/x.cmake, which is not there',
    ],
    [
      'include($ENV{ESP_BOARD_DIR}/x.cmake)',
      '? CMakeLists.txt:1 it includes $ENV{ESP_BOARD_DIR}/x.cmake: it uses the environment variable ESP_BOARD_DIR',
    ],
    [
      'include($ENV{BOARD}.cmake)',
      '? CMakeLists.txt:1 it includes $ENV{BOARD}.cmake: it uses the environment variable BOARD',
    ],
    [
      'if(CMAKE_BUILD_TYPE)\nset(SDKCONFIG_DEFAULTS a)\nendif()',
      '? CMakeLists.txt:1 it depends on a condition: it uses CMAKE_BUILD_TYPE, which only a build knows',
    ],
    [
      'if(CMAKE_BUILD_TYPE)\nreturn()\nendif()\nset(SDKCONFIG_DEFAULTS a)',
      '? CMakeLists.txt:1 it depends on a condition: it uses CMAKE_BUILD_TYPE, which only a build knows',
    ],
    [
      'execute_process(COMMAND x OUTPUT_VARIABLE B)\nset(SDKCONFIG_DEFAULTS a.${B})',
      '? CMakeLists.txt:1 it uses execute_process()',
    ],
    [
      'foreach(B $ENV{BOARDS})\nlist(APPEND SDKCONFIG_DEFAULTS ${B})\nendforeach()',
      '? CMakeLists.txt:1 it uses the environment variable BOARDS',
    ],
    ['file(STRINGS x.txt SDKCONFIG_DEFAULTS)', '? CMakeLists.txt:1 it uses file()'],
    ['message(FATAL_ERROR "no")', '? CMakeLists.txt:1 it ends the build with a FATAL_ERROR'],
    ['if(A)', "? CMakeLists.txt:1 it is not CMake's syntax"],
    ['set(A "', "? CMakeLists.txt:1 it is not CMake's syntax"],
    ['include(CMakeLists.txt)', '? CMakeLists.txt:1 it includes or calls itself'],
    ['while(1)\nset(A b)\nendwhile()', '? CMakeLists.txt:2 it runs too many commands'],
    ['function(f)\nf()\nendfunction()\nf()', '? CMakeLists.txt:2 it includes or calls itself'],
    [
      'include(x.cmake)',
      '? x.cmake:1 it uses the environment variable BOARD',
      { files: { 'x.cmake': 'set(SDKCONFIG_DEFAULTS $ENV{BOARD})' } },
    ],
  ])('says why it does not know: %s', (...[text, reason, given]) => {
    expect(defaultsOf(text, given)).toBe(reason);
  });
});

describe('hostile texts', () => {
  const big = (text: string) => text.repeat(Math.floor(900_000 / text.length));
  it.each<[title: string, text: string]>([
    ['doubling', `set(A ab)\n${'set(A "${A}${A}")\n'.repeat(64)}set(SDKCONFIG_DEFAULTS "\${A}")`],
    [
      'replacing',
      `set(A ${'a'.repeat(60_000)})\n${'string(REPLACE a "${A}" A "${A}")\n'.repeat(9)}set(SDKCONFIG_DEFAULTS \${A})`,
    ],
    [
      'many references',
      `set(A ${'a'.repeat(60_000)})\nset(B ${'"${A}" '.repeat(20_000)})\nset(SDKCONFIG_DEFAULTS x)`,
    ],
    ['parentheses', `if(${big('( ')})\nendif()`],
    ['negations', `if(${big('NOT ')}A)\nendif()`],
    ['blocks', big('if(A)\n')],
    ['open brackets', big('[')],
    ['quotes', big('set("')],
    ['comments', big('#[[ ')],
    ['references', `set(A ${big('${')})`],
    ['prefixes', `${'cmake_parse_arguments(A B C)\n'.repeat(3_000)}${'set(X ${IDF_Y})\n'.repeat(20_000)}`],
  ])('%s take bounded time', (_, text) => {
    const start = performance.now();
    defaultsOf(text);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
