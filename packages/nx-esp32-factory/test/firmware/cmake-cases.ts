/** Projects that CMake and our reader are compared with: what each command and condition does, and what projects write. */
import type { Project } from './cmake-peer';

/** The commands before project(), with the other files of the project and how it is built. */
export type Case = readonly [text: string, given?: Omit<Project, 'files'> & { files?: Project['files'] }];

const D = 'SDKCONFIG_DEFAULTS';
const SHOW = `set(${D} "<\${X}>")`;
const OLD = 'cmake_minimum_required(VERSION 3.5)\n';
const NEW = 'cmake_minimum_required(VERSION 3.25)\n';

/** What must be known. */
export const KNOWN: readonly Case[] = [
  // Arguments
  [`set(${D} a b;c "d;e" [[f]] [=[g]]]=])`],
  [`set(${D} a # one\n  #[[ two\n ]] b\n)`],
  [`set(${D} [[\na\n]])`],
  [`set(${D} "a\\\nb")`],
  ['set(SDKCONFIG_DEFAULTS\r\n  a\r\n  "b\r\nc")\r\n'],
  [`set(${D} a\\ b a\\;b "a\\;b" "\\"q\\"" \\\${X})`],
  [`set(${D} a"b c"d "a"b a=b a[[b]])`],
  [`set(${D} a\u00a0b a\fb)`],
  [`set(${D} [x;y] z)\nlist(LENGTH ${D} N)\nset(${D} "\${N} \${${D}}")`],
  [`set(A B)\nset(B c)\nset(B_c d)\nset(${D} \${\${A}} \${B_\${B}} "\${none}" \${none})`],
  [`set(A "x;;y")\nset(${D} \${A})`],
  // set, unset, option, the cache and the environment
  [`set(${D} a)\nset(${D})`],
  [`set(${D} "")`],
  [`set(X a CACHE STRING "" FORCE)\n${SHOW}`, { cache: { X: 'b' } }],
  [`set(X a CACHE STRING "")\n${SHOW}`, { cache: { X: 'b' } }],
  [`set(X a CACHE INTERNAL "")\nset(X b CACHE INTERNAL "")\n${SHOW}`],
  [`set(X a CACHE INTERNAL "")\n${SHOW}`, { cache: { X: 'b' } }],
  [`set(X a//b/ CACHE PATH "")\n${SHOW}`],
  [`set(X x CACHE FILEPATH "")\n${SHOW}`, { cache: { X: 'b/c' } }],
  [`set(X x CACHE FILEPATH "")\n${SHOW}`, { cache: { X: 'OFF' } }],
  [`set(X n)\nset(X a CACHE STRING "")\n${SHOW}`],
  [`${NEW}set(X n)\nset(X a CACHE STRING "")\nset(${D} \${X} $CACHE{X})`],
  [`set(X a CACHE STRING "")\nset(X n)\nset(X b CACHE STRING "")\n${SHOW}`],
  [`set(X a CACHE STRING "")\nset(X n)\nunset(X)\n${SHOW}`],
  [`set(X a CACHE STRING "")\nunset(X CACHE)\n${SHOW}`],
  [`set(X n)\noption(X "" ON)\n${SHOW}`],
  [`${OLD}set(X n)\noption(X "" ON)\n${SHOW}`],
  [`option(X "" yes)\noption(Y "" 2)\noption(Z "")\nset(${D} \${X} \${Y} \${Z})`],
  [`option(X "" ON)\n${SHOW}`, { cache: { X: 'b' } }],
  [`set(ENV{X} a)\nset(${D} $ENV{X})\nunset(ENV{X})\nif(NOT DEFINED ENV{X})\nlist(APPEND ${D} b)\nendif()`],
  [`set(${D} $ENV{E}/a)`, { environment: { E: 'e' } }],
  // list, string, get_filename_component
  [`list(APPEND ${D} a b)\nlist(PREPEND ${D} c)\nlist(INSERT ${D} 1 x y)\nlist(INSERT ${D} -1 z)`],
  [`set(${D} a b a c)\nlist(REMOVE_ITEM ${D} b z)\nlist(REMOVE_DUPLICATES ${D})\nlist(REVERSE ${D})`],
  [`list(REVERSE ${D})\nlist(APPEND ${D})\nlist(REMOVE_ITEM ${D} a)`],
  [`list(APPEND ${D} "")`],
  [`set(L "a;;b")\nlist(REMOVE_ITEM L x)\nlist(LENGTH L N)\nset(${D} "\${N} \${L}")`],
  [`set(L a b)\nlist(JOIN L - X)\n${SHOW}`],
  [`string(APPEND X a b)\nstring(PREPEND X c)\nstring(CONCAT X "\${X}" d)\n${SHOW}`],
  [`string(APPEND ${D})`],
  [`string(TOUPPER "aé-\${IDF_TARGET}" X)\n${SHOW}`],
  [`string(STRIP " \t a b\n" X)\n${SHOW}`],
  [`string(REPLACE esp32 "" X \${IDF_TARGET} -esp32)\n${SHOW}`],
  [`string(JOIN + X a "" b)\n${SHOW}`],
  ...['/a', 'a/b', 'a/b/', '/', 'a//b', '.x', 'a.b.c', ''].map((path): Case => {
    const modes = ['DIRECTORY', 'NAME', 'NAME_WE', 'EXT', 'ABSOLUTE'];
    const lines = modes.map(
      (mode) => `get_filename_component(X "${path}" ${mode})\nstring(APPEND ${D} "\${X} ")`,
    );
    return [lines.join('\n')];
  }),
  [`get_filename_component(${D} ../x/../y/. ABSOLUTE)`],
  [`get_filename_component(X "\${CMAKE_SOURCE_DIR}" DIRECTORY)\nset(${D} \${X}/common)`],
  // Blocks
  [`foreach(I a "b;c" d;e)\nlist(APPEND ${D} <\${I}>)\nendforeach()`],
  [`set(L "a;;b")\nforeach(I IN LISTS L none ITEMS c LISTS L)\nstring(APPEND ${D} <\${I}>)\nendforeach()`],
  [`foreach(${D} a)\nendforeach()`],
  [`${NEW}foreach(${D} a)\nendforeach()`],
  [`foreach(I a b c)\nif(I STREQUAL b)\ncontinue()\nendif()\nlist(APPEND ${D} \${I})\nendforeach()`],
  [`foreach(I a b c)\nlist(APPEND ${D} \${I})\nif(I STREQUAL b)\nbreak()\nendif()\nendforeach()`],
  [`while(NOT X STREQUAL xx)\nstring(APPEND X x)\nlist(APPEND ${D} \${X})\nendwhile()`],
  [
    `function(f P)\nset(${D} \${P} \${ARGC} \${ARGN} "\${ARGV}" \${ARGV1} PARENT_SCOPE)\nendfunction()\nF(a b;c "")`,
  ],
  [`function(f)\nset(X new PARENT_SCOPE)\nset(${D} "<\${X}>" PARENT_SCOPE)\nendfunction()\nset(X old)\nf()`],
  [`function(f)\nset(X a)\nreturn()\nset(X b PARENT_SCOPE)\nendfunction()\nf()\n${SHOW}`],
  [`macro(m P)\nset(${D} \${P} \${ARGN})\nif(DEFINED P)\nlist(APPEND ${D} p)\nendif()\nendmacro()\nm(a b c)`],
  [`set(B q)\nmacro(m P)\nset(${D} "\${P}")\nendmacro()\nm([[\${B}]])`],
  [`macro(m P)\nfunction(g)\nset(${D} "\${P}" PARENT_SCOPE)\nendfunction()\nendmacro()\nm(z)\ng()`],
  [
    `macro(m)\nreturn()\nendmacro()\nfunction(f)\nset(${D} a PARENT_SCOPE)\nm()\nset(${D} b PARENT_SCOPE)\nendfunction()\nf()`,
  ],
  [`block(PROPAGATE X)\nset(X a)\nset(Y b)\nendblock()\nset(${D} "\${X}\${Y}")`],
  [`block(SCOPE_FOR POLICIES)\nset(${D} a)\nendblock()`],
  [`set(X a CACHE STRING "")\nblock(PROPAGATE X)\nendblock()\nunset(X CACHE)\n${SHOW}`],
  // Files
  [
    'include(x.cmake)',
    { files: { 'x.cmake': `set(${D} \${CMAKE_CURRENT_LIST_DIR}/a)\nreturn()\nset(${D} b)` } },
  ],
  ['include(x.cmake)\ninclude(x.cmake)', { files: { 'x.cmake': `include_guard()\nlist(APPEND ${D} a)` } }],
  ['include(none OPTIONAL)\ninclude(none.cmake OPTIONAL)\ninclude(CMakeParseArguments)'],
  [
    'list(APPEND CMAKE_MODULE_PATH ${CMAKE_SOURCE_DIR}/m)\ninclude(x)',
    { files: { 'm/x.cmake': `set(${D} a)` } },
  ],
  [
    'add_subdirectory(sub)',
    {
      files: {
        'sub/CMakeLists.txt': `include(y.cmake)\nset(${D} \${CMAKE_CURRENT_BINARY_DIR} \${Y} PARENT_SCOPE)`,
        'sub/y.cmake': 'get_filename_component(Y y ABSOLUTE)',
      },
    },
  ],
  // What projects write
  [`set(${D} "\${CMAKE_CURRENT_LIST_DIR}/sdkconfig.defaults;sdkconfig.\${IDF_TARGET}")`],
  [
    `set(OPTIONAL a.cfg b.cfg)\nset(${D} base)\nforeach(F \${OPTIONAL})\nif(EXISTS "\${CMAKE_SOURCE_DIR}/\${F}")\nlist(APPEND ${D} \${F})\nendif()\nendforeach()`,
    { files: { 'b.cfg': '' } },
  ],
  [
    `if(NOT BOARD_NAME)\nset(BOARD_NAME one)\nendif()\ninclude(boards/\${BOARD_NAME}/board.cmake)\nlist(REMOVE_ITEM ${D} s)`,
    {
      files: {
        'boards/one/board.cmake': `set(${D}\n  boards/base\n  s\n  \${CMAKE_CURRENT_LIST_DIR}/own\n)`,
      },
    },
  ],
  [`if(NOT SDKCONFIG)\nset(SDKCONFIG "\${CMAKE_BINARY_DIR}/sdkconfig" CACHE FILEPATH "")\nendif()`],
  [
    `set(LIST first)\nlist(APPEND LIST \${${D}})\nset(${D} \${LIST})`,
    { cache: { SDKCONFIG_DEFAULTS: 'a;b' } },
  ],
  [`if(\${IDF_TARGET} STREQUAL "esp32c6" AND NOT "\${MODE}" STREQUAL debug)\nset(${D} c6)\nendif()`],
  [`if(NOT CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_LIST_DIR)\nset(${D} outer)\nendif()`],
];

/** What a build alone knows: no value may be made up. */
export const UNKNOWN: readonly Case[] = [
  [`set(${D} a.$ENV{BOARD})`],
  [`set(X "")\nfunction(f A B)\nset(${D} "\${B}" PARENT_SCOPE)\nendfunction()\nf($ENV{BOARD} a b c)`],
  [`set(${D} a)\nset($ENV{BOARD} b)`],
  [`set(${D} a)\nunset($ENV{BOARD})`],
  [`set(${D} a)\nforeach($ENV{BOARD} b)\nset(${D} c)\nendforeach()`],
  [`get_filename_component(${D} "\${CMAKE_SOURCE_DIR}" NAME)`],
  [`string(TOUPPER "\${CMAKE_SOURCE_DIR}" ${D})`],
  [`string(REPLACE a b ${D} "\${CMAKE_SOURCE_DIR}")`],
  [`if(CMAKE_SOURCE_DIR MATCHES app)\nset(${D} a)\nendif()`],
  [
    `set(A 1)\nset(B 1)\nset(C 1)\nset(${D} 1)\nforeach(I RANGE 4)\nset(${D} \${C})\nset(C \${B})\nset(B \${A})\nset(A 2)\nendforeach()`,
  ],
  [
    `macro(m)\nif("$ENV{BOARD}" STREQUAL A)\nreturn()\nendif()\nendmacro()\nfunction(f)\nm()\nset(${D} a PARENT_SCOPE)\nendfunction()\nf()`,
  ],
  [`set(N 0)\nset(L $ENV{BOARD})\nlist(LENGTH L N)\nset(${D} \${N})`],
  [`set(${D} a)\ncmake_language(EVAL CODE "set(${D} b)")`],
  [`set(${D} a)\nstring(LENGTH abc ${D})`],
  [`set(MY-X a)\nstring(LENGTH abc MY-X)\nset(${D} \${MY-X})`],
  [`set(P_A a)\ncmake_parse_arguments(P "" "A" "" A b)\nset(${D} \${P_A})`],
];

/** Conditions that must be known, where X is c6, EMPTY is empty and L is a list. */
export const CONDITIONS: readonly string[] = [
  ...[
    '1',
    '0',
    'TRUE',
    'y',
    'OFF',
    'IGNORE',
    'x-NOTFOUND',
    'NOTFOUND',
    '00',
    '0.0',
    '1e0',
    '.5',
    '1x',
    '" "',
    '""',
  ],
  ...['X', '"X"', 'EMPTY', 'Z', 'ZERO', 'LOWER', 'toString', 'constructor', 'NOT X', 'NOT Z', '"2"', '${Z}'],
  ...['DEFINED X', 'DEFINED EMPTY', 'DEFINED Z', 'DEFINED CACHE{IDF_TARGET}', 'DEFINED CACHE{X}'],
  ...['TRUE OR TRUE AND FALSE', 'FALSE AND FALSE OR TRUE', 'TRUE OR (TRUE AND FALSE)', 'NOT (X AND Z) AND X'],
  ...[
    'X STREQUAL c6',
    '"X" STREQUAL c6',
    'X STREQUAL "c6"',
    'c6 STREQUAL X',
    'X STREQUAL Z',
    'NOT X STREQUAL Z',
  ],
  ...['a STRLESS b', 'a STRGREATER b', 'a STRLESS_EQUAL a', 'B STRGREATER_EQUAL a', 'ä STRLESS z'],
  ...[
    '10 EQUAL 10.0',
    '2 LESS 10',
    '10abc EQUAL 10',
    '"" EQUAL 0',
    'a LESS 1',
    '5.4.1 LESS 5.5',
    '3 GREATER 2',
  ],
  ...['2 LESS_EQUAL 2', '1 GREATER_EQUAL 2', '" 1" EQUAL 1', '-1 LESS +1'],
  ...['5.10 VERSION_GREATER 5.9', '5.4 VERSION_EQUAL 5.4.0', '5 VERSION_LESS 5.0.1', '"" VERSION_LESS 1'],
  ...['5.4 VERSION_LESS_EQUAL 5.4', '6 VERSION_GREATER_EQUAL 5.9.9'],
  ...['b IN_LIST L', 'x IN_LIST L', '"" IN_LIST L', 'X IN_LIST X', 'a IN_LIST Z'],
  ...[
    'X MATCHES c',
    'X MATCHES ^c6$',
    'X MATCHES "^(c3|c6)$"',
    'X MATCHES 6$',
    'X MATCHES "a|c"',
    'X MATCHES Y',
  ],
  ...[
    'EXISTS ${CMAKE_SOURCE_DIR}/CMakeLists.txt',
    'EXISTS "${CMAKE_SOURCE_DIR}"',
    'EXISTS ""',
    'EXISTS none',
  ],
  ...[
    'IS_DIRECTORY ${CMAKE_SOURCE_DIR}/none',
    'IS_ABSOLUTE /a',
    'IS_ABSOLUTE a',
    'CMAKE_SOURCE_DIR STREQUAL a',
  ],
];

export const CONDITION_START =
  'set(X c6)\nset(Y c)\nset(EMPTY "")\nset(ZERO 0.0)\nset(LOWER notfound)\nset(L "a;;b")\n';
