/** What is written, and what may be kept. */
import { z } from 'zod';
import { flag } from '../values/enumeration';
import { plainText } from '../values/text';

export const outputSchema = z
  .strictObject({
    path: plainText({ what: 'the output folder', maxLength: 1024 })
      .exactOptional()
      .describe(
        'Folder of the outputs, relative to the folder of this config file; the target has its own if it is not given.',
      ),
    allowSecretsInCache: flag('"allowSecretsInCache"')
      .prefault(false)
      .describe(
        "Cache the targets of this config although who reads Nx's cache, a remote one too, then reads production secrets.",
      ),
  })
  .describe('What is written, and what may be kept.');
