/** What several clusters show of the device: languages, calendars, labels and modes. */
import { ENDPOINT, LIST_KEYS } from 'nvs-core';
import * as z from 'zod/mini';
import { fieldsOf } from '../fields';
import { described, list, withExamples } from '../values/field';
import { integer } from '../values/integer';
import { text } from '../values/text';

const { locale, fixedLabelName, fixedLabelValue, modeLabel, mode, tagValue, tagManufacturer } = LIST_KEYS;

function endpoint(description: string) {
  const why =
    'endpoints are written as numbers: 10, or "0xA"; the key on the device gets the hexadecimal digits';
  return described(integer({ ...ENDPOINT, why }), description);
}

const semanticTag = z.strictObject({
  manufacturerCode: described(
    integer({ ...tagManufacturer.kind, hex: true }),
    'The vendor that defines the tag; 0 for a standard tag.',
  ),
  value: described(integer(tagValue.kind), 'The tag, as its namespace defines it.'),
});

export const deviceInfoSchema = described(
  z.strictObject({
    locales: described(
      z.exactOptional(withExamples(list(text(locale.kind)), [['en-US', 'de-DE']])),
      'Languages of the device as BCP 47 tags, in the order of the attribute.',
    ),
    ...fieldsOf('deviceInfo'),
    fixedLabels: described(
      z.exactOptional(
        list(
          z.strictObject({
            endpoint: endpoint('The endpoint that has the label.'),
            label: described(
              text(fixedLabelName.kind),
              'What is labelled, such as "room"; at most 16 bytes.',
            ),
            value: described(
              text(fixedLabelValue.kind),
              'The text of the label, such as "bedroom"; at most 16 bytes, and it may be empty.',
            ),
          }),
        ),
      ),
      'Labels of endpoints, in the order in which the device lists them.',
    ),
    supportedModes: described(
      z.exactOptional(
        list(
          z.strictObject({
            endpoint: endpoint('The endpoint that has the mode.'),
            mode: described(integer(mode.kind), 'The number of the mode, 0 to 255.'),
            label: described(text(modeLabel.kind), 'What the mode is called; at most 64 bytes.'),
            semanticTags: described(
              z.prefault(z.array(semanticTag), []),
              'What the mode means, for apps that do not know its label.',
            ),
          }),
        ),
      ),
      'Modes of the Mode Select cluster. They are written with a warning: stored versions of the firmware read the mode with the key of its label.',
    ),
  }),
  'Languages, calendars, labels and modes of the device.',
);
