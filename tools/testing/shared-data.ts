import { resolve } from 'node:path';

/** A path of the public test data, which lie beside the repository. */
export function sharedData(...names: readonly string[]): string {
  return resolve(__dirname, '../../../shared/data', ...names);
}
