import { version as own } from '../../package.json';

/** The version of this package. */
export function version(): string {
  return own;
}
