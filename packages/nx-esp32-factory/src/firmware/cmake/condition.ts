/** Conditions of if() and while() (CMake manual, "if", "Condition Syntax"): true, false, or not known. */
import { COMPARISONS, type Truth, truthOfNumber } from './compare';
import { type Machine, PROJECT } from './machine';
import type { Argument } from './text';
import { isUnknown, type Value } from './value';

export type { Truth } from './compare';

/** An argument of a condition: a variable's name in quotes is only a text (CMake policy CMP0054). */
interface Operand {
  readonly value: Value;
  readonly isQuoted: boolean;
}

export interface Facts {
  readonly variable: (name: string) => Value | undefined;
  readonly cached: (name: string) => Value | undefined;
  readonly environment: (name: string) => Value | undefined;
  /** Whether a file or folder exists; undefined if that is not known. */
  readonly exists: (path: string) => boolean | undefined;
}

const DEPTH_MAX = 64;

/** Whether a condition of a command holds. */
export function conditionOf(
  machine: Machine,
  args: readonly Argument[],
  line: number,
  exists: Facts['exists'],
): Truth {
  const truth = truthOf(
    operandsOf(args, (argument) => machine.values([argument])),
    {
      variable: machine.read,
      environment: machine.variables.ofEnvironment,
      cached: machine.variables.ofCache,
      exists: (path) => exists(machine.absolute(path, PROJECT)),
    },
  );
  if (!isUnknown(truth)) return truth;
  return { reason: `it depends on a condition: ${truth.reason}`, at: { file: machine.path, line } };
}

/** The operands of a condition. */
function operandsOf(args: readonly Argument[], expandOne: (argument: Argument) => Value[]): Operand[] {
  return args.flatMap((argument) =>
    expandOne(argument).map((value) => ({ value, isQuoted: argument.kind !== 'unquoted' })),
  );
}

/** Parentheses first, then tests of one operand, of two, NOT, and AND and OR from left to right. */
function truthOf(operands: readonly Operand[], facts: Facts): Truth {
  for (const { value } of operands) if (isUnknown(value) && value.isList === true) return value;
  let at = 0;
  let depth = 0;
  const word = (offset = 0) => {
    const operand = operands[at + offset];
    return operand === undefined || operand.isQuoted || isUnknown(operand.value) ? undefined : operand.value;
  };
  const all = (): Truth => {
    let result = not();
    for (let operator = word(); operator === 'AND' || operator === 'OR'; operator = word()) {
      at++;
      const other = not();
      const decides = operator === 'OR';
      if (result === decides || other === decides) result = decides;
      else if (isUnknown(other)) result = isUnknown(result) ? result : other;
      else if (!isUnknown(result)) result = other;
    }
    return result;
  };
  const not = (): Truth => {
    if (word() !== 'NOT') return test();
    at++;
    const truth = word() === 'NOT' ? NO_CONDITION : test();
    return isUnknown(truth) ? truth : !truth;
  };
  const test = (): Truth => {
    if (word() === '(') {
      if (++depth > DEPTH_MAX) return { reason: 'a condition has too many parentheses' };
      at++;
      const inner = all();
      if (word() === ')') at++;
      depth--;
      return inner;
    }
    const unary = TESTS.get(word() ?? '');
    const operand = operands[at + 1];
    if (unary !== undefined && operand !== undefined && word(1) !== ')') {
      at += 2;
      return isUnknown(operand.value) ? operand.value : unary(operand.value, facts);
    }
    const operator = word(1) ?? '';
    const compare = COMPARISONS.get(operator);
    const [left, , right] = operands.slice(at, at + 3);
    if (compare !== undefined && left !== undefined && right !== undefined) {
      at += 3;
      // MATCHES has a regular expression on its right side, and IN_LIST the name of a variable.
      const [a, b] = [
        dereferenced(left, facts),
        operator === 'MATCHES'
          ? right.value
          : operator === 'IN_LIST'
            ? listNamed(right, facts)
            : dereferenced(right, facts),
      ];
      return isUnknown(a) ? a : isUnknown(b) ? b : compare(a, b);
    }
    at++;
    if (left === undefined || word(-1) === ')') return operands.length > 0 && NO_CONDITION;
    return constant(left, facts);
  };
  const result = all();
  return at < operands.length ? NO_CONDITION : result;
}

const NO_CONDITION = { reason: 'a condition is not one of CMake' };

/** The value of a variable of that name, or else the text itself. */
function dereferenced({ value, isQuoted }: Operand, { variable }: Facts): Value {
  return isQuoted || isUnknown(value) ? value : (variable(value) ?? value);
}

function listNamed({ value }: Operand, { variable }: Facts): Value {
  return isUnknown(value) ? value : (variable(value) ?? '');
}

function constant({ value, isQuoted }: Operand, { variable }: Facts): Truth {
  if (isUnknown(value)) return value;
  if (isOn(value) || isOff(value)) return isOn(value);
  const truth = truthOfNumber(value);
  if (truth !== undefined || isQuoted) return truth ?? false;
  const held = variable(value);
  return isUnknown(held) ? held : held !== undefined && !isOff(held);
}

/** Whether it is one of the true constants. */
export function isOn(text: string): boolean {
  return /^(?:1|on|yes|true|y)$/i.test(text);
}

/** Whether it is one of the false constants. */
export function isOff(text: string): boolean {
  return /^(?:0|off|no|false|n|ignore|)$/i.test(text) || text === 'NOTFOUND' || text.endsWith('-NOTFOUND');
}

/** By operator. */
const TESTS: ReadonlyMap<string, (text: string, facts: Facts) => Truth> = new Map([
  [
    'DEFINED',
    (text, { variable, environment, cached }) => {
      const [, kind, name = text] = /^(ENV|CACHE)\{(.*)\}$/s.exec(text) ?? [];
      const read = kind === 'CACHE' ? cached : kind === 'ENV' ? environment : variable;
      const value = read(name);
      return isUnknown(value) ? value : value !== undefined;
    },
  ],
  ['EXISTS', existing],
  ['IS_DIRECTORY', isFolder],
  ['IS_ABSOLUTE', (text) => /^(?:[/~]|[A-Za-z]:[\\/])/.test(text)],
  ...['COMMAND', 'TARGET', 'TEST', 'POLICY', 'IS_SYMLINK', 'IS_READABLE', 'IS_WRITABLE', 'IS_EXECUTABLE'].map(
    (name) => [name, notKnown(`passes the test ${name}`)] as const,
  ),
]);

function existing(path: string, facts: Facts): Truth {
  if (path === '' || path.endsWith('/')) return isFolder(path, facts);
  return facts.exists(path) ?? { reason: `whether ${path} exists is not known` };
}

/** What does not exist is no folder. */
function isFolder(path: string, { exists }: Facts): Truth {
  return path === '' || exists(path) === false ? false : notKnown('is a folder')(path);
}

function notKnown(what: string): (text: string) => Truth {
  return (text) => ({ reason: `whether ${text} ${what} is not known` });
}
