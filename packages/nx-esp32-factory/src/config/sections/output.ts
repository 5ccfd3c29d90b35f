/** What is allowed with what is written. */
import * as z from 'zod/mini';
import { described } from '../values/field';

export const outputSchema = described(
  z.strictObject({
    cache: described(
      z.exactOptional(z.boolean()),
      'Whether Nx may cache the image. false: never. true: although everyone with access to the cache, including a remote one, can read its secrets. If it is not given: with a test vendor id, and without keys and secret values from outside. An image whose identity or key is generated is never cached.',
    ),
    allowPlainProduction: described(
      z.exactOptional(z.boolean()),
      'Accepts that the private key of a product is in plain NVS, where whoever has the device can read it: a note in place of a warning.',
    ),
  }),
  'What Nx may do with what is written, and what may be written.',
);
