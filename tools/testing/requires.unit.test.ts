import { onlyWhere, requires } from './requires';

type Defined = [kind: string, name: string, fails: boolean];

/** What `define` makes of a test file, with the lines that it prints. */
function definedBy(ci: string | undefined, define: () => void): { defined: Defined[]; printed: string } {
  const defined: Defined[] = [];
  const fails = (body: () => void) => {
    try {
      body();
      return false;
    } catch {
      return true;
    }
  };
  const record = (kind: string) => (name: string, body: () => void) =>
    void defined.push([kind, name, fails(body)]);
  const original = { describe, test, CI: process.env.CI };
  let printed = '';
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    process.env.CI = ci ?? '';
    Object.assign(globalThis, {
      describe: record('describe'),
      test: Object.assign(record('test'), { skip: record('skip') }),
    });
    define();
  } finally {
    const { CI, ...globals } = original;
    Object.assign(globalThis, globals);
    if (CI === undefined) delete process.env.CI;
    else process.env.CI = CI;
    write.mockRestore();
  }
  return { defined, printed };
}

const fail = () => {
  throw new Error('the body ran');
};

test.each<[string, string | undefined, () => void, Defined[], string]>([
  ['what is there', 'true', () => requires(true, 'x')('a', () => undefined), [['describe', 'a', false]], ''],
  [
    'what is not',
    undefined,
    () => requires(false, 'the data')('a', fail),
    [['skip', 'a, which needs the data', false]],
    'skipped: "a" needs the data\n',
  ],
  ['what is not, in CI', 'true', () => requires(false, 'the data')('a', fail), [['test', 'a', true]], ''],
  [
    'a machine that can',
    'true',
    () => onlyWhere(true, 'x')('a', () => undefined),
    [['test', 'a', false]],
    '',
  ],
  [
    'one that cannot, in CI too',
    'true',
    () => onlyWhere(false, 'root mounts')('a', fail),
    [],
    'no test "a": only where root mounts\n',
  ],
])('%s', (_, ci, define, defined, printed) => {
  expect(definedBy(ci, define)).toEqual({ defined, printed });
});
