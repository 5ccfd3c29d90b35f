/** Keys of the app itself, beside those of Matter. */
import * as z from 'zod';
import { NVS_NAME_LENGTH } from '../limits';
import { blob } from '../values/bytes';
import { wideInteger } from '../values/integer';
import { nvsString } from '../values/nvs-string';
import { plainText } from '../values/text';

const place = {
  namespace: plainText({ what: 'the namespace', maxLength: NVS_NAME_LENGTH }).describe(
    'Namespace of the key, at most 15 bytes; "chip-factory" is the one of the Matter data.',
  ),
  key: plainText({ what: 'the key', maxLength: NVS_NAME_LENGTH }).describe('The key, at most 15 bytes.'),
};

function whole<const T extends string>(type: T, bits: number, signed: boolean) {
  return z.strictObject({
    ...place,
    type: z.literal(type).describe('The type of the value.'),
    value: wideInteger('the value', bits, signed).describe(
      'A whole number of the type, in quotes beyond 53 bits, or where it stands.',
    ),
  });
}

const entry = z.discriminatedUnion('type', [
  whole('u8', 8, false),
  whole('i8', 8, true),
  whole('u16', 16, false),
  whole('i16', 16, true),
  whole('u32', 32, false),
  whole('i32', 32, true),
  whole('u64', 64, false),
  whole('i64', 64, true),
  z.strictObject({
    ...place,
    type: z.literal('string').describe('The type of the value.'),
    value: nvsString('the value').describe('Text of at most 3999 bytes, or where it stands.'),
  }),
  z.strictObject({
    ...place,
    type: z.literal('blob').describe('The type of the value.'),
    value: blob('the value').describe('Bytes as hex or base64, or the file or variable that holds them.'),
  }),
]);

export const nvsSchema = z
  .strictObject({
    extra: z
      .array(entry)
      .prefault([])
      .describe(
        'Further keys of the partition, in any namespace, written in this order after the Matter data.',
      ),
  })
  .describe('What else goes into the partition.');
