import { type JSONVisitor, type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import { FactoryError, type Finding, type Where } from 'nvs-core';
import { firstFindings } from 'nvs-core/errors';
import { configErrors } from '../errors';
import { positionsIn } from './position';
import { isRecord } from './values/record';

export type Path = readonly (string | number)[];

/** A JSON file with the source locations of its values. */
export interface JsonDocument {
  /** The file as messages name it. */
  readonly label: string;
  readonly value: unknown;
  /** True if the file has a value at the path. */
  has(path: Path): boolean;
  /** Line and column (one-based) of the value at the path, or of its key. */
  place(path: Path, what?: 'value' | 'key'): Where;
}

const LENGTH_LIMIT = 1024 * 1024;
/** How deep objects and lists may nest. */
const DEPTH_LIMIT = 64;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** A value in the text of a file. */
interface Node {
  readonly value: unknown;
  /** Where it starts. */
  readonly offset: number;
  /** Where its key starts; a value without a key starts there itself. */
  readonly keyOffset: number;
  /** What an object or a list holds, by key or index. */
  readonly children?: Map<string | number, Node> | undefined;
}

interface Container extends Node {
  readonly value: unknown[] | Record<string | number, unknown>;
  readonly children: Map<string | number, Node>;
}

/**
 * Parses a JSON file; a byte order mark, comments and trailing commas are allowed.
 * Errors: config.too-large, .not-utf8, .too-deep, .syntax, .duplicate-key.
 */
export function parseDocument(bytes: Uint8Array, label: string): JsonDocument {
  const text = decode(bytes, label);
  const positionOf = positionsIn(text);
  const where = (offset: number): Where => ({ file: label, ...positionOf(offset) });
  const root = parseText(text, where);
  return {
    label,
    value: root?.value,
    has: (path) => valueAt(root?.value, path) !== undefined,
    place: (path, what = 'value') => {
      const node = path.reduce<Node | undefined>((parent, part) => parent?.children?.get(part), root);
      if (node === undefined) return { file: label };
      return where(what === 'key' ? node.keyOffset : node.offset);
    },
  };
}

/** A document that is no file: flags of a command line, or an object in memory. */
export function memoryDocument(value: unknown, label: string): JsonDocument {
  return { label, value, has: () => true, place: () => ({ file: label }) };
}

/** deviceInfo.fixedLabels[0].label */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[$A-Za-z_][$\w-]*$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** The value at the path of keys and indexes; undefined where there is none. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, key) => {
    if (Array.isArray(node)) return typeof key === 'number' ? node[key] : undefined;
    return typeof key === 'string' && isRecord(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  }, document);
}

function decode(bytes: Uint8Array, label: string): string {
  if (bytes.length > LENGTH_LIMIT) {
    const params = { length: bytes.length, limit: LENGTH_LIMIT };
    throw configErrors.error('config.too-large', params, { file: label });
  }
  try {
    return UTF8.decode(bytes);
  } catch {
    throw configErrors.error('config.not-utf8', {}, { file: label });
  }
}

function parseText(text: string, where: (offset: number) => Where): Node | undefined {
  const top: Container = { value: [], children: new Map(), offset: 0, keyOffset: 0 };
  /** The objects and lists that have not ended yet, with the key of the next value of an object. */
  const open: { node: Container; key: string; keyOffset: number }[] = [{ node: top, key: '', keyOffset: 0 }];
  const duplicates: Finding[] = [];

  const add = (value: unknown, offset: number, children?: Container['children']) => {
    const parent = open[open.length - 1];
    if (parent === undefined) return;
    const { value: container, children: siblings } = parent.node;
    const isList = Array.isArray(container);
    const key = isList ? container.length : parent.key;
    const node = { value, offset, keyOffset: isList ? offset : parent.keyOffset, children };
    // Of two values with one key, the error about the second names the first.
    if (!siblings.has(key)) siblings.set(key, node);
    if (isList) container.push(value);
    // As a key like any other.
    else if (key === '__proto__')
      Object.defineProperty(container, key, { value, enumerable: true, configurable: true });
    else container[key] = value;
  };
  const begin = (value: Container['value'], offset: number) => {
    if (open.length > DEPTH_LIMIT)
      throw configErrors.error('config.too-deep', { limit: DEPTH_LIMIT }, where(offset));
    const children = new Map<string | number, Node>();
    add(value, offset, children);
    open.push({ node: { value, children, offset, keyOffset: offset }, key: '', keyOffset: offset });
  };
  const end = () => void open.pop();

  const visitor: JSONVisitor = {
    onObjectBegin: (offset) => begin({}, offset),
    onArrayBegin: (offset) => begin([], offset),
    onObjectEnd: end,
    onArrayEnd: end,
    onLiteralValue: (value, offset) => add(value, offset),
    onObjectProperty: (key, offset) => {
      const parent = open[open.length - 1];
      if (parent === undefined) return;
      const first = parent.node.children.get(key);
      if (first !== undefined) {
        const params = { key, firstLine: where(first.keyOffset).line ?? 1 };
        duplicates.push(configErrors.finding('config.duplicate-key', params, where(offset)));
      }
      parent.key = key;
      parent.keyOffset = offset;
    },
    // The first error is the one that means something: the others follow from it.
    onError: (error, offset) => {
      throw syntaxError(text, error, where(offset));
    },
  };
  visit(text, visitor, { allowTrailingComma: true });
  if (duplicates.length > 0) throw new FactoryError(firstFindings(duplicates));
  return top.children.get(0);
}

const PROBLEMS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'an unknown word',
  InvalidNumberFormat: 'a number that is none',
  PropertyNameExpected: 'a key in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: '":" is missing after the key',
  CommaExpected: '"," is missing before this',
  CloseBraceExpected: '"}" is missing',
  CloseBracketExpected: '"]" is missing',
  EndOfFileExpected: 'there is more after the end',
  InvalidCommentToken: 'a comment that is none',
  UnexpectedEndOfComment: 'a comment without end',
  UnexpectedEndOfString: 'a text without its closing quote',
  UnexpectedEndOfNumber: 'a number without end',
  InvalidUnicode: '"\\u" without four hexadecimal digits',
  InvalidEscapeCharacter: 'an unknown escape after "\\"',
  InvalidCharacter: 'a character that must be escaped',
};

function syntaxError(text: string, error: ParseErrorCode, where: Where): FactoryError {
  if (text.trim() === '') {
    return configErrors.error('config.syntax', { problem: 'it is empty' }, { ...where, line: 1, column: 1 });
  }
  const name = printParseErrorCode(error);
  return configErrors.error('config.syntax', { problem: PROBLEMS[name] ?? name }, where);
}
