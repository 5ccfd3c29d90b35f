/** What may be kept of what is written. */
import * as z from 'zod/mini';
import { flag } from '../values/enumeration';
import { described } from '../values/field';

export const outputSchema = described(
  z.strictObject({
    allowSecretsInCache: described(
      z.prefault(flag('"allowSecretsInCache"'), false),
      "Cache the targets of this config although who reads Nx's cache, a remote one too, then reads production secrets.",
    ),
  }),
  'What may be kept of what is written.',
);
