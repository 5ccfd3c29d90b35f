import { relative } from 'node:path';
import { printable, withoutSecrets } from 'nvs-core/errors';

/** A path for people: relative if it is below the current folder, without what looks like a secret. */
export function displayPath(path: string): string {
  const short = relative('.', path);
  return printable(withoutSecrets(short.startsWith('..') || short === '' ? path : short));
}
