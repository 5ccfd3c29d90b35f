import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linear, each for a reason of its own. */
const KEPT = [
  '/^a*b/',
  '/^[a-z]+=[0-9]+$/',
  String.raw`/^\d+(?:_\d+)*$/`,
  String.raw`/^"((?:[^\\"]|\\.)*)"/`,
  '/^([0-9a-f]{2})+$/i',
  '/^([0-9a-f]{2}:?){20}$/i',
  '/^(00 ?)+$/',
  '/#.*$/gm',
  '/a[^a]*b/',
  '/^a*$/m',
  String.raw`/\)[^\S\n]*(?:\n|$)/`,
  '/[a-z]+/',
  '/a.*/s',
  '/^(?:ab|ac)*d/',
  '/a+/y',
  '/^(?:"[^"]*"|[^",]*)(?:,)/',
  'new RegExp("^a*b")',
  '/a{1,9}b{1,9}c/',
  '/^(?:#.*\\n|\\n)+/',
];

/** More than linear, with what the lint says of it. */
const REFUSED: readonly (readonly [pattern: string, problem: string])[] = [
  // What was found in the packages.
  [String.raw`/\s*#.*$/`, 'the search for a start and \\s* match the same text'],
  [String.raw`/#\[\[[\s\S]*?\]\]/g`, 'the search for a start and [\\s\\S]*? match the same text'],
  [String.raw`/set\s*\(\s*X([^)]*)\)/`, 'the search for a start and [^)]* match the same text'],
  [String.raw`/\$\{([^}]*)\}/g`, 'the search for a start and [^}]* match the same text'],
  ['/ +$/', 'the search for a start and  + match the same text'],
  [String.raw`/^\s+$/m`, 'the search for a start and \\s+ match the same text'],
  // Next to each other.
  ['/^a*a*b/', 'a* and a* match the same text'],
  [String.raw`/^\d+\d*x/`, '\\d+ and \\d* match the same text'],
  [String.raw`/^\w*\d*x/`, '\\w* and \\d* match the same text'],
  ['/^a*b?a*c/', 'a* and a* match the same text'],
  ['/^.*,.*,x/', '.* and .* match the same text'],
  ['/^a*(?:b?a*c)*d/', 'a* and a* match the same text'],
  ['/^a{2,}a+b/', 'a{2,} and a+ match the same text'],
  ['/^a*A*b/i', 'a* and A* match the same text'],
  ['/^(?:a*|b)(?:c|a*)d/', 'a* and a* match the same text'],
  // Inside each other.
  ['/^(?:a+)+b/', 'a+ and a+ match the same text'],
  ['/^(?:a*)*b/', 'repeats what can be empty'],
  ['/^(?:a|a)*b/', 'begin alike'],
  ['/^(?:a|ab|b)*c/', 'begin alike'],
  ['/^(?:a?b?)*c/', 'repeats what can be empty'],
  ['/^(?:a{1,3})*b/', 'match the same text'],
  ['/^(?=(?:a+)+b)c/', 'a+ and a+ match the same text'],
  // Not to be judged.
  [String.raw`/^(a)\1*b/`, 'it has a back reference'],
  ['new RegExp("^" + name)', 'a pattern made when it runs cannot be checked'],
  ['RegExp(name)', 'a pattern made when it runs cannot be checked'],
  ['new RegExp("a+a+b")', 'match the same text'],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regexps-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the lint prints of repositories that have one file each. */
function check(repositories: readonly (readonly string[])[]) {
  const roots = repositories.map((lines) => {
    const root = mkdtempSync(join(folder, 'repository-'));
    mkdirSync(join(root, 'packages/some/src'), { recursive: true });
    writeFileSync(join(root, 'packages/some/src/a.ts'), lines.join('\n'));
    return root;
  });
  const args = [join(__dirname, 'regexps.mjs'), ...roots];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const outputs = stdout.split(new RegExp(`^${folder}/.*:\n`, 'm')).slice(1);
  return { status, outputs: outputs.map((output) => output.trimEnd().split('\n')) };
}

const LINEAR = ['regular expressions: linear'];

test('patterns of linear time pass, and others with a reason beside or above them', () => {
  const kept = KEPT.map((pattern, index) => `const p${index} = ${pattern};`);
  const reasons = [
    '// regexp: the names of our own files',
    'const a = /a*a*b/;',
    'const b = /a*a*b/; // regexp: the same',
  ];
  expect(check([kept, reasons])).toEqual({ status: 0, outputs: [LINEAR, LINEAR] });
});

test('every other pattern is refused, with its line, and so is one beside a comment without a reason', () => {
  const patterns = REFUSED.map(([pattern], index) => `const p${index} = ${pattern};`);
  const { status, outputs } = check([patterns, ['// regexp:', 'const a = /a*a*b/;'], []]);
  expect(status).toBe(1);
  const [refused = [], unreasoned = [], empty] = outputs;
  for (const [index, [pattern, problem]] of REFUSED.entries()) {
    const found = refused.find((line) => line.startsWith(`packages/some/src/a.ts:${index + 1}: `));
    expect([pattern, found]).toEqual([pattern, expect.stringContaining(problem)]);
  }
  expect(refused.at(-1)).toBe(`${REFUSED.length} regular expressions that tools/regexps.mjs refuses`);
  expect(unreasoned.at(-1)).toBe('1 regular expressions that tools/regexps.mjs refuses');
  expect(empty).toEqual(LINEAR);
});
