/** The NVS partition of the factory data. */
import * as z from 'zod/mini';
import { described, withExamples } from '../values/field';
import { integer, size } from '../values/integer';
import { text } from '../values/text';

export const partitionSchema = described(
  z.strictObject({
    label: described(
      z.exactOptional(text({ max: 16 })),
      'Label of the partition in the partition table, at most 16 bytes; CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL of the firmware if it is not given.',
    ),
    size: described(
      z.exactOptional(withExamples(size(), ['0x6000'])),
      'Size in bytes, a multiple of 4096; that of the partition table if it is not given.',
    ),
    version: described(
      z.prefault(
        integer({
          min: 1,
          max: 2,
          why: 'version 2 is what ESP-IDF has written since 3.x; 1 has no multi-page blobs',
        }),
        2,
      ),
      'Version of the NVS format, 1 or 2.',
    ),
    readOnly: described(
      z.prefault(z.boolean(), false),
      'The partition is flagged readonly: no page has to stay blank, and it may be as small as 4096 bytes.',
    ),
  }),
  'The partition that holds the data.',
);
