// Rejects regular expressions that can take more than linear time: JavaScript's engine backtracks, and what the packages
// match comes from files that anyone may have written. docs/decisions/012-linear-time.md says why this is a lint.
//
// Two repetitions can share out a text between them in as many ways as it is long, if what is between them matches
// inside both. A search has such a repetition before its start, unless it is anchored there. Inside a repetition, any
// ambiguity is exponential. Each is refused if what follows can fail, because only then the engine tries the other ways.
// It asks for more than is needed: a pattern that it refuses needs a loop, or another pattern.
//
// node tools/regexps.mjs [folder of a repository...]
import { readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import regjsparser from 'regjsparser';
import { globSync } from 'tinyglobby';
import ts from 'typescript';

/** Before a pattern that is applied to trusted text alone: "// regexp: reason". */
const REASON = /\/\/ regexp: \S/;

/** The characters that sets are compared in: all of the first scripts, and one of each kind of the rest. */
const SAMPLE = [
  ...Array.from({ length: 0x0400 }, (_, code) => code),
  ...Array.from({ length: 0x0100 }, (_, code) => code + 0x2000),
  ...[0x0e01, 0x3042, 0x4e00, 0xac00, 0xd800, 0xdfff, 0xe000, 0xfeff, 0xfffd, 0xffff],
].map((code) => String.fromCodePoint(code));
const LINE_ENDS = new Set(['\n', '\r', '\u2028', '\u2029'].map((letter) => SAMPLE.indexOf(letter)));
const ANY = new Set(SAMPLE.keys());
/** The sets of characters that are known, by their source. */
const sets = new Map();
/** The most ways through a pattern that are followed. */
const PATHS_MAX = 4096;

const folders = process.argv.slice(2);
if (folders.length === 0) folders.push(join(dirname(fileURLToPath(import.meta.url)), '..'));
for (const folder of folders) {
  const problems = problemsIn(resolve(folder));
  if (folders.length > 1) console.log(`${folder}:`);
  if (problems.length > 0) {
    console.log(problems.join('\n'));
    console.log(`\n${problems.length} regular expressions that tools/regexps.mjs refuses`);
    process.exitCode = 1;
  } else {
    console.log('regular expressions: linear');
  }
}

function problemsIn(root) {
  const files = globSync('packages/*/src/**/*.ts', {
    cwd: root,
    ignore: ['**/generators/*/files/**'],
  }).sort();
  return files.flatMap((file) =>
    patternsIn(readFileSync(join(root, file), 'utf8')).flatMap(({ line, problem }) =>
      problem === undefined ? [] : [`${posix.normalize(file)}:${line}: ${problem}`],
    ),
  );
}

/** The patterns of a source text with their lines and problems. */
function patternsIn(text) {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const lines = text.split('\n');
  const found = [];
  const add = (node, problem) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line;
    const isTrusted = REASON.test(lines[line] ?? '') || REASON.test(lines[line - 1] ?? '');
    found.push({ line: line + 1, problem: isTrusted ? undefined : problem });
  };
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      add(node, problemOf(node.text.slice(1, end), node.text.slice(end + 1)));
    } else if (isRegExpCall(node)) {
      const [pattern, flags] = node.arguments ?? [];
      const isText = (part) => part === undefined || ts.isStringLiteralLike(part);
      if (pattern === undefined || ts.isRegularExpressionLiteral(pattern))
        return ts.forEachChild(node, visit);
      if (isText(pattern) && isText(flags)) add(node, problemOf(pattern.text, flags?.text ?? ''));
      else add(node, 'a pattern made when it runs cannot be checked');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isRegExpCall(node) {
  return (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp';
}

/** What is wrong with a pattern; undefined if it takes linear time. */
function problemOf(pattern, flags) {
  let tree;
  try {
    const unicode = flags.includes('u');
    tree = regjsparser.parse(pattern, unicode ? 'u' : '', {
      namedGroups: true,
      lookbehind: true,
      unicodePropertyEscape: unicode,
    });
  } catch (error) {
    return `/${pattern}/ cannot be parsed: ${error.message}`;
  }
  const context = { flags, problems: new Set(), isUnrolled: true };
  // A search starts at each character in turn.
  const search = flags.includes('y')
    ? []
    : [{ kind: 'repeat', bodies: [[{ kind: 'one', set: ANY }]], name: 'the search for a start' }];
  for (const path of pathsOf(tree, context, false)) checkPath([...search, ...path], context);
  const [problem] = context.problems;
  return problem === undefined ? undefined : `/${pattern}/${flags}: ${problem}`;
}

// A path is one way through a pattern, as a list of steps:
//   {kind: 'one', set}             one character
//   {kind: 'repeat', bodies, name} any number of turns, each of them one of the paths in bodies
//   {kind: 'start' | 'end' | 'assert'}  an assertion

/** All ways through a node; `inLoop` is whether it is repeated, so that an optional part is as ambiguous as a repetition. */
function pathsOf(node, context, inLoop) {
  switch (node.type) {
    case 'disjunction':
      return node.body.flatMap((part) => pathsOf(part, context, inLoop));
    case 'alternative':
      return node.body.reduce(
        (paths, part) => {
          const next = pathsOf(part, context, inLoop);
          if (paths.length * next.length > PATHS_MAX) {
            context.problems.add('it has too many alternatives to be checked');
            return paths.slice(0, 1);
          }
          return paths.flatMap((path) => next.map((more) => [...path, ...more]));
        },
        [[]],
      );
    case 'group':
      if (node.behavior.includes('look') || /^(negativeLook|look)/.test(node.behavior)) {
        for (const body of bodyPaths(node, context, inLoop)) checkPath(body, context);
        return [[{ kind: 'assert' }]];
      }
      return bodyPaths(node, context, inLoop);
    case 'quantifier':
      return quantified(node, context, inLoop);
    case 'anchor':
      return [[{ kind: node.kind === 'start' || node.kind === 'end' ? node.kind : 'assert' }]];
    case 'reference':
      context.problems.add('it has a back reference');
      return [[]];
    default:
      return [[{ kind: 'one', set: setOf(node, context) }]];
  }
}

function bodyPaths(node, context, inLoop) {
  return pathsOf({ type: 'alternative', body: node.body }, context, inLoop);
}

function quantified(node, context, inLoop) {
  const { min, max, body } = node;
  const [part] = body;
  const isLoop = max === undefined || max === Number.POSITIVE_INFINITY;
  if (!isLoop && min === max) return times(pathsOf(part, context, inLoop), max, context);
  const paths = pathsOf(part, context, isLoop || inLoop);
  if (isLoop) checkLoop(paths, pathsOf(part, { ...context, isUnrolled: false }, true), node, context);
  const name = node.raw;
  const required = times(paths, min, context);
  if (!isLoop && !inLoop) return [...required, ...times(paths, max, context)];
  // What must be there at least comes before the repetition, so that "x+" is "x" and then "x*".
  const repeat = { kind: 'repeat', bodies: paths, name };
  const turns = context.isUnrolled && !paths.every(isOne) ? [[], ...paths] : [[]];
  return required.flatMap((path) => turns.map((turn) => [...path, ...turn, repeat]));
}

function isOne(path) {
  return path.length === 1 && path[0].kind === 'one';
}

/** The same part several times: two of them have every neighbour that more of them have. */
function times(paths, count, context) {
  let result = [[]];
  for (let index = 0; index < Math.min(count, 2); index++) {
    result = result.flatMap((path) => paths.map((more) => [...path, ...more]));
    if (result.length > PATHS_MAX) {
      context.problems.add('it has too many alternatives to be checked');
      return result.slice(0, 1);
    }
  }
  return result;
}

/** A loop is ambiguous if two ways through its body begin alike, or if its end can be the start of its next turn. */
function checkLoop(paths, bodies, node, context) {
  for (const [index, body] of bodies.entries()) {
    if (!body.some(({ kind }) => kind === 'one'))
      context.problems.add(`${node.raw} repeats what can be empty`);
    for (const other of bodies.slice(index + 1)) {
      if (beginAlike(body, other, bodies))
        context.problems.add(`two alternatives of ${node.raw} begin alike`);
    }
  }
  for (const path of paths)
    for (const next of paths) checkPath([...path, ...next, { kind: 'assert' }], context);
}

/** Whether a text can be in both ways through a body, as far as their single characters tell. */
function beginAlike(path, other, paths) {
  for (let index = 0; ; index++) {
    const [a, b] = [path[index], other[index]];
    // The shorter one is followed by the next turn.
    if (a === undefined && b === undefined) return true;
    if (a === undefined) return paths.some((next) => hasAny(firstOf(next), firstOf(other.slice(index))));
    if (b === undefined) return paths.some((next) => hasAny(firstOf(next), firstOf(path.slice(index))));
    if (a.kind !== 'one' || b.kind !== 'one')
      return hasAny(firstOf(path.slice(index)), firstOf(other.slice(index)));
    if (!hasAny(a.set, b.set)) return false;
  }
}

/** The characters that a path can begin with. */
function firstOf(path) {
  const first = new Set();
  for (const { kind, set, bodies = [] } of path) {
    for (const letter of set ?? bodies.flatMap((body) => [...firstOf(body)])) first.add(letter);
    if (kind === 'one') break;
  }
  return first;
}

/** The characters of a repetition that can also be in one of the characters of `other`. */
function lettersIn(repeat, other = ANY) {
  const letters = new Set();
  const walk = (path) => {
    for (const { set, bodies = [] } of path) {
      for (const letter of set ?? []) if (other.has(letter)) letters.add(letter);
      for (const body of bodies) walk(body);
    }
  };
  // A turn with a character that the other does not have is not in the other.
  for (const body of repeat.bodies)
    if (body.every(({ kind, set }) => kind !== 'one' || hasAny(set, other))) walk(body);
  return letters;
}

/** Refuses two repetitions of a path between which a text can be shared out: what is between them matches inside both. */
function checkPath(path, { flags, problems }) {
  for (const [index, left] of path.entries()) {
    if (left.kind !== 'repeat') continue;
    for (const [offset, right] of path.slice(index + 1).entries()) {
      if (right.kind !== 'repeat') continue;
      const shared = lettersIn(right, lettersIn(left, lettersIn(right)));
      const between = path.slice(index + 1, index + 1 + offset);
      const isInside = ({ kind, set }) => {
        if (kind === 'one') return hasAny(shared, set);
        // Another start of the text is not in the text; one of a line is after the end of a line.
        return kind !== 'start' || (flags.includes('m') && hasAny(shared, LINE_ENDS));
      };
      if (shared.size === 0 || !between.every(isInside)) continue;
      if (canFail(path.slice(index + offset + 2), right, flags))
        problems.add(`${left.name} and ${right.name} match the same text`);
    }
  }
}

/** Whether what follows a repetition can fail, so that the engine tries it again with less. */
function canFail(rest, repeat, flags) {
  const letters = lettersIn(repeat);
  const isOfOne = repeat.bodies.every(isOne);
  for (const step of rest) {
    if (step.kind === 'repeat') continue;
    // Up to the end of the line, which is there.
    const isToLineEnd = isOfOne && [...ANY].every((letter) => letters.has(letter) || LINE_ENDS.has(letter));
    const isToEnd = isOfOne && letters.size === ANY.size;
    return !(step.kind === 'end' && (flags.includes('m') ? isToLineEnd : isToEnd));
  }
  return false;
}

/** The characters of the sample that a node matches. */
function setOf(node, { flags }) {
  const kept = [...flags].filter((flag) => 'isu'.includes(flag)).join('');
  const key = `${kept} ${node.raw}`;
  let set = sets.get(key);
  if (set === undefined) {
    const pattern = new RegExp(`^(?:${node.raw})$`, kept);
    set = new Set([...ANY].filter((index) => pattern.test(SAMPLE[index])));
    sets.set(key, set);
  }
  return set;
}

function hasAny(a, b) {
  for (const letter of b) if (a.has(letter)) return true;
  return false;
}
