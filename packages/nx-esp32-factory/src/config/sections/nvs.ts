/** Keys of the app itself, beside those of Matter. */
import { KEY_MAX_LENGTH, STRING_MAX_LENGTH } from 'nvs-core';
import * as z from 'zod/mini';
import { blob } from '../values/bytes';
import { described } from '../values/field';
import { floatOrReference } from '../values/float';
import { secret } from '../values/forms';
import { integerOrReference } from '../values/integer';
import { text, textOrReference } from '../values/text';

const common = {
  namespace: described(
    text({ max: KEY_MAX_LENGTH }),
    'Namespace of the key, at most 15 bytes; "chip-factory" is the one of the Matter data.',
  ),
  key: described(text({ max: KEY_MAX_LENGTH }), 'The key, at most 15 bytes.'),
  secret,
};

function integerEntry<const T extends string>(type: T, bits: number, signed: boolean) {
  return z.strictObject({
    ...common,
    type: described(z.literal(type), 'The type of the value.'),
    value: described(
      integerOrReference(bits, signed),
      'A whole number of the type, in quotes beyond 53 bits, or a reference to it.',
    ),
  });
}

function floatEntry<const T extends 'float' | 'double'>(type: T) {
  return z.strictObject({
    ...common,
    type: described(z.literal(type), 'The type of the value.'),
    value: described(
      floatOrReference(type),
      'A number that firmware of ESP-IDF 6.1 or newer reads, or "nan", "inf" or "-inf" in quotes, or a reference to it.',
    ),
  });
}

const entry = z.discriminatedUnion('type', [
  integerEntry('u8', 8, false),
  integerEntry('i8', 8, true),
  integerEntry('u16', 16, false),
  integerEntry('i16', 16, true),
  integerEntry('u32', 32, false),
  integerEntry('i32', 32, true),
  integerEntry('u64', 64, false),
  integerEntry('i64', 64, true),
  floatEntry('float'),
  floatEntry('double'),
  z.strictObject({
    ...common,
    type: described(z.literal('string'), 'The type of the value.'),
    value: described(
      textOrReference({ min: 0, max: STRING_MAX_LENGTH - 1, control: true }, []),
      'Text of at most 3999 bytes, or a reference to it.',
    ),
  }),
  z.strictObject({
    ...common,
    type: described(z.literal('blob'), 'The type of the value.'),
    value: described(blob(), 'Bytes as hex or base64, or the file or variable that holds them.'),
  }),
]);

export const nvsSchema = described(
  z.strictObject({
    extra: described(
      z.prefault(z.array(entry), []),
      'Further keys of the partition, in any namespace, written in this order after the Matter data.',
    ),
  }),
  'What else goes into the partition.',
);
