import {
  createScanner,
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { FactoryError, type Finding, type Where } from 'nvs-core';
import { configErrors } from '../errors';
import type { JsonDocument } from './document';
import { DEPTH_LIMIT, position } from './json-text';

/** jsonc-parser's tokens that open and close: its enum is const and so not there at run time. */
const OPENING: readonly number[] = [1, 3];
const CLOSING: readonly number[] = [2, 4];
const END = 17;

/**
 * A JSON text with the places of its values; comments and trailing commas are allowed.
 * Errors: config.too-deep, .syntax, .duplicate-key.
 */
export function parsePlaced(text: string, label: string): JsonDocument {
  const where = (offset: number): Where => ({ file: label, ...position(text, offset) });
  checkDepth(text, where);
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  if (errors.length > 0 || tree === undefined) throw syntaxError(errors, where, text);
  const findings: Finding[] = [];
  const value = toValue(tree, (key, first) => {
    const firstLine = position(text, first.offset).line;
    const params = { key: String(key.value), firstLine };
    findings.push(configErrors.finding('config.duplicate-key', params, where(key.offset)));
  });
  if (findings.length > 0) throw new FactoryError(findings);
  return {
    label,
    value,
    has: (path) => findNodeAtLocation(tree, [...path]) !== undefined,
    place: (path, what = 'value') => {
      const node = findNodeAtLocation(tree, [...path]);
      if (node === undefined) return { file: label };
      const key = what === 'key' && node.parent?.type === 'property' ? node.parent : node;
      return where(key.offset);
    },
  };
}

/** The parser calls itself for every level: the depth is bounded before it runs. */
function checkDepth(text: string, where: (offset: number) => Where): void {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (OPENING.includes(token)) depth++;
    if (CLOSING.includes(token)) depth--;
    if (depth > DEPTH_LIMIT) {
      throw configErrors.error('config.too-deep', { limit: DEPTH_LIMIT }, where(scanner.getTokenOffset()));
    }
  }
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

/** The first error of the parser is the one that means something: the others follow from it. */
function syntaxError(
  errors: readonly ParseError[],
  where: (offset: number) => Where,
  text: string,
): FactoryError {
  const [first] = errors;
  if (text.trim() === '' || first === undefined) {
    return configErrors.error('config.syntax', { problem: 'it is empty' }, where(0));
  }
  const name = printParseErrorCode(first.error);
  return configErrors.error('config.syntax', { problem: PROBLEMS[name] ?? name }, where(first.offset));
}

function toValue(node: Node, duplicate: (key: Node, first: Node) => void): unknown {
  if (node.type === 'array') return (node.children ?? []).map((child) => toValue(child, duplicate));
  if (node.type !== 'object') return node.value;
  const keys = new Map<string, Node>();
  const entries: [string, unknown][] = [];
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    const first = keys.get(key.value);
    if (first === undefined) keys.set(key.value, key);
    else duplicate(key, first);
    entries.push([key.value, toValue(value, duplicate)]);
  }
  // fromEntries defines "__proto__" as a key like any other.
  return Object.fromEntries(entries);
}
