/** Commands that change lists and texts: list(), string(), get_filename_component() (CMake manual). */
import { isOfOtherFolder, isOfProject, plainPath } from './path';
import { elementsOf, isUnknown, LENGTH_MAX, listOf, TOO_LONG, type Value } from './value';

/** A variable with its new value. */
export type Change = readonly [name: string, value: Value | undefined] | 'none';

type Get = (name: string) => Value | undefined;

/** What list() changes; undefined for what is not evaluated. */
export function listChange([operation, name, ...rest]: readonly string[], get: Get): Change | undefined {
  if (name === undefined) return undefined;
  const before = get(name);
  const [first = '', second = ''] = rest;
  const output = operation === 'LENGTH' ? first : operation === 'JOIN' ? second : name;
  if (isUnknown(before)) return OPERATIONS.has(operation) ? [output, before] : undefined;
  const list = before ?? '';
  const items = elementsOf(list);
  switch (operation) {
    case 'APPEND':
      return rest.length === 0 ? 'none' : [name, listOf(list === '' ? rest : [list, ...rest])];
    case 'PREPEND':
      return rest.length === 0 ? 'none' : [name, listOf(list === '' ? rest : [...rest, list])];
    case 'INSERT': {
      const [index = '', ...added] = rest;
      if (added.length === 0) return 'none';
      return /^-?\d{1,9}$/.test(index)
        ? [name, listOf(items.toSpliced(Number(index), 0, ...added))]
        : undefined;
    }
    case 'REMOVE_ITEM': {
      const removed = new Set(rest);
      return [name, before && listOf(items.filter((item) => !removed.has(item)))];
    }
    case 'REMOVE_DUPLICATES':
      return [name, before && listOf([...new Set(items)])];
    case 'REVERSE':
      return [name, before && listOf(items.toReversed())];
    case 'LENGTH':
      return [output, String(items.length)];
    case 'JOIN':
      return [output, joined(items, first)];
    default:
      return undefined;
  }
}

const OPERATIONS: ReadonlySet<string | undefined> = new Set([
  ...['APPEND', 'PREPEND', 'INSERT', 'REMOVE_ITEM', 'REMOVE_DUPLICATES', 'REVERSE', 'LENGTH', 'JOIN'],
]);

/** What string() changes; undefined for what is not evaluated. */
export function stringChange([operation, ...args]: readonly string[], get: Get): Change | undefined {
  const [first = '', second = '', third = '', ...rest] = args;
  switch (operation) {
    case 'APPEND':
    case 'PREPEND': {
      const before = get(first);
      if (args.length === 1) return 'none';
      if (isUnknown(before)) return [first, before];
      const added = args.slice(1).join('');
      return [first, operation === 'APPEND' ? (before ?? '') + added : added + (before ?? '')];
    }
    case 'CONCAT':
      return [first, args.slice(1).join('')];
    case 'JOIN':
      return [second, joined(args.slice(2), first)];
    case 'TOLOWER':
      return isOfProject(first)
        ? undefined
        : [second, first.replace(/[A-Z]+/g, (part) => part.toLowerCase())];
    case 'TOUPPER':
      return isOfProject(first)
        ? undefined
        : [second, first.replace(/[a-z]+/g, (part) => part.toUpperCase())];
    case 'STRIP':
      return [second, stripped(first)];
    case 'REPLACE': {
      const text = rest.join('');
      const isKnown = !isOfProject(text) || (isOfProject(first) && !isOfOtherFolder(text));
      return isKnown && first !== '' ? [third, joined(text.split(first), second)] : undefined;
    }
    default:
      return undefined;
  }
}

function joined(items: readonly string[], glue: string): Value {
  return items.length * glue.length > LENGTH_MAX ? TOO_LONG : items.join(glue);
}

/** A text without the space of C around it. */
function stripped(text: string): string {
  const isSpace = (at: number) => /[ \t-\r]/.test(text.charAt(at));
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(start)) start++;
  while (end > start && isSpace(end - 1)) end--;
  return text.slice(start, end);
}

/** What get_filename_component() changes; undefined for what is not evaluated. */
export function pathChange(
  [name, path = '', mode = '', ...options]: readonly string[],
  absolute: (path: string) => string,
): Change | undefined {
  if (name === undefined || options.length > 0 || path.startsWith('~')) return undefined;
  if (mode === 'ABSOLUTE' || mode === 'REALPATH') return [name, absolute(path)];
  const isFolder = mode === 'DIRECTORY' || mode === 'PATH';
  const whole = isFolder ? plainPath(path) : path;
  const slash = whole.lastIndexOf('/');
  const last = whole.slice(slash + 1);
  // The names of the project's folder, and of those around it, are not known.
  if (isOfProject(whole) && /^(?:@|\.\.$)/.test(last))
    return isFolder && whole.lastIndexOf('@') === 1 && last !== '..' ? [name, `${whole}/..`] : undefined;
  const dot = last.indexOf('.');
  switch (mode) {
    case 'DIRECTORY':
    case 'PATH':
      return [name, slash === 0 ? '/' : whole.slice(0, Math.max(slash, 0))];
    case 'NAME':
      return [name, last];
    case 'NAME_WE':
      return [name, dot < 0 ? last : last.slice(0, dot)];
    case 'EXT':
      return [name, dot < 0 ? '' : last.slice(dot)];
    default:
      return undefined;
  }
}
