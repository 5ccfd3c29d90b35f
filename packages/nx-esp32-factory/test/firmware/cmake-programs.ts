/** Random programs in CMake's language, over a few variables: what CMake and we make of them is compared. */
import fc from 'fast-check';
import type { Project } from './cmake-peer';

type Text = fc.Arbitrary<string>;

const one = fc.constantFrom;
const joined = (...parts: readonly (Text | string)[]): Text =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? one(part) : part))).map((all) => all.join(''));
const call = (command: string, ...args: readonly (Text | string)[]): Text =>
  joined(`${command}(`, ...args.flatMap((arg) => [arg, ' ']), ')');

const name = one('A', 'B', 'C', 'D', 'SDKCONFIG_DEFAULTS', 'SDKCONFIG_DEFAULTS');
const plain = one('a', 'b', 'a.b', '/x/y.z', '0', '2', '10', 'ON', 'NO', 'x;y', 'A', 'f', 'b//c/');

/** One argument, whatever the variables are. */
const single: Text = fc.oneof(
  { weight: 3, arbitrary: plain.filter((text) => !text.includes(';')) },
  { weight: 4, arbitrary: name.map((text) => `"\${${text}}"`) },
  joined('"', plain, '-${', name, '}"'),
  one('"$ENV{BOARD}"', '"c.$ENV{BOARD}"', '"$ENV{E}"', '"$CACHE{A}"', '"${${A}}"', '"${${P}}"'),
  one('""', '"a b"', '" a"', 'a\\ b', '"a\\;b"', '[[a;${A}]]', '[x;y]', '"a;;b"', '"\\${A}"', '"x;[y;z"'),
  one('"${P}"', '"${ARGN}"', '"${ARGV}"', '"${ARGV0}"', '"${ARGV1}"', '${ARGC}', '"${I}"'),
);
/** Any number of arguments. */
const several: Text = fc.oneof(
  { weight: 2, arbitrary: single },
  plain,
  name.map((text) => `\${${text}}`),
  one('$ENV{BOARD}', '$ENV{E}', '$CACHE{B}', '${P}', '${ARGN}', '${ARGV1}', '${I}', 'a\\;b'),
);
const words = fc.array(several, { maxLength: 3 }).map((all) => all.join(' '));

const test: Text = fc.oneof(
  { weight: 3, arbitrary: name },
  { weight: 3, arbitrary: one('"$ENV{BOARD}"', '"$ENV{BOARD}" STREQUAL "A"', 'DEFINED ENV{BOARD}') },
  single,
  fc.oneof({ weight: 9, arbitrary: single }, { weight: 1, arbitrary: several }),
  joined('DEFINED ', name),
  joined('DEFINED CACHE{', name, '}'),
  one('DEFINED ENV{E}', 'P', 'DEFINED ARGV0', 'EXISTS ${CMAKE_SOURCE_DIR}/one.cmake', 'EXISTS "${A}"'),
  joined(
    fc.oneof(name, single),
    one(' STREQUAL ', ' STRLESS ', ' STRGREATER_EQUAL ', ' EQUAL ', ' LESS ', ' GREATER ', ' VERSION_LESS '),
    fc.oneof(name, single),
  ),
  joined(fc.oneof(name, single), ' IN_LIST ', name),
  joined(name, ' MATCHES ', one('a', 'A', '^a', 'b$', '"^(a|x)$"', '"[a-c]"')),
);
const condition: Text = fc.oneof(
  { weight: 4, arbitrary: test },
  joined('NOT ', test),
  joined(test, one(' AND ', ' OR '), test),
  joined('NOT (', test, ' OR ', test, ') AND ', test),
  joined(test, ' OR ', test, ' AND NOT ', test),
);

const simple: Text = fc.oneof(
  { weight: 8, arbitrary: call('set', name, words) },
  call('set', name, words, 'PARENT_SCOPE'),
  call('set', name, single, 'CACHE', one('STRING ""', 'STRING "" FORCE', 'INTERNAL ""', 'PATH ""')),
  call('set', single, single),
  call('unset', name, one('', '', 'CACHE', 'PARENT_SCOPE')),
  call('set', 'ENV{E}', single),
  call('unset', 'ENV{E}'),
  call('option', name, '""', one('', 'ON', '2', 'TRUE')),
  { weight: 3, arbitrary: call('list', one('APPEND', 'PREPEND', 'REMOVE_ITEM'), name, words) },
  call('list', 'INSERT', name, '0', several, words),
  call('list', one('REVERSE', 'REMOVE_DUPLICATES', 'SORT'), name),
  call('list', 'LENGTH', name, name),
  call('list', 'JOIN', name, one('"-"', '";"', '""'), name),
  { weight: 2, arbitrary: call('string', one('APPEND', 'PREPEND', 'CONCAT'), name, words) },
  call('string', 'JOIN', one('+', '";"'), name, words),
  call('string', one('TOUPPER', 'TOLOWER', 'STRIP', 'LENGTH'), single, name),
  call('string', 'REPLACE', one('a', '/', '"${A}x"'), single, name, single, words),
  call(
    'get_filename_component',
    fc.oneof({ weight: 9, arbitrary: name }, { weight: 1, arbitrary: single }),
    single,
    one('DIRECTORY', 'NAME', 'NAME_WE', 'EXT', 'ABSOLUTE', 'LAST_EXT'),
  ),
  call('math', 'EXPR', name, '"1+1"'),
  call('cmake_parse_arguments', one('A', 'X'), '"O"', '"B"', '""', words),
  call('cmake_policy', 'SET', one('CMP0126', 'CMP0077', 'CMP0124'), one('NEW', 'OLD')),
  call(
    'include',
    one('one.cmake', '${CMAKE_SOURCE_DIR}/two.cmake', 'none.cmake OPTIONAL', 'one.cmake RESULT_VARIABLE A'),
  ),
  call('add_subdirectory', '${CMAKE_SOURCE_DIR}/sub', one('s1', 's2', 's3', 's4')),
  call('add_subdirectory', 'sub'),
  one(
    'set(A ${CMAKE_CURRENT_SOURCE_DIR}/x)',
    'set(B ${CMAKE_CURRENT_BINARY_DIR})',
    'set(C ${CMAKE_CURRENT_LIST_DIR})',
  ),
  { weight: 3, arbitrary: call('f', single, words) },
  { weight: 3, arbitrary: call('g', single, words) },
);

type Body = 'body' | 'ofLoop' | 'ofFunction';

const { body, ofFunction } = fc.letrec<Record<Body | 'statement', string>>((tie) => {
  const inner = (key: Body) => tie(key) as Text;
  const list = (last: Text): Text =>
    fc
      .tuple(fc.array(tie('statement') as Text, { minLength: 1, maxLength: 5 }), last)
      .map(([all, end]) => [...all, end].join('\n'));
  /** Commands that may be left in the middle. */
  const left = (...ways: string[]): Text =>
    fc.oneof(
      { weight: 2, arbitrary: list(one('')) },
      joined(
        list(one('')),
        'if(',
        condition,
        ')\n',
        list(one(...ways)),
        '\nendif()\n',
        list(one('', ...ways)),
      ),
    );
  const nested = (start: Text, end: string, key: Body = 'body') =>
    joined(start, '\n', inner(key), `\n${end}`);
  const statement = fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 14, arbitrary: simple },
    { weight: 3, arbitrary: nested(call('if', condition), 'endif()') },
    {
      weight: 2,
      arbitrary: joined(
        ...['if(', condition, ')\n', inner('body'), '\nelseif(', condition, ')\n', inner('body')],
        ...['\nelse()\n', inner('body'), '\nendif()'],
      ),
    },
    { weight: 2, arbitrary: nested(call('foreach', one('I', 'A'), words), 'endforeach()', 'ofLoop') },
    {
      weight: 1,
      arbitrary: nested(call('foreach', name, 'IN LISTS', name, 'ITEMS', words), 'endforeach()', 'ofLoop'),
    },
    {
      weight: 1,
      arbitrary: nested(one('foreach(I RANGE 2)', 'foreach(A IN LISTS B C)'), 'endforeach()', 'ofLoop'),
    },
    {
      weight: 1,
      arbitrary: joined(
        ...['while((', condition, ') AND NOT "${W}" STREQUAL xxx)\nstring(APPEND W x)\n', inner('ofLoop')],
        '\nendwhile()',
      ),
    },
    { weight: 2, arbitrary: nested(one('function(f)', 'function(g P)'), 'endfunction()', 'ofFunction') },
    { weight: 2, arbitrary: nested(one('macro(f P)', 'macro(g)', 'macro(g A)'), 'endmacro()', 'ofFunction') },
    {
      weight: 1,
      arbitrary: nested(
        call('block', one('', 'PROPAGATE A SDKCONFIG_DEFAULTS', 'SCOPE_FOR POLICIES', 'SCOPE_FOR VARIABLES')),
        'endblock()',
      ),
    },
  );
  return {
    statement: statement as Text,
    body: list(one('')),
    ofLoop: left('break()', 'continue()'),
    ofFunction: left('return()', 'return()', 'return(PROPAGATE A)'),
  };
});

const START = `include($ENV{IDF_PATH}/tools/cmake/project.cmake)
function(f)
endfunction()
macro(g)
endmacro()
`;

export const program: fc.Arbitrary<Project> = fc
  .record({
    version: one('3.5', '3.16', '3.25'),
    main: fc.array(body as Text, { minLength: 1, maxLength: 4 }),
    one: joined(one('', 'include_guard()\n'), ofFunction as Text),
    two: ofFunction as Text,
    sub: ofFunction as Text,
    cache: fc.option(one('a', 'x;y', 'OFF'), { nil: undefined }),
    known: fc.option(one('a', ''), { nil: undefined }),
  })
  .map(({ version, main, one, two, sub, cache, known }) => ({
    files: {
      'CMakeLists.txt': `cmake_minimum_required(VERSION ${version})\n${START}${main.join('\n')}\nproject(app)\n`,
      'one.cmake': one,
      'two.cmake': two,
      'sub/CMakeLists.txt': sub,
    },
    ...(cache === undefined ? {} : { cache: { A: cache } }),
    environment: known === undefined ? {} : { E: known },
  }));
