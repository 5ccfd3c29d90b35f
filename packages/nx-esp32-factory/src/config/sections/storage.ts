/** Where the credentials and the commissioning data live: in NVS or in the esp_secure_cert partition. */
import * as z from 'zod';
import { blob } from '../values/bytes';
import { flag, oneOfNames } from '../values/enumeration';
import { integer } from '../values/integer';
import { size } from '../values/size';

const PLACES = ['nvs', 'secure-cert'] as const;

export const storageSchema = z
  .strictObject({
    attestation: oneOfNames('the place of the attestation data', PLACES)
      .prefault('nvs')
      .describe(
        'Where DAC, PAI and the key of the DAC live; the Certification Declaration always stays in NVS.',
      ),
    commissionable: oneOfNames('the place of the commissionable data', PLACES)
      .prefault('nvs')
      .describe(
        'Where discriminator, iterations, salt, verifier and the unique id for rotating ids live: all five move together, and with the attestation data.',
      ),
    ecdsaPeripheral: z
      .strictObject({
        keyId: integer({ what: 'the eFuse key id', min: 0, max: 5 }).describe(
          'The eFuse key block that holds the private key, 0 to 5.',
        ),
      })
      .exactOptional()
      .describe('The key of the DAC lives in an eFuse block and is used by the ECDSA peripheral.'),
    secureCert: z
      .strictObject({
        size: size('the size of esp_secure_cert', 0x10000)
          .meta({ shown: ['0x2000'] })
          .exactOptional()
          .describe(
            'Size of the esp_secure_cert partition in bytes; that of the partition table, else 0x2000, if it is not given.',
          ),
        encrypted: flag('"encrypted"')
          .exactOptional()
          .describe(
            'Whether the device reads the partition through flash encryption; the flag of the partition table if it is not given.',
          ),
        padding: flag('"padding"')
          .prefault(true)
          .describe('Fill the image with 0xFF up to the size of the partition.'),
        extra: z
          .array(
            z.strictObject({
              type: integer({ what: 'the TLV type', min: 0, max: 254 }).describe('Type of the TLV.'),
              subtype: integer({ what: 'the TLV subtype', min: 0, max: 255 })
                .prefault(0)
                .describe('Subtype of the TLV.'),
              value: blob('the value').describe(
                'Bytes as hex or base64, or the file or variable that holds them.',
              ),
            }),
          )
          .prefault([])
          .describe('Further TLVs of the partition, in this order after the others.'),
      })
      .exactOptional()
      .describe('The esp_secure_cert partition.'),
  })
  .describe('Where the data live.');
