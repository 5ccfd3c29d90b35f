/** Commands that change lists and texts: list(), string(), get_filename_component() (CMake manual). */
import { isUnknown, itemsOf, LENGTH_MAX, listOf, TOO_LONG, type Value } from './value';

/** A variable with its new value. */
export type Change = readonly [name: string, value: Value];

type Get = (name: string) => Value | undefined;

/** What list() changes; undefined for what is not evaluated. */
export function listChange([operation, name, ...rest]: readonly string[], get: Get): Change | undefined {
  if (name === undefined) return undefined;
  const list = get(name) ?? '';
  if (isUnknown(list)) return [name, list];
  const items = itemsOf(list);
  switch (operation) {
    case 'APPEND':
      return [name, listOf(list === '' ? rest : [list, ...rest])];
    case 'PREPEND':
      return [name, listOf(list === '' ? rest : [...rest, list])];
    case 'INSERT': {
      const [index = '0', ...added] = rest;
      return [name, listOf(items.toSpliced(Number(index), 0, ...added))];
    }
    case 'REMOVE_ITEM':
      return [name, listOf(items.filter((item) => !rest.includes(item)))];
    case 'REMOVE_DUPLICATES':
      return [name, listOf([...new Set(items)])];
    case 'REVERSE':
      return [name, listOf(items.toReversed())];
    case 'LENGTH':
      return rest[0] === undefined ? undefined : [rest[0], String(items.length)];
    case 'JOIN':
      return rest[1] === undefined ? undefined : [rest[1], joined(items, rest[0] ?? '')];
    default:
      return undefined;
  }
}

/** What string() changes; undefined for what is not evaluated. */
export function stringChange([operation, ...args]: readonly string[], get: Get): Change | undefined {
  const [first = '', second = '', third = '', ...rest] = args;
  const before = get(first) ?? '';
  switch (operation) {
    case 'APPEND':
    case 'PREPEND': {
      const added = args.slice(1).join('');
      if (isUnknown(before)) return [first, before];
      return [first, operation === 'APPEND' ? before + added : added + before];
    }
    case 'CONCAT':
      return [first, args.slice(1).join('')];
    case 'JOIN':
      return [second, joined(args.slice(2), first)];
    case 'TOLOWER':
      return [second, first.toLowerCase()];
    case 'TOUPPER':
      return [second, first.toUpperCase()];
    case 'STRIP':
      return [second, first.trim()];
    case 'REPLACE':
      return first === '' ? undefined : [third, joined(rest.join('').split(first), second)];
    default:
      return undefined;
  }
}

function joined(items: readonly string[], glue: string): Value {
  return items.length * glue.length > LENGTH_MAX ? TOO_LONG : items.join(glue);
}

/** What get_filename_component() changes; undefined for what is not evaluated. */
export function pathChange(
  [name, path = '', mode = '', ...options]: readonly string[],
  absolute: (path: string) => string,
): Change | undefined {
  if (name === undefined || options.length > 0) return undefined;
  const slash = path.lastIndexOf('/');
  const last = path.slice(slash + 1);
  const dot = last.indexOf('.');
  switch (mode) {
    case 'DIRECTORY':
    case 'PATH':
      return [name, path.slice(0, Math.max(slash, 0))];
    case 'NAME':
      return [name, last];
    case 'NAME_WE':
      return [name, dot < 0 ? last : last.slice(0, dot)];
    case 'EXT':
      return [name, dot < 0 ? '' : last.slice(dot)];
    case 'ABSOLUTE':
    case 'REALPATH':
      return [name, absolute(path)];
    default:
      return undefined;
  }
}
