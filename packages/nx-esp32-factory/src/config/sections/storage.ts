/** Where the credentials and the commissioning data live: in NVS or in the esp_secure_cert partition. */
import { SECURE_CERT_SIZE_LIMIT } from 'nvs-core';
import * as z from 'zod/mini';
import { blob } from '../values/bytes';
import { described, withExamples } from '../values/field';
import { secret } from '../values/forms';
import { integer, size } from '../values/integer';

const PLACES = ['nvs', 'secure-cert'] as const;

export const storageSchema = described(
  z.strictObject({
    attestation: described(
      z.prefault(z.enum(PLACES), 'nvs'),
      'Where DAC, PAI and the key of the DAC live; the Certification Declaration always stays in NVS.',
    ),
    commissioning: described(
      z.prefault(z.enum(PLACES), 'nvs'),
      'Where discriminator, iterations, salt, verifier and the unique id for rotating ids live: all five move together, and with the attestation data.',
    ),
    ecdsaPeripheral: described(
      z.exactOptional(
        z.strictObject({
          keyId: described(
            integer({ min: 0, max: 5 }),
            'The eFuse key block that holds the private key, 0 to 5.',
          ),
        }),
      ),
      'The key of the DAC lives in an eFuse block and is used by the ECDSA peripheral.',
    ),
    secureCert: described(
      z.exactOptional(
        z.strictObject({
          size: described(
            z.exactOptional(withExamples(size(SECURE_CERT_SIZE_LIMIT), ['0x2000'])),
            'Size of the esp_secure_cert partition in bytes, at most 0xF000; that of the partition table, else 0x2000, if it is not given.',
          ),
          encrypted: described(
            z.exactOptional(z.boolean()),
            'Whether the device reads the partition through flash encryption; the flag of the partition table if it is not given.',
          ),
          padding: described(
            z.prefault(z.boolean(), true),
            'Fill the image with 0xFF up to the size of the partition.',
          ),
          fixedRandoms: described(
            z.prefault(z.boolean(), false),
            'Write two random values of 32 bytes (TLVs 201/128 and 201/129), generated anew for every image, which firmware of newer SDKs can read: GetFixedRandom1 and GetFixedRandom2.',
          ),
          extra: described(
            z.prefault(
              z.array(
                z.strictObject({
                  type: described(integer({ min: 0, max: 254 }), 'Type of the TLV.'),
                  subtype: described(z.prefault(integer({ min: 0, max: 255 }), 0), 'Subtype of the TLV.'),
                  value: described(
                    blob(),
                    'Bytes as hex or base64, or the file or variable that holds them.',
                  ),
                  secret,
                }),
              ),
              [],
            ),
            'Further TLVs of the partition, in this order after the others.',
          ),
        }),
      ),
      'The esp_secure_cert partition.',
    ),
  }),
  'Where the data live.',
);
