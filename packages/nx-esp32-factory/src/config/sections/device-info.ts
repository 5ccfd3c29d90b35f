/** What the device tells of itself to several clusters: languages, calendars, labels and modes. */
import { CALENDAR_TYPES } from 'nvs-core';
import * as z from 'zod';
import { FIXED_LABEL_LENGTH, LOCALE_LENGTH, MODE_LABEL_LENGTH } from '../limits';
import { oneOfNames } from '../values/enumeration';
import { integer } from '../values/integer';
import { list } from '../values/list';
import { plainText } from '../values/text';

const endpoint = integer({
  what: 'the endpoint',
  min: 0,
  max: 0xfffe,
  why: 'endpoints are written as numbers: 10, or "0xA"; the key on the device gets the hexadecimal digits',
});

const manufacturerCode = integer({ what: 'the manufacturer code', min: 0, max: 0xffff, hex: true });

export const deviceInfoSchema = z
  .strictObject({
    locales: list(
      'the list of locales',
      plainText({
        what: 'the locale',
        maxLength: LOCALE_LENGTH,
      }),
    )
      .meta({ shown: [['en-US', 'de-DE']] })
      .exactOptional()
      .describe('Languages of the device as BCP 47 tags, in the order of the attribute.'),
    calendarTypes: list('the list of calendars', oneOfNames('the calendar', CALENDAR_TYPES))
      .meta({ shown: [['Gregorian']] })
      .exactOptional()
      .describe('Calendars that the device can show.'),
    fixedLabels: list(
      'the list of fixed labels',
      z.strictObject({
        endpoint: endpoint.describe('The endpoint that has the label.'),
        label: plainText({ what: 'the label', maxLength: FIXED_LABEL_LENGTH }).describe(
          'What is labelled, such as "room"; at most 16 bytes.',
        ),
        value: plainText({
          what: 'the value of the label',
          maxLength: FIXED_LABEL_LENGTH,
          mayBeEmpty: true,
        }).describe('What the label says, such as "bedroom"; at most 16 bytes, and it may be empty.'),
      }),
    )
      .exactOptional()
      .describe('Labels of endpoints, in the order in which the device lists them.'),
    supportedModes: list(
      'the list of supported modes',
      z.strictObject({
        endpoint: endpoint.describe('The endpoint that has the mode.'),
        mode: integer({ what: 'the mode', min: 0, max: 0xff }).describe('The number of the mode, 0 to 255.'),
        label: plainText({ what: 'the label of the mode', maxLength: MODE_LABEL_LENGTH }).describe(
          'What the mode is called; at most 64 bytes.',
        ),
        semanticTags: z
          .array(
            z.strictObject({
              manufacturerCode: manufacturerCode.describe(
                'The vendor that defines the tag; 0 for a standard tag.',
              ),
              value: integer({ what: 'the value of the tag', min: 0, max: 0xffff }).describe(
                'The tag, as its namespace defines it.',
              ),
            }),
          )
          .prefault([])
          .describe('What the mode means, for apps that do not know its label.'),
      }),
    )
      .exactOptional()
      .describe(
        'Modes of the Mode Select cluster. They are written with a warning: stored versions of the firmware read the mode with the key of its label.',
      ),
  })
  .describe('Languages, calendars, labels and modes of the device.');
