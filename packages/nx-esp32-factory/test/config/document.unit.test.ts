import fc from 'fast-check';
import { FactoryError } from 'nvs-core';
import { type JsonDocument, type Path, parseDocument } from '../../src/config/document';

const parse = (text: string) => parseDocument(Buffer.from(text), 'x');

/** The codes of what is wrong with a text, each with its line and column. */
function problemsOf(text: string): unknown {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return error.findings.map(({ code, where: { line, column } }) => [code, line, column]);
  }
}

/** The text from where something starts. */
function textAt(text: string, { place }: JsonDocument, path: Path, what: 'value' | 'key'): string {
  const { line = 0, column = 0 } = place(path, what);
  return text
    .split(/(?<=\r\n|\r(?!\n)|\n)/)
    .slice(line - 1)
    .join('')
    .slice(column - 1);
}

/** Every path of a value. */
function* pathsOf(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, child] of Object.entries(value))
    yield* pathsOf(child, [...path, isList ? Number(key) : key]);
}

/** The value at a path. */
function at(value: unknown, path: Path): unknown {
  return path.reduce((node, key) => (node as Record<string | number, unknown>)[key], value);
}

const startOf = (value: unknown) =>
  Array.isArray(value) ? '[' : typeof value === 'object' && value !== null ? '{' : JSON.stringify(value);

describe('any JSON', () => {
  const key = fc.constantFrom('a', 'b', 'a:b', '"', '\\', '__proto__', '0', '\u2028', 'length', 'toString');
  const spaces = fc.constantFrom('', ' ', '\n', '\t\r', '\r\n', '// x\n', '/* "a": */');
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
      .uniqueArray(fc.tuple(spaces, key, spaces, tie('value')), {
        maxLength: 4,
        selector: ([, name]) => name,
      })
      .map((all) => `{${all.map(([a, name, b, value]) => `${a}${JSON.stringify(name)}${b}:${value}`)}}`),
    list: fc
      .array(fc.tuple(spaces, tie('value')), { maxLength: 4 })
      .map((all) => `[${all.map(([a, b]) => a + b)}]`),
  }));
  const plain = (json: string) =>
    json.replace(/"(?:[^"\\]|\\.)*"|\/\/ x\n|\/\* "a": \*\//g, (part) => (part.startsWith('/') ? '' : part));

  it('has the value that JSON.parse reads, each part of it where it stands', () => {
    fc.assert(
      fc.property(text.value, (json) => {
        const document = parse(json);
        const value: unknown = JSON.parse(plain(json));
        expect(JSON.stringify(document.value)).toBe(JSON.stringify(value));
        for (const path of pathsOf(value)) {
          expect(document.has(path)).toBe(true);
          expect(textAt(json, document, path, 'value').startsWith(startOf(at(value, path)) ?? '')).toBe(true);
          const last = path.at(-1);
          const start = typeof last === 'string' ? JSON.stringify(last) : startOf(at(value, path));
          expect(textAt(json, document, path, 'key').startsWith(start ?? '')).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it.each<[string, Path]>([
  ['{"a": 1}', ['b']],
  ['{"a": [1]}', ['a', 1]],
  ['{"a": [1]}', ['a', '0']],
  ['{"a": [1]}', ['a', 'length']],
  ['{"a": {"0": 1}}', ['a', 0]],
  ['{"a": 1}', ['a', 'b']],
  ['{"a": 1}', ['toString']],
  ['{"a": 1}', ['__proto__']],
  ['"a"', ['length']],
])('%s has nothing at %j', (text, path) => {
  const document = parse(text);
  expect(document.has(path)).toBe(false);
  expect(document.place(path)).toEqual({ file: 'x' });
});

it.each<[string, unknown]>([
  ['\u{feff}{"a": 1}', { a: 1 }],
  ['{"a": 1,}', { a: 1 }],
  ['[1,]', [1]],
  ['// why\n1 /* one */', 1],
  ['{"a": "\u{1f600}\\ud800"}', { a: '\u{1f600}\ud800' }],
  ['{"a": 1e400, "b": -0}', { a: Number.POSITIVE_INFINITY, b: -0 }],
])('%j is read', (text, value) => {
  expect(parse(text).value).toEqual(value);
});

it.each<[string, ...[string, number, number][]]>([
  ['', ['config.syntax', 1, 1]],
  [' \n ', ['config.syntax', 1, 1]],
  ['// x', ['config.syntax', 1, 5]],
  ['{', ['config.syntax', 1, 2]],
  ["{'a': 1}", ['config.syntax', 1, 2]],
  ['{"a": 01}', ['config.syntax', 1, 8]],
  ['{"a": 1} x', ['config.syntax', 1, 10]],
  ['{\n"a" 1}', ['config.syntax', 2, 5]],
  ['{"a": "\n"}', ['config.syntax', 1, 7]],
  ['\u00a0{"a": 1}', ['config.syntax', 1, 1]],
  ['{"a": 1, "a": 2}', ['config.duplicate-key', 1, 10]],
  ['{"\\u0061": 1,\n"a": 2}', ['config.duplicate-key', 2, 1]],
  ['{"__proto__": 1, "__proto__": 2}', ['config.duplicate-key', 1, 18]],
  [
    '{"a": [{"b": 1, "b": 1}], "a": {"c": 1, "c": 2}}',
    ['config.duplicate-key', 1, 17],
    ['config.duplicate-key', 1, 27],
    ['config.duplicate-key', 1, 41],
  ],
])('%j is refused', (text, ...problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

it('names the first of several values with one key', () => {
  const message = expect.stringContaining('line 1');
  expect(() => parse('{"a": 1,\n"a": 2,\n"a": 3}')).toThrow(
    expect.objectContaining({
      findings: [expect.objectContaining({ message }), expect.objectContaining({ message })],
    }),
  );
});

it.each([
  ['[', ']'],
  ['{"a":', '}'],
])('%s nests 64 deep at most', (open, close) => {
  const nested = (depth: number) =>
    open.repeat(depth - 1) + (open === '[' ? '[]' : '{}') + close.repeat(depth - 1);
  expect(problemsOf(nested(64))).toEqual([]);
  expect(problemsOf(nested(65))).toEqual([['config.too-deep', 1, 64 * open.length + 1]]);
  expect(problemsOf(open.repeat(100_000))).toEqual([['config.too-deep', 1, 64 * open.length + 1]]);
});
