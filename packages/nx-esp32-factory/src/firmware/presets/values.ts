/** Values of the JSON of presets, and paths and names in messages. */
import { posix } from 'node:path';
import { joinPath } from '../files';
import { MAX } from './limits';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value can be a name: of a preset, or of a file. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && /^[^\0]+$/.test(value) && value.length <= MAX.characters;
}

export function isTexts(value: unknown, max: number): value is readonly string[] {
  return Array.isArray(value) && value.length <= max && value.every(isText);
}

/** With "/", without "." and a "/" at the end. */
export function pathIn(folder: string, path: string): string {
  return posix.normalize(joinPath(folder, path)).replace(/(?<=.)\/$/, '');
}

export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
