import fc from 'fast-check';
import { FactoryError } from 'nvs-core';
import { type Path, parseDocument } from '../../src/config/document';

/** A comment is no plain JSON: the parser that knows places reads the text. */
const COMMENT = '// x\n';

/** All that a document says, or the codes of what is wrong with it. */
function read(text: string, paths: readonly Path[] = []): unknown {
  try {
    const { value, has, place } = parseDocument(Buffer.from(text), 'x');
    const places = paths.map((path) => [has(path), place(path).column, place(path, 'key').column]);
    return { value, keys: JSON.stringify(value), places };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return error.findings.map(({ code, where }) => [code, where.column]);
  }
}

const PATHS: Path[] = [
  [],
  ['a'],
  ['a', 'b'],
  ['a', 0],
  ['a', 0, 'b'],
  ['a', '0'],
  [0],
  ['a', -1],
  ['length'],
  ['toString'],
  ['__proto__'],
];

it.each([
  '{}',
  '[]',
  '1',
  'null',
  '"a:b"',
  '{"a": {"b": 1}}',
  '{"a": [{"b": "x"}]}',
  '{"a": {"0": 1}}',
  '[{"a": 1}]',
  '{"a": 1, "a": 2}',
  '{"a": {"b": 1}, "a": {"c": 1, "d": 2}}',
  '{"a": [{"b": 1, "b": 1}]}',
  '{"a": "\\":", "b": "\\\\", "c": ":"}',
  '{"a\\"b" : 1, "a:b"\t:\r2, ":": ":"}',
  '{"\\u0061": 1, "a": 2}',
  '{"__proto__": {"b": 1}, "a": 1}',
  '{"__proto__": 1, "__proto__": 2}',
  '{"length": 1, "1": 1, "0": 1}',
  '{"a": 1e400, "b": -0}',
  '\u{feff}{"a": 1}',
  '{"a": "\u{1f600}\\ud800"}',
  '',
  '{',
  '{"a": 1,}',
  "{'a': 1}",
  '{"a": 01}',
  '{"a": "\n"}',
  '{"a": 1} x',
  '\u00a0{"a": 1}',
])('%s is the same with and without places', (text) => {
  const placed = text.startsWith('\u{feff}') ? `\u{feff}${COMMENT}${text.slice(1)}` : COMMENT + text;
  expect(read(text, PATHS)).toEqual(read(placed, PATHS));
});

it.each([63, 64, 65, 66])('a depth of %i is the same with and without places', (depth) => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const text = open.repeat(depth - 1) + (open === '[' ? '[]' : '{}') + close.repeat(depth - 1);
    const result = read(text);
    if (depth > 64) expect(result).toEqual([['config.too-deep', expect.any(Number)]]);
    else expect(result).toMatchObject({ keys: text });
    expect(result).toEqual(read(COMMENT + text));
  }
});

it('any JSON is the same with and without places, where keys stand twice too', () => {
  const key = fc.constantFrom('a', 'b', 'a:b', '"', '\\', '__proto__', '0', '\u2028');
  const spaces = fc.constantFrom('', ' ', '\n', '\t\r');
  const text = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc
        .oneof(key, fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null))
        .map((value) => JSON.stringify(value)),
      tie('object'),
      tie('list'),
    ),
    object: fc
      .array(fc.tuple(spaces, key, spaces, tie('value')), { maxLength: 4 })
      .map((all) => `{${all.map(([a, name, b, value]) => `${a}${JSON.stringify(name)}${b}:${value}`)}}`),
    list: fc.array(tie('value'), { maxLength: 4 }).map((all) => `[${all.join()}]`),
  }));
  fc.assert(
    fc.property(text.value, (json) => {
      expect(read(json, PATHS)).toEqual(read(COMMENT + json, PATHS));
    }),
    { numRuns: 1000 },
  );
});
