/** What Nx may do with what is written. */
import * as z from 'zod/mini';
import { described } from '../values/field';

export const outputSchema = described(
  z.strictObject({
    cache: described(
      z.exactOptional(z.boolean()),
      'Whether Nx may cache the image. false: never. true: although everyone with access to the cache, including a remote one, can read its secrets. If it is not given: with a test vendor id, and without keys and secret values from outside. An image whose identity or key is generated is never cached.',
    ),
  }),
  'What Nx may do with what is written.',
);
