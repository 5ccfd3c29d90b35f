/** Random programs in CMake's language, over a few variables. */
import fc from 'fast-check';
import type { Project } from './cmake-peer';

const NAMES = ['A', 'B', 'C', 'D', 'SDKCONFIG_DEFAULTS'];
const name = fc.constantFrom(...NAMES, 'SDKCONFIG_DEFAULTS');
const call = (command: string, ...args: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...args).map((words) => `${command}(${words.join(' ')})`);
const text = (value: string) => fc.constant(value);
const plain = fc.constantFrom('a', 'b', 'a.b', '/x/y.z', '0', '2', '10', 'ON', 'NO', 'x;y', 'A', 'f');

const word: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 3, arbitrary: name.map((one) => `\${${one}}`) },
  { weight: 2, arbitrary: name.map((one) => `"\${${one}}"`) },
  fc.constantFrom('$ENV{BOARD}', '"$ENV{BOARD}"', 'c.$ENV{BOARD}', '$ENV{E}', '$CACHE{A}', '"$CACHE{B}"'),
  fc.constantFrom(
    '""',
    '"a b"',
    '" a"',
    'a\\;b',
    '"a\\;b"',
    '[[a;${A}]]',
    '[x;y]',
    '"a;;b"',
    '"\\${A}"',
    'a\\ b',
  ),
  fc.constantFrom(
    '${P}',
    '${ARGN}',
    '${ARGV}',
    '${ARGV0}',
    '"${ARGV1}"',
    '${ARGC}',
    '${I}',
    '${${A}}',
    '${${P}}',
  ),
  fc.tuple(plain, name).map(([start, one]) => `${start}-\${${one}}`),
);
const words = fc.array(word, { maxLength: 3 }).map((all) => all.join(' '));

const simple: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: call('set', name, words) },
  call('set', name, words, text('PARENT_SCOPE')),
  call(
    'set',
    name,
    word,
    text('CACHE'),
    fc.constantFrom('STRING ""', 'STRING "" FORCE', 'INTERNAL ""', 'PATH ""'),
  ),
  call('set', word, word),
  call('unset', name, fc.constantFrom('', '', 'CACHE', 'PARENT_SCOPE')),
  call('set', text('ENV{E}'), word),
  call('unset', text('ENV{E}')),
  call('option', name, text('""'), fc.constantFrom('', 'ON', '2', 'TRUE')),
  { weight: 3, arbitrary: call('list', fc.constantFrom('APPEND', 'PREPEND', 'REMOVE_ITEM'), name, words) },
  call('list', text('INSERT'), name, fc.constantFrom('0', '1', '-1'), words),
  call('list', fc.constantFrom('REVERSE', 'REMOVE_DUPLICATES', 'SORT'), name),
  call('list', text('LENGTH'), name, name),
  call('list', text('JOIN'), name, fc.constantFrom('"-"', '";"', '""'), name),
  call('list', text('GET'), name, text('0'), name),
  { weight: 2, arbitrary: call('string', fc.constantFrom('APPEND', 'PREPEND', 'CONCAT'), name, words) },
  call('string', text('JOIN'), fc.constantFrom('+', '";"'), name, words),
  call('string', fc.constantFrom('TOUPPER', 'TOLOWER', 'STRIP', 'LENGTH'), word, name),
  call('string', text('REPLACE'), plain, word, name, words),
  call(
    'get_filename_component',
    name,
    word,
    fc.constantFrom('DIRECTORY', 'NAME', 'NAME_WE', 'EXT', 'ABSOLUTE', 'LAST_EXT'),
  ),
  call('math', text('EXPR'), name, text('"1+1"')),
  call('cmake_parse_arguments', fc.constantFrom('A', 'X'), text('"O"'), text('"B"'), text('""'), words),
  call(
    'cmake_policy',
    text('SET'),
    fc.constantFrom('CMP0126', 'CMP0077', 'CMP0124'),
    fc.constantFrom('NEW', 'OLD'),
  ),
  call(
    'include',
    fc.constantFrom(
      'one.cmake',
      '${CMAKE_SOURCE_DIR}/two.cmake',
      'none.cmake OPTIONAL',
      'one.cmake RESULT_VARIABLE A',
    ),
  ),
  call('add_subdirectory', text('sub')),
  fc.constantFrom('include_guard()', 'return()', 'return()', 'return(PROPAGATE A)', 'break()', 'continue()'),
  { weight: 3, arbitrary: call('f', words) },
  { weight: 3, arbitrary: call('g', words) },
);

const test: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: name },
  { weight: 3, arbitrary: fc.constantFrom('"$ENV{BOARD}"', '$ENV{BOARD}', '"$ENV{BOARD}" STREQUAL "A"') },
  word,
  name.map((one) => `DEFINED ${one}`),
  name.map((one) => `DEFINED CACHE{${one}}`),
  fc.constantFrom(
    'DEFINED ENV{BOARD}',
    'DEFINED ENV{E}',
    'TRUE',
    'P',
    'DEFINED ARGV0',
    'EXISTS ${CMAKE_SOURCE_DIR}/one.cmake',
  ),
  fc
    .tuple(
      fc.oneof(name, word),
      fc.constantFrom(
        'STREQUAL',
        'STRLESS',
        'STRGREATER_EQUAL',
        'EQUAL',
        'LESS',
        'GREATER',
        'VERSION_LESS',
        'VERSION_EQUAL',
        'PATH_EQUAL',
      ),
      fc.oneof(name, word),
    )
    .map((all) => all.join(' ')),
  fc.tuple(fc.oneof(name, word), name).map(([item, list]) => `${item} IN_LIST ${list}`),
  fc
    .tuple(name, fc.constantFrom('a', 'A', '^a', 'b$', '"^(a|x)$"', '"[a-c]"'))
    .map(([one, pattern]) => `${one} MATCHES ${pattern}`),
);
const condition = fc.oneof(
  { weight: 4, arbitrary: test },
  test.map((one) => `NOT ${one}`),
  fc.tuple(test, fc.constantFrom('AND', 'OR'), test).map((all) => all.join(' ')),
  fc.tuple(test, test, test).map(([a, b, c]) => `NOT (${a} OR ${b}) AND ${c}`),
  fc.tuple(test, test, test).map(([a, b, c]) => `${a} OR ${b} AND NOT ${c}`),
);

const { body } = fc.letrec<{ statement: string; body: string }>((tie) => {
  const inner = tie('body') as fc.Arbitrary<string>;
  const loop = (start: fc.Arbitrary<string>) =>
    fc.tuple(start, inner).map(([head, all]) => `foreach(${head})\n${all}\nendforeach()`);
  return {
    statement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 12, arbitrary: simple },
      { weight: 3, arbitrary: fc.tuple(condition, inner).map(([one, all]) => `if(${one})\n${all}\nendif()`) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(condition, inner, condition, inner, inner)
          .map(([a, b, c, d, e]) => `if(${a})\n${b}\nelseif(${c})\n${d}\nelse()\n${e}\nendif()`),
      },
      { weight: 2, arbitrary: loop(words.map((items) => `I ${items}`)) },
      {
        weight: 1,
        arbitrary: loop(
          fc.tuple(name, name, words).map(([i, l, items]) => `${i} IN LISTS ${l} ITEMS ${items}`),
        ),
      },
      { weight: 1, arbitrary: loop(fc.constantFrom('I RANGE 2', 'A IN LISTS B C', 'B')) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(condition, inner)
          .map(
            ([one, all]) =>
              `set(W "")\nwhile((${one}) AND NOT W STREQUAL xxx)\nstring(APPEND W x)\n${all}\nendwhile()`,
          ),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(
            fc.constantFrom('function', 'macro'),
            fc.constantFrom('f', 'g', 'f P', 'g A', 'f P Q'),
            inner,
          )
          .map(([kind, head, all]) => `${kind}(${head})\n${all}\nend${kind}()`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom('', 'PROPAGATE A SDKCONFIG_DEFAULTS', 'SCOPE_FOR POLICIES'), inner)
          .map(([head, all]) => `block(${head})\n${all}\nendblock()`),
      },
    ) as fc.Arbitrary<string>,
    body: fc
      .array(tie('statement') as fc.Arbitrary<string>, { minLength: 1, maxLength: 5 })
      .map((all) => all.join('\n')),
  };
});

const START = (version: string) => `cmake_minimum_required(VERSION ${version})
include($ENV{IDF_PATH}/tools/cmake/project.cmake)
`;

export const program: fc.Arbitrary<Project> = fc
  .record({
    version: fc.constantFrom('3.5', '3.16', '3.25'),
    main: fc.array(body, { minLength: 1, maxLength: 4 }),
    one: body,
    two: body,
    sub: body,
    cache: fc.option(fc.constantFrom('a', 'x;y', 'OFF'), { nil: undefined }),
    known: fc.option(fc.constantFrom('a', ''), { nil: undefined }),
  })
  .map(({ version, main, one, two, sub, cache, known }) => ({
    files: {
      'CMakeLists.txt': `${START(version)}${main.join('\n')}\nproject(app)\n`,
      'one.cmake': one,
      'two.cmake': two,
      'sub/CMakeLists.txt': sub,
    },
    ...(cache === undefined ? {} : { cache: { A: cache } }),
    environment: known === undefined ? {} : { E: known },
  }));
