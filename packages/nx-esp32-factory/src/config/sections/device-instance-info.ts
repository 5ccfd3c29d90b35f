/** What the Basic Information cluster says of this one device. */
import { checkFactoryData, FactoryError, PRODUCT_COLORS, PRODUCT_FINISHES } from 'nvs-core';
import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import {
  HARDWARE_VERSION_STRING_LENGTH,
  MANUFACTURING_DATE_LENGTH,
  PART_NUMBER_LENGTH,
  PRODUCT_LABEL_LENGTH,
  PRODUCT_NAME_LENGTH,
  PRODUCT_URL_LENGTH,
  ROTATING_ID_LENGTH,
  SERIAL_NUMBER_LENGTH,
  VENDOR_NAME_LENGTH,
} from '../limits';
import { encodedBytes } from '../values/bytes';
import { oneOfNames } from '../values/enumeration';
import { annotated, described } from '../values/field';
import { integer } from '../values/integer';
import { orRandom } from '../values/or-random';
import { text } from '../values/text';

function checkRotatingId(bytes: Uint8Array): Uint8Array {
  if (bytes.length === ROTATING_ID_LENGTH) return bytes;
  throw configErrors.error('config.bytes-length', {
    what: 'the unique id for rotating device ids',
    length: bytes.length,
    must: `${ROTATING_ID_LENGTH} bytes, ${2 * ROTATING_ID_LENGTH} hexadecimal digits`,
  });
}

function checkDate(manufacturingDate: string): void {
  const findings = checkFactoryData({ deviceInstanceInfo: { manufacturingDate } });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new FactoryError(errors.map((finding) => ({ ...finding, where: {} })));
}

export const deviceInstanceInfoSchema = described(
  z.strictObject({
    vendorId: described(
      annotated(
        integer({
          what: 'the vendor id',
          min: 1,
          max: 0xfff4,
          hex: true,
          why: 'vendor ids of the CSA are 0x0001 to 0xFFF0, test ids 0xFFF1 to 0xFFF4; 0 names no vendor',
        }),
        { shown: ['0xFFF1'] },
      ),
      'The vendor id: 0x0001 to 0xFFF0 as assigned by the CSA, 0xFFF1 to 0xFFF4 for tests.',
    ),
    vendorName: described(
      z.exactOptional(text({ what: 'the vendor name', maxLength: VENDOR_NAME_LENGTH })),
      'The name of the vendor, at most 32 bytes.',
    ),
    productId: described(
      annotated(
        integer({
          what: 'the product id',
          min: 1,
          max: 0xffff,
          hex: true,
          why: 'product ids are 0x0001 to 0xFFFF: 0 stands for "not told" in an onboarding code and is no product\'s id',
        }),
        { shown: ['0x8000'] },
      ),
      'The product id, 0x0001 to 0xFFFF, as in the DAC and the Certification Declaration.',
    ),
    productName: described(
      z.exactOptional(text({ what: 'the product name', maxLength: PRODUCT_NAME_LENGTH })),
      'The name of the product, at most 32 bytes.',
    ),
    productLabel: described(
      z.exactOptional(text({ what: 'the product label', maxLength: PRODUCT_LABEL_LENGTH })),
      'A label for people, at most 64 bytes.',
    ),
    productUrl: described(
      z.exactOptional(
        text({
          what: 'the product URL',
          maxLength: PRODUCT_URL_LENGTH,
          pattern: /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/,
          must: 'a URL with its scheme, such as https://example.com/light',
        }),
      ),
      'A page about the product, at most 256 bytes.',
    ),
    productFinish: described(
      z.exactOptional(oneOfNames('the product finish', PRODUCT_FINISHES)),
      'The surface of the product, for its picture in apps.',
    ),
    productColor: described(
      z.exactOptional(oneOfNames('the product color', PRODUCT_COLORS)),
      'The color of the product, for its picture in apps.',
    ),
    partNumber: described(
      z.exactOptional(text({ what: 'the part number', maxLength: PART_NUMBER_LENGTH })),
      "The vendor's part number, at most 32 bytes.",
    ),
    serialNumber: described(
      z.exactOptional(orRandom(text({ what: 'the serial number', maxLength: SERIAL_NUMBER_LENGTH }))),
      'The serial number of this device, at most 32 bytes.',
    ),
    manufacturingDate: described(
      z.exactOptional(
        text({
          what: 'the manufacturing date',
          maxLength: MANUFACTURING_DATE_LENGTH,
          check: checkDate,
          must: 'a date like 20250416 or 2025-04-16, with up to 16 bytes in all',
        }),
      ),
      'The day on which the device was made, YYYYMMDD or YYYY-MM-DD, then what the vendor wants, 16 bytes in all.',
    ),
    hardwareVersion: described(
      z.exactOptional(
        integer({
          what: 'the hardware version',
          min: 0,
          max: 0xffff,
          why: 'the hardware version is a number of 16 bits; its text goes into "hardwareVersionString"',
        }),
      ),
      'The hardware version, 0 to 65535.',
    ),
    hardwareVersionString: described(
      z.exactOptional(
        text({
          what: 'the hardware version string',
          maxLength: HARDWARE_VERSION_STRING_LENGTH,
        }),
      ),
      'The hardware version for people, at most 64 bytes.',
    ),
    rotatingDeviceIdUniqueId: described(
      z.exactOptional(
        orRandom(
          encodedBytes({
            what: 'the unique id for rotating device ids',
            encoding: 'hex',
            check: checkRotatingId,
          }),
        ),
      ),
      'Unique id of which the firmware makes rotating device ids: 16 bytes, 32 hexadecimal digits.',
    ),
  }),
  'What the device says of itself: vendor, product, serial number and the like.',
);
