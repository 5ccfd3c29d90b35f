/** Places in the text of plain JSON, which Node's parser has found valid and which has no key twice. */
import type { Path } from './document';

/** How deep objects and lists may nest. */
export const DEPTH_LIMIT = 64;

export const [COLON, QUOTE] = [0x3a, 0x22];
const [BACKSLASH, COMMA, OPENING_BRACE, OPENING_BRACKET, CLOSING_BRACE, CLOSING_BRACKET] = [
  0x5c, 0x2c, 0x7b, 0x5b, 0x7d, 0x5d,
];

/** Where the value at the path starts, or its key where it has one; there must be one. */
export function offsetOf(text: string, path: Path, what: 'value' | 'key'): number {
  let offset = skipSpace(text, 0);
  let key = offset;
  for (const part of path) {
    key = skipSpace(text, offset + 1);
    if (typeof part === 'number') {
      for (let index = 0; index < part; index++) key = skipSpace(text, afterValue(text, key) + 1);
      offset = key;
      continue;
    }
    for (;;) {
      const end = endOfString(text, key) + 1;
      offset = skipSpace(text, skipSpace(text, end) + 1);
      if (JSON.parse(text.slice(key, end)) === part) break;
      key = skipSpace(text, afterValue(text, offset) + 1);
    }
  }
  return what === 'key' ? key : offset;
}

/** Where the comma or bracket behind a value stands. */
function afterValue(text: string, start: number): number {
  let depth = 0;
  for (let offset = start; ; offset++) {
    const character = text.charCodeAt(offset);
    if (character === QUOTE) offset = endOfString(text, offset);
    else if (character === OPENING_BRACE || character === OPENING_BRACKET) depth++;
    else if (depth === 0 && (character === COMMA || isClosing(character))) return offset;
    else if (isClosing(character)) depth--;
  }
}

function isClosing(character: number): boolean {
  return character === CLOSING_BRACE || character === CLOSING_BRACKET;
}

/** Where the closing quote of a string stands. */
export function endOfString(text: string, start: number): number {
  let offset = start + 1;
  while (text.charCodeAt(offset) !== QUOTE) offset += text.charCodeAt(offset) === BACKSLASH ? 2 : 1;
  return offset;
}

function skipSpace(text: string, start: number): number {
  let offset = start;
  while (offset < text.length && text.charCodeAt(offset) <= 0x20) offset++;
  return offset;
}

/** Line and column of an offset, both from one. */
export function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
