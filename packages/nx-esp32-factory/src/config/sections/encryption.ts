/** NVS encryption, and encryption on the host for devices whose flash is encrypted already. */
import * as z from 'zod/mini';
import { encryptionKey } from '../values/credential';
import { described } from '../values/field';
import { integer } from '../values/integer';

export const encryptionSchema = described(
  z.discriminatedUnion('scheme', [
    described(
      z.strictObject({ scheme: described(z.literal('none'), 'The image is plain.') }),
      'No encryption by NVS.',
    ),
    described(
      z.strictObject({
        scheme: described(
          z.literal('flash'),
          'The keys are in the nvs_keys partition, under flash encryption.',
        ),
        key: described(
          z.prefault(encryptionKey(), { generate: true }),
          'The XTS keys: 64 bytes, or an image of the nvs_keys partition, in a file; hex of either in a variable; or a new key for every image.',
        ),
      }),
      'NVS encryption with a keys partition.',
    ),
    described(
      z.strictObject({
        scheme: described(z.literal('hmac'), 'The keys are derived from an HMAC key in an eFuse block.'),
        key: described(
          z.prefault(encryptionKey(), { generate: true }),
          'The HMAC key: 32 bytes in a file, hex in a variable, or a new one for every device.',
        ),
        keyId: described(
          integer({
            min: 0,
            max: 5,
            why: 'it is CONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID of the firmware: 0 to 5, for BLOCK_KEY0 to BLOCK_KEY5',
          }),
          'The eFuse key block that holds the HMAC key, 0 to 5: CONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID.',
        ),
        firmwareDerivesKeys: described(
          z.prefault(z.boolean(), false),
          'The firmware opens the partition with keys that it derives itself; the stock Matter SDK does not, and would erase the data.',
        ),
      }),
      'NVS encryption with keys derived from an eFuse.',
    ),
  ]),
  'NVS encryption; that of the firmware if the section is not given.',
);

export const flashEncryptionSchema = described(
  z.strictObject({
    mode: described(
      z.prefault(z.enum(['device', 'host']), 'device'),
      'Who encrypts the keys partition and esp_secure_cert: the device while flashing, or this host for a device in release mode.',
    ),
    key: described(
      z.exactOptional(encryptionKey()),
      "The device's flash encryption key, where the host encrypts.",
    ),
  }),
  'Flash encryption of the images that need it.',
);
