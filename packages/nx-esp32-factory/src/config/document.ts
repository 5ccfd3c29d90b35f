import type { Where } from 'nvs-core';
import { configErrors } from '../errors';
import { COLON, DEPTH_LIMIT, endOfString, offsetOf, position, QUOTE } from './json-text';
import { parsePlaced } from './placed-document';

export type Path = readonly (string | number)[];

/** A JSON file with the places of its values. */
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
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a JSON file; a byte order mark, comments and trailing commas are allowed.
 * Errors: config.too-large, .not-utf8, .too-deep, .syntax, .duplicate-key.
 */
export function parseDocument(bytes: Uint8Array, label: string): JsonDocument {
  const text = decode(bytes, label);
  const plain = parsePlain(text);
  if (plain === undefined) return parsePlaced(text, label);
  const { value } = plain;
  return {
    label,
    value,
    has: (path) => hasAt(value, path),
    place: (path, what = 'value') =>
      hasAt(value, path) ? { file: label, ...position(text, offsetOf(text, path, what)) } : { file: label },
  };
}

/**
 * The value of plain JSON that has no key twice and nests no deeper than it may; undefined for all else. Node's own
 * parser is many times faster than one that knows places.
 */
function parsePlain(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // Of equal keys only the last one is left.
    return countKeys(value, 0) === countColons(text) ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** The keys of all objects in it; not a number where it nests too deep. */
function countKeys(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === DEPTH_LIMIT) return Number.NaN;
  const isList = Array.isArray(value);
  const children: readonly unknown[] = isList ? value : Object.values(value);
  let count = isList ? 0 : children.length;
  for (let index = 0; index < children.length; index++) count += countKeys(children[index], depth + 1);
  return count;
}

/** The colons of valid JSON that stand in no string: there is one behind each key. */
function countColons(text: string): number {
  let count = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text.charCodeAt(offset);
    if (character === COLON) count++;
    else if (character === QUOTE) offset = endOfString(text, offset);
  }
  return count;
}

/** Whether there is a value at the path of keys and indexes. */
function hasAt(value: unknown, path: Path): boolean {
  let node = value;
  for (let depth = 0; depth < path.length; depth++) {
    const part = path[depth] ?? '';
    const isThere =
      typeof node === 'object' &&
      node !== null &&
      Array.isArray(node) === (typeof part === 'number') &&
      Object.hasOwn(node, part);
    if (!isThere) return false;
    node = (node as Record<string | number, unknown>)[part];
  }
  return true;
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

/** A document that stands in no file: flags of a command line, or an object in memory. */
export function memoryDocument(value: unknown, label: string): JsonDocument {
  return { label, value, has: () => true, place: () => ({ file: label }) };
}

/** deviceInfo.fixedLabels[0].label */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[$\w-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
