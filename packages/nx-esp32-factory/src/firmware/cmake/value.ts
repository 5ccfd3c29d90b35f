/** Values of CMake's variables: a text, or what is known of one that is not known. */
import type { Argument } from './text';

/** A value that the files do not say, with the reason. */
export interface Unknown {
  readonly reason: string;
  /** The environment variable that the value begins with. */
  readonly environment?: string | undefined;
  /** Whether it may be any number of arguments. */
  readonly isList?: boolean;
  /** The command that made it so. */
  readonly at?: { readonly file: string; readonly line?: number } | undefined;
}

export type Value = string | Unknown;

export function isUnknown(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && 'reason' in value;
}

export interface References {
  readonly variable: (name: string) => Value | undefined;
  readonly cache: (name: string) => Value | undefined;
  readonly environment: (name: string) => Value | undefined;
}

/** A longer value is not one of a project. */
export const LENGTH_MAX = 0x10000;
export const TOO_LONG: Unknown = { reason: 'a value is longer than 64 KiB' };

/** A text with its variables and escapes replaced (cmake-language(7), "Variable References", "Escape Sequences"). */
export function expand(text: string, references: References): Value {
  if (!/[\\$]/.test(text)) return text;
  // The text of each reference that is open, and which kind it is: ${, $ENV{, $CACHE{.
  const open: { kind: keyof References; text: string }[] = [];
  let result = '';
  let unknown: Unknown | undefined;
  const add = (part: string) => {
    const inner = open.at(-1);
    if (inner === undefined) result += part;
    else inner.text += part;
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    const start = letter === '$' ? REFERENCES.find(([opening]) => text.startsWith(opening, at)) : undefined;
    if (letter === '\\') {
      add(escaped(text[++at] ?? ''));
    } else if (start !== undefined) {
      open.push({ kind: start[1], text: '' });
      at += start[0].length - 1;
    } else if (letter === '}' && open.length > 0) {
      const { kind, text: name } = open.pop() as (typeof open)[number];
      const value = references[kind](name) ?? '';
      const isFirst = result === '' && open.length === 0;
      if (isUnknown(value)) unknown ??= isFirst ? value : { ...value, environment: undefined };
      else add(value);
    } else if (letter === '$' && text[at + 1] === '<') {
      unknown ??= { reason: `it uses the generator expression ${text.slice(at, at + 40).split('>', 1)[0]}>` };
    } else add(letter);
    if (result.length > LENGTH_MAX) return TOO_LONG;
  }
  if (open.length > 0) return { reason: `it has no end of the reference "${text.slice(0, 40)}"` };
  return unknown ?? result;
}

const REFERENCES: readonly (readonly [opening: string, kind: keyof References])[] = [
  ['${', 'variable'],
  ['$ENV{', 'environment'],
  ['$CACHE{', 'cache'],
];

/** A semicolon keeps its backslash: it does not divide a list. */
function escaped(letter: string): string {
  const named = { n: '\n', t: '\t', r: '\r', ';': '\\;', '\n': '' } as const;
  return Object.hasOwn(named, letter) ? named[letter as keyof typeof named] : letter;
}

/** The arguments of a command after replacement: unquoted ones become the items of a list. */
export function expandAll(args: readonly Argument[], references: References): Value[] {
  return args.flatMap<Value>(({ text, kind }) => {
    if (kind === 'bracket') return [text];
    const value = expand(text, references);
    if (isUnknown(value)) return [{ ...value, isList: kind === 'unquoted' }];
    return kind === 'quoted' ? [value] : itemsOf(value);
  });
}

/** The items of an unquoted argument: empty ones are none (cmake-language(7), "Unquoted Argument"). */
export function itemsOf(list: string): string[] {
  return elementsOf(list).filter((item) => item !== '');
}

/** The elements of a list; a semicolon after a backslash or in brackets divides none (cmake-language(7), "Lists"). */
export function elementsOf(list: string): string[] {
  if (list === '') return [];
  if (!/[[\]\\]/.test(list)) return list.split(';');
  const elements: string[] = [];
  let element = '';
  let depth = 0;
  for (let at = 0; at < list.length; at++) {
    const letter = list[at] as string;
    if (letter === '[') depth++;
    else if (letter === ']') depth--;
    if (letter === '\\' && list[at + 1] === ';') {
      element += ';';
      at++;
    } else if (letter === ';' && depth === 0) {
      elements.push(element);
      element = '';
    } else element += letter;
  }
  return [...elements, element];
}

export function listOf(items: readonly Value[]): Value {
  return items.find(isUnknown) ?? items.join(';');
}
