import { hex } from 'nvs-core/errors';

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
