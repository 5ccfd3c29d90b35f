import type { Path } from './document';
import { isRecord } from './values/record';

/** Something outside the config that decides about its values. */
export type ConfigReference =
  | { readonly kind: 'file' | 'folder'; readonly path: string; readonly field: string }
  | { readonly kind: 'env'; readonly name: string; readonly field: string };

/** A reference as it is written, with the path of its field. */
export interface WrittenReference {
  readonly kind: 'file' | 'folder' | 'env';
  readonly written: string;
  /** The object that refers. */
  readonly path: Path;
}

/**
 * Every reference of a document in the order of the text, valid or not: the cache must know them before anyone
 * validates them.
 */
export function findReferences(value: unknown, path: Path = []): WrittenReference[] {
  if (Array.isArray(value))
    return value.flatMap((element, index) => findReferences(element, [...path, index]));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, child]): WrittenReference[] => {
    if ((key === 'file' || key === 'env' || key === 'folder') && typeof child === 'string') {
      return [{ kind: key, written: child, path }];
    }
    return findReferences(child, [...path, key]);
  });
}
