/** Conditions of if() and while() (CMake manual, "if", "Condition Syntax"): true, false, or not known. */
import type { Argument } from './text';
import { isUnknown, itemsOf, type Unknown, type Value } from './value';

export type Truth = boolean | Unknown;

/** An argument of a condition: a variable's name in quotes is only a text (CMake policy CMP0054). */
interface Operand {
  readonly value: Value;
  readonly isQuoted: boolean;
}

export interface Facts {
  readonly variable: (name: string) => Value | undefined;
  readonly environment: (name: string) => Value | undefined;
  readonly isCached: (name: string) => boolean;
  /** Whether a file or folder exists; undefined if that is not known. */
  readonly exists: (path: string) => boolean | undefined;
}

const DEPTH_MAX = 64;

/** The operands of a condition. */
export function operandsOf(args: readonly Argument[], expandOne: (argument: Argument) => Value[]): Operand[] {
  return args.flatMap((argument) =>
    expandOne(argument).map((value) => ({ value, isQuoted: argument.kind !== 'unquoted' })),
  );
}

/** Parentheses first, then tests of one operand, of two, NOT, AND, and OR. */
export function truthOf(operands: readonly Operand[], facts: Facts): Truth {
  let at = 0;
  let depth = 0;
  const word = (offset = 0) => {
    const operand = operands[at + offset];
    return operand === undefined || operand.isQuoted || isUnknown(operand.value) ? undefined : operand.value;
  };
  const both = (name: string, one: () => Truth, decides: boolean): Truth => {
    let result = one();
    while (word() === name) {
      at++;
      const other = one();
      if (result === decides || other === decides) result = decides;
      else if (isUnknown(other)) result = isUnknown(result) ? result : other;
    }
    return result;
  };
  const or = (): Truth => both('OR', and, true);
  const and = (): Truth => both('AND', not, false);
  const not = (): Truth => {
    let isNegated = false;
    for (; word() === 'NOT'; at++) isNegated = !isNegated;
    const truth = test();
    return isUnknown(truth) ? truth : truth !== isNegated;
  };
  const test = (): Truth => {
    if (word() === '(') {
      if (++depth > DEPTH_MAX) return { reason: 'a condition has too many parentheses' };
      at++;
      const inner = or();
      if (word() === ')') at++;
      depth--;
      return inner;
    }
    const unary = UNARY[word() ?? ''];
    if (unary !== undefined && operands[at + 1] !== undefined && word(1) !== ')') {
      const operand = operands[at + 1] as Operand;
      at += 2;
      return isUnknown(operand.value) ? operand.value : unary(operand.value, facts);
    }
    const binary = BINARY[word(1) ?? ''];
    const [left, , right] = operands.slice(at, at + 3);
    if (binary !== undefined && left !== undefined && right !== undefined) {
      const operator = word(1);
      at += 3;
      // IN_LIST names a variable on its right side.
      const values = [
        dereferenced(left, facts),
        operator === 'IN_LIST' ? listNamed(right, facts) : dereferenced(right, facts),
      ];
      const unknown = values.find(isUnknown);
      return unknown ?? binary(values[0] as string, values[1] as string);
    }
    at++;
    return left === undefined ? false : constant(left, facts);
  };
  const result = or();
  return at < operands.length ? { reason: 'a condition is not one of CMake' } : result;
}

/** The value of a variable of that name, or else the text itself. */
function dereferenced({ value, isQuoted }: Operand, { variable }: Facts): Value {
  return isQuoted || isUnknown(value) ? value : (variable(value) ?? value);
}

function listNamed({ value }: Operand, { variable }: Facts): Value {
  return isUnknown(value) ? value : (variable(value) ?? '');
}

function constant({ value, isQuoted }: Operand, { variable }: Facts): Truth {
  if (isUnknown(value)) return value;
  if (isTrue(value)) return true;
  if (isQuoted || isFalse(value)) return false;
  const held = variable(value);
  return isUnknown(held) ? held : held !== undefined && !isFalse(held);
}

function isTrue(text: string): boolean {
  return /^(?:on|yes|true|y)$/i.test(text) || (isNumber(text) && Number(text) !== 0);
}

function isFalse(text: string): boolean {
  return (
    /^(?:off|no|false|n|ignore|notfound|)$/i.test(text) || text.endsWith('-NOTFOUND') || Number(text) === 0
  );
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

const UNARY: Readonly<Record<string, (text: string, facts: Facts) => Truth>> = {
  DEFINED: (text, { variable, environment, isCached }) => {
    const [, kind, name] = /^(ENV|CACHE)\{(.*)\}$/s.exec(text) ?? [];
    if (kind === 'CACHE') return isCached(name ?? '');
    const value = kind === 'ENV' ? environment(name ?? '') : variable(text);
    return isUnknown(value) ? value : value !== undefined;
  },
  EXISTS: existing,
  IS_DIRECTORY: existing,
  IS_ABSOLUTE: (text) => /^(?:\/|[A-Za-z]:[\\/])/.test(text),
  COMMAND: (text) => ({ reason: `whether the command ${text} exists is not known` }),
  TARGET: () => false,
  POLICY: () => true,
};

function existing(path: string, { exists }: Facts): Truth {
  return exists(path) ?? { reason: `whether ${path} exists is not known` };
}

const numbers = (compare: (a: number, b: number) => boolean) => (a: string, b: string) =>
  isNumber(a) && isNumber(b) && compare(Number(a), Number(b));
const versions = (compare: (order: number) => boolean) => (a: string, b: string) => compare(inOrder(a, b));

const BINARY: Readonly<Record<string, (a: string, b: string) => Truth>> = {
  STREQUAL: (a, b) => a === b,
  STRLESS: (a, b) => a < b,
  STRGREATER: (a, b) => a > b,
  STRLESS_EQUAL: (a, b) => a <= b,
  STRGREATER_EQUAL: (a, b) => a >= b,
  PATH_EQUAL: (a, b) => a === b,
  EQUAL: numbers((a, b) => a === b),
  LESS: numbers((a, b) => a < b),
  GREATER: numbers((a, b) => a > b),
  LESS_EQUAL: numbers((a, b) => a <= b),
  GREATER_EQUAL: numbers((a, b) => a >= b),
  VERSION_EQUAL: versions((order) => order === 0),
  VERSION_LESS: versions((order) => order < 0),
  VERSION_GREATER: versions((order) => order > 0),
  VERSION_LESS_EQUAL: versions((order) => order <= 0),
  VERSION_GREATER_EQUAL: versions((order) => order >= 0),
  IN_LIST: (item, list) => itemsOf(list).includes(item),
  MATCHES: matches,
  IS_NEWER_THAN: () => ({ reason: 'which of two files is newer is not known' }),
};

/** The order of two versions, by their numbers. */
function inOrder(a: string, b: string): number {
  const parts = (text: string) => text.split('.', 8).map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < 8; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Texts and alternatives of texts, with "^" and "$"; what else a regular expression has is not evaluated. */
function matches(text: string, pattern: string): Truth {
  const [, start = '', group, plain, end = ''] =
    /^(\^)?(?:\(([\w|;-]*)\)|([\w|;-]*))(\$)?$/.exec(pattern) ?? [];
  const words = group ?? plain;
  const isOneWord = words !== undefined && (group !== undefined || !words.includes('|'));
  if (words === undefined || (!isOneWord && (start !== '' || end !== '')))
    return { reason: `whether a value matches "${pattern}" is not known` };
  return words.split('|').some((word) => {
    if (start !== '' && end !== '') return text === word;
    if (start !== '') return text.startsWith(word);
    return end === '' ? text.includes(word) : text.endsWith(word);
  });
}
