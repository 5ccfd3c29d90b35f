/** Which build of which project the image is for, where the project's own files do not say it. */
import * as z from 'zod/mini';
import { described, list, withExamples } from '../values/field';
import { path } from '../values/reference';
import { text } from '../values/text';

const RELATIVE = 'relative to the folder of this config file';

export const firmwareSchema = described(
  z.strictObject({
    project: z.exactOptional(
      path(`Folder of the ESP-IDF project, ${RELATIVE}; that folder itself if it is not given.`),
    ),
    buildFolder: z.exactOptional(
      path(
        `Folder of the build whose firmware reads the image, ${RELATIVE}; the newest build for the chip in the project's build* folders if it is not given.`,
      ),
    ),
    sdkconfig: z.exactOptional(
      path(`The sdkconfig of the build, ${RELATIVE}: what the firmware is made with.`),
    ),
    sdkconfigDefaults: described(
      z.exactOptional(list(path(`A file of defaults, ${RELATIVE}.`))),
      'The list SDKCONFIG_DEFAULTS of the build, lowest precedence first; the file of the chip beside each (sdkconfig.defaults.esp32c6) is read after it.',
    ),
    partitionTable: z.exactOptional(path(`The partition table, CSV or binary, ${RELATIVE}.`)),
    idfVersion: described(
      z.exactOptional(
        withExamples(
          text({
            max: 16,
            pattern: /^v?\d{1,3}\.\d{1,3}(?:\.\d{1,3})?$/,
            form: 'a version of ESP-IDF like "5.5" or "6.0.1"',
          }),
          ['5.5', '6.0'],
        ),
      ),
      'Version of ESP-IDF, which decides about defaults that no file shows: NVS keys are protected by flash encryption before 6.0, and from 6.0 by the HMAC peripheral where the chip has it. That of the build, of dependencies.lock or of idf_component.yml if it is not given.',
    ),
  }),
  'The firmware that reads the image: by default that of the project beside this config file.',
);
