/** NVS encryption, and encryption on the host for devices whose flash is encrypted already. */
import * as z from 'zod';
import { encryptionKey } from '../values/credential';
import { flag, oneOfNames } from '../values/enumeration';
import { integer } from '../values/integer';

export const encryptionSchema = z
  .discriminatedUnion('scheme', [
    z
      .strictObject({ scheme: z.literal('none').describe('The image is plain.') })
      .describe('No encryption by NVS.'),
    z
      .strictObject({
        scheme: z
          .literal('flash')
          .describe('The keys stand in the nvs_keys partition, under flash encryption.'),
        key: encryptionKey('the NVS key')
          .prefault({ generate: true })
          .describe(
            'The XTS keys: 64 bytes, or an image of the nvs_keys partition, in a file; hex of either in a variable; or a new key for every image.',
          ),
      })
      .describe('NVS encryption with a keys partition.'),
    z
      .strictObject({
        scheme: z.literal('hmac').describe('The keys are derived from an HMAC key in an eFuse block.'),
        key: encryptionKey('the HMAC key')
          .prefault({ generate: true })
          .describe('The HMAC key: 32 bytes in a file, hex in a variable, or a new one for every device.'),
        keyId: integer({
          what: 'the eFuse key id',
          min: 0,
          max: 5,
          why: 'it is CONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID of the firmware: 0 to 5, for BLOCK_KEY0 to BLOCK_KEY5',
        }).describe('The eFuse key block that holds the HMAC key, 0 to 5: CONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID.'),
        firmwareDerivesKeys: flag('"firmwareDerivesKeys"')
          .prefault(false)
          .describe(
            'The firmware opens the partition with keys that it derives itself; the stock Matter SDK does not, and would erase the data.',
          ),
      })
      .describe('NVS encryption with keys derived from an eFuse.'),
  ])
  .describe('NVS encryption; that of the firmware if the section is not given.');

export const flashEncryptionSchema = z
  .strictObject({
    mode: oneOfNames('the mode of flash encryption', ['device', 'host'])
      .prefault('device')
      .describe(
        'Who encrypts the keys partition and esp_secure_cert: the device while flashing, or this host for a device in release mode.',
      ),
    key: encryptionKey('the flash encryption key')
      .exactOptional()
      .describe("The device's flash encryption key, where the host encrypts."),
  })
  .describe('Flash encryption of the images that need it.');
