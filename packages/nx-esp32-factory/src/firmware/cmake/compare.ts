/** Comparisons of two texts in conditions (CMake manual, "if", "Comparisons", "Version Comparisons", "Path Comparisons"). */
import { isOfOtherFolder, isOfProject } from './path';
import { elementsOf, type Unknown } from './value';

export type Truth = boolean | Unknown;

const ORDERS: readonly (readonly [name: string, isSo: (order: number) => boolean])[] = [
  ['LESS', (order) => order < 0],
  ['GREATER', (order) => order > 0],
  ['EQUAL', (order) => order === 0],
  ['LESS_EQUAL', (order) => order <= 0],
  ['GREATER_EQUAL', (order) => order >= 0],
];

type Order = (a: string, b: string) => number | Unknown | undefined;

/** The comparisons by an order, which is undefined where they are all false. */
const ordered = (prefix: string, orderOf: Order) =>
  ORDERS.map(([name, isSo]) => {
    const compare = (a: string, b: string): Truth => {
      const order = orderOf(a, b);
      return typeof order === 'number' ? isSo(order) : (order ?? false);
    };
    return [prefix + name, compare] as const;
  });

/** By operator. */
export const COMPARISONS: ReadonlyMap<string, (a: string, b: string) => Truth> = new Map([
  ...ordered('', orderOfNumbers),
  ...ordered('VERSION_', orderOfVersions),
  ...ordered('STR', orderOfTexts),
  ['STREQUAL', isEqual],
  ['IN_LIST', (item, list) => elementsOf(list).includes(item)],
  ['MATCHES', matches],
  ['PATH_EQUAL', (a, b) => a === b || { reason: 'whether two paths are the same is not known' }],
  ['IS_NEWER_THAN', () => ({ reason: 'which of two files is newer is not known' })],
]);

/** Whether the text is a number, and not 0; undefined if it is none. */
export function truthOfNumber(text: string): Truth | undefined {
  const number = numberIn(text);
  if (number === undefined) return undefined;
  if ('reason' in number) return /(?:0x[\da-fp.+-]*|inf|infinity|nan)$/i.test(text) ? number : undefined;
  return number.length === text.length ? number.value !== 0 : undefined;
}

/** The number that a text starts with, with its length. C's strtod() and scanf() read it. */
function numberIn(text: string): { readonly value: number; readonly length: number } | Unknown | undefined {
  if (/^[ \t-\r]*[+-]?(?:0x|inf|nan)/i.test(text))
    return { reason: `whether "${text}" is a number is not known` };
  const [found] = /^[ \t-\r]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/i.exec(text) ?? [];
  return found === undefined ? undefined : { value: Number(found), length: found.length };
}

function orderOfNumbers(a: string, b: string): number | Unknown | undefined {
  const [left, right] = [numberIn(a), numberIn(b)];
  if (left === undefined || right === undefined) return undefined;
  if ('reason' in left) return left;
  if ('reason' in right) return right;
  return left.value === right.value ? 0 : left.value - right.value;
}

function orderOfVersions(a: string, b: string): number | Unknown {
  const [left, right] = [versionIn(a), versionIn(b)];
  if ('reason' in left) return left;
  if ('reason' in right) return right;
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function versionIn(text: string): readonly number[] | Unknown {
  const parts = text === '' ? [] : text.split('.');
  if (parts.every((part) => /^\d{1,9}$/.test(part))) return parts.map(Number);
  return { reason: `"${text}" is no version` };
}

function orderOfTexts(a: string, b: string): number | Unknown {
  return a !== b && (isOfProject(a) || isOfProject(b))
    ? FOLDER
    : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const FOLDER: Unknown = { reason: 'the path of the folder of the project is not known' };

/** Paths of the project are different if what follows its folder is, unless another folder may be the same one. */
function isEqual(a: string, b: string): Truth {
  const isPath = (text: string) => /^(?:[/\\~]|[A-Za-z]:)/.test(text);
  if (a === b || !(isOfProject(a) || isOfProject(b)) || !isPath(a) || !isPath(b)) return a === b;
  const isPlain = (text: string) => isOfProject(text) && !isOfOtherFolder(text) && !text.includes('/..');
  return isPlain(a) && isPlain(b) ? false : FOLDER;
}

/** Texts and alternatives of texts, with "^" and "$"; what else a regular expression has is not evaluated. */
function matches(text: string, pattern: string): Truth {
  const [, start = '', group, plain, end = ''] =
    /^(\^)?(?:\(([\w|;-]*)\)|([\w|;-]*))(\$)?$/.exec(pattern) ?? [];
  const words = group ?? plain;
  const isOneWord = words !== undefined && (group !== undefined || !words.includes('|'));
  if (words === undefined || (!isOneWord && (start !== '' || end !== '')) || isOfProject(text))
    return { reason: `whether a value matches "${pattern}" is not known` };
  return words.split('|').some((word) => {
    if (start !== '' && end !== '') return text === word;
    if (start !== '') return text.startsWith(word);
    return end === '' ? text.includes(word) : text.endsWith(word);
  });
}
