import { resolve } from 'node:path';

/** A path in the folder `vectors`, whose README says where each file comes from. */
export function vectors(...names: readonly string[]): string {
  return resolve(__dirname, '../../vectors', ...names);
}
