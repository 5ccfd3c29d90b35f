/** What the device tells of itself to several clusters: languages, calendars, labels and modes. */
import { CALENDAR_TYPES } from 'nvs-core';
import * as z from 'zod/mini';
import { FIXED_LABEL_LENGTH, LOCALE_LENGTH, MODE_LABEL_LENGTH } from '../limits';
import { oneOfNames } from '../values/enumeration';
import { annotated, described } from '../values/field';
import { integer } from '../values/integer';
import { list } from '../values/list';
import { plainText } from '../values/text';

const endpoint = () =>
  integer({
    what: 'the endpoint',
    min: 0,
    max: 0xfffe,
    why: 'endpoints are written as numbers: 10, or "0xA"; the key on the device gets the hexadecimal digits',
  });

const manufacturerCode = integer({ what: 'the manufacturer code', min: 0, max: 0xffff, hex: true });

export const deviceInfoSchema = described(
  z.strictObject({
    locales: described(
      z.exactOptional(
        annotated(
          list(
            'the list of locales',
            plainText({
              what: 'the locale',
              maxLength: LOCALE_LENGTH,
            }),
          ),
          { shown: [['en-US', 'de-DE']] },
        ),
      ),
      'Languages of the device as BCP 47 tags, in the order of the attribute.',
    ),
    calendarTypes: described(
      z.exactOptional(
        annotated(list('the list of calendars', oneOfNames('the calendar', CALENDAR_TYPES)), {
          shown: [['Gregorian']],
        }),
      ),
      'Calendars that the device can show.',
    ),
    fixedLabels: described(
      z.exactOptional(
        list(
          'the list of fixed labels',
          z.strictObject({
            endpoint: described(endpoint(), 'The endpoint that has the label.'),
            label: described(
              plainText({ what: 'the label', maxLength: FIXED_LABEL_LENGTH }),
              'What is labelled, such as "room"; at most 16 bytes.',
            ),
            value: described(
              plainText({
                what: 'the value of the label',
                maxLength: FIXED_LABEL_LENGTH,
                mayBeEmpty: true,
              }),
              'What the label says, such as "bedroom"; at most 16 bytes, and it may be empty.',
            ),
          }),
        ),
      ),
      'Labels of endpoints, in the order in which the device lists them.',
    ),
    supportedModes: described(
      z.exactOptional(
        list(
          'the list of supported modes',
          z.strictObject({
            endpoint: described(endpoint(), 'The endpoint that has the mode.'),
            mode: described(
              integer({ what: 'the mode', min: 0, max: 0xff }),
              'The number of the mode, 0 to 255.',
            ),
            label: described(
              plainText({ what: 'the label of the mode', maxLength: MODE_LABEL_LENGTH }),
              'What the mode is called; at most 64 bytes.',
            ),
            semanticTags: described(
              z.prefault(
                z.array(
                  z.strictObject({
                    manufacturerCode: described(
                      manufacturerCode,
                      'The vendor that defines the tag; 0 for a standard tag.',
                    ),
                    value: described(
                      integer({ what: 'the value of the tag', min: 0, max: 0xffff }),
                      'The tag, as its namespace defines it.',
                    ),
                  }),
                ),
                [],
              ),
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
