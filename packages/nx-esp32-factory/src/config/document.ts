import {
  type JSONVisitor,
  type Node,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
  visit,
} from 'jsonc-parser';
import { FactoryError, type Finding, type Where } from 'nvs-core';
import { firstFindings } from 'nvs-core/errors';
import { configErrors } from '../errors';
import { type Position, positionsIn } from './position';
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
const SYNTAX = { allowTrailingComma: true };

/**
 * Parses a JSON file; a byte order mark, comments and trailing commas are allowed.
 * Errors: config.too-large, .not-utf8, .too-deep, .syntax, .duplicate-key.
 */
export function parseDocument(bytes: Uint8Array, label: string): JsonDocument {
  const text = decode(bytes, label);
  const positionOf = positionsIn(text);
  const value = parseText(text, label, positionOf);
  let find: ((path: Path) => Node | undefined) | undefined;
  return {
    label,
    value,
    has: (path) => valueAt(value, path) !== undefined,
    place: (path, what = 'value') => {
      // Most runs ask for no source location.
      find ??= nodesIn(parseTree(text, [], SYNTAX));
      const node = find(path);
      if (node === undefined) return { file: label };
      const key = what === 'key' && node.parent?.type === 'property' ? node.parent : node;
      return { file: label, ...positionOf(key.offset) };
    },
  };
}

/** Finds nodes by their paths; the keys of an object are looked at once, however many of its nodes are asked for. */
function nodesIn(root: Node | undefined): (path: Path) => Node | undefined {
  const keys = new Map<Node, ReadonlyMap<string, Node>>();
  const childrenOf = (object: Node) => {
    const known = keys.get(object);
    if (known !== undefined) return known;
    const found = new Map<string, Node>();
    for (const { children: [key, value] = [] } of object.children ?? []) {
      if (key !== undefined && value !== undefined) found.set(String(key.value), value);
    }
    keys.set(object, found);
    return found;
  };
  return (path) =>
    path.reduce<Node | undefined>((node, part) => {
      if (typeof part === 'number') return node?.type === 'array' ? node.children?.[part] : undefined;
      return node?.type === 'object' ? childrenOf(node).get(part) : undefined;
    }, root);
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

function parseText(text: string, label: string, positionOf: (offset: number) => Position): unknown {
  const where = (offset: number): Where => ({ file: label, ...positionOf(offset) });
  const whole: unknown[] = [];
  /** The objects and lists that have not ended yet, with the key of the next value of an object. */
  const open: { readonly node: unknown[] | Record<string, unknown>; key: string }[] = [
    { node: whole, key: '' },
  ];
  let hasDuplicate = false;

  const add = (value: unknown) => {
    const parent = open[open.length - 1];
    if (parent === undefined) return;
    const { node, key } = parent;
    if (Array.isArray(node)) node.push(value);
    // As a key like any other.
    else if (key === '__proto__')
      Object.defineProperty(node, key, { value, enumerable: true, configurable: true });
    else node[key] = value;
  };
  const begin = (node: unknown[] | Record<string, unknown>, offset: number) => {
    if (open.length > DEPTH_LIMIT)
      throw configErrors.error('config.too-deep', { limit: DEPTH_LIMIT }, where(offset));
    add(node);
    open.push({ node, key: '' });
  };
  const end = () => void open.pop();

  const visitor: JSONVisitor = {
    onObjectBegin: (offset) => begin({}, offset),
    onArrayBegin: (offset) => begin([], offset),
    onObjectEnd: end,
    onArrayEnd: end,
    onLiteralValue: add,
    onObjectProperty: (key) => {
      const parent = open[open.length - 1];
      if (parent === undefined) return;
      hasDuplicate ||= Object.hasOwn(parent.node, key);
      parent.key = key;
    },
    // The first error is the one that means something: the others follow from it.
    onError: (error, offset) => {
      throw syntaxError(text, error, where(offset));
    },
  };
  visit(text, visitor, SYNTAX);
  if (hasDuplicate) throw new FactoryError(firstFindings(duplicatesIn(parseTree(text, [], SYNTAX), where)));
  return whole[0];
}

function duplicatesIn(node: Node | undefined, where: (offset: number) => Where): Finding[] {
  const seen = new Map<string, number>();
  return (node?.children ?? []).flatMap((child): Finding[] => {
    if (child.type !== 'property') return duplicatesIn(child, where);
    const [{ value: key = '' } = {}, value] = child.children ?? [];
    const first = seen.get(key);
    if (first === undefined) seen.set(key, child.offset);
    const params = { key, firstLine: where(first ?? 0).line ?? 1 };
    return [
      ...(first === undefined
        ? []
        : [configErrors.finding('config.duplicate-key', params, where(child.offset))]),
      ...duplicatesIn(value, where),
    ];
  });
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
