/** What may be kept of what is written. */
import * as z from 'zod';
import { flag } from '../values/enumeration';

export const outputSchema = z
  .strictObject({
    allowSecretsInCache: flag('"allowSecretsInCache"')
      .prefault(false)
      .describe(
        "Cache the targets of this config although who reads Nx's cache, a remote one too, then reads production secrets.",
      ),
  })
  .describe('What may be kept of what is written.');
