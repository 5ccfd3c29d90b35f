import { relative } from 'node:path';

/** A path for people: relative to the current folder if it is inside. */
export function displayPath(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') || short === '' ? path : short;
}
