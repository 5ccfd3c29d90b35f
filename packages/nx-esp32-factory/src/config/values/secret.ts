import * as z from 'zod/mini';
import { flag } from './enumeration';
import { described } from './field';

/** A field beside a value of the app: whether that is a secret. */
export const secret = described(
  z.prefault(flag('"secret"'), true),
  "Whether the value is a secret. One that comes from a file or an environment variable keeps the image out of Nx's cache, unless this is false.",
);
