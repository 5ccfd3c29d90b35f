import { hex } from 'nvs-core/errors';

/** Escapes control and direction characters of an image, which must reach neither a terminal nor a page. */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it matches control characters
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `text` truncated to `length` characters, with an ellipsis. */
export function shortened(text: string, length: number): string {
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

/** "24 KiB (0x6000)". */
export function sizeText(size: number): string {
  if (size % 0x100000 === 0 && size > 0) return `${size / 0x100000} MiB (${hex(size)})`;
  if (size % 1024 === 0 && size > 0) return `${size / 1024} KiB (${hex(size)})`;
  return `${size} bytes (${hex(size)})`;
}

/** "1 key", "2 keys". */
export function counted(count: number, what: string): string {
  const plural = what.endsWith('y') && !/[aeiou]y$/.test(what) ? `${what.slice(0, -1)}ies` : `${what}s`;
  return `${count} ${count === 1 ? what : plural}`;
}
