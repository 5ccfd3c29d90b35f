import { CHIPS } from 'nvs-core';
import * as z from 'zod/mini';
import { attestationSchema } from './sections/attestation';
import { commissioningSchema } from './sections/commissioning';
import { deviceInfoSchema } from './sections/device-info';
import { deviceInstanceInfoSchema } from './sections/device-instance-info';
import { encryptionSchema, flashEncryptionSchema } from './sections/encryption';
import { firmwareSchema } from './sections/firmware';
import { nvsSchema } from './sections/nvs';
import { outputSchema } from './sections/output';
import { partitionSchema } from './sections/partition';
import { storageSchema } from './sections/storage';
import { described } from './values/field';
import type { Resolved } from './values/reference';
import { text } from './values/text';

/** The factory.config.json of an app, as a person writes it. */
export const configSchema = described(
  z.strictObject({
    $schema: described(
      z.exactOptional(text({ max: 1024 })),
      'Where an editor finds the description of this file.',
    ),
    extends: described(
      z.exactOptional(text({ max: 1024 })),
      'A config that this one starts from, by its path: objects are merged, lists and values replaced, and null takes out what the other gives.',
    ),
    chip: described(
      z.exactOptional(z.enum(CHIPS.map(({ name }) => name))),
      "The target chip; that of the firmware's sdkconfig if it is not given.",
    ),
    deviceInstanceInfo: deviceInstanceInfoSchema,
    commissioning: z.prefault(commissioningSchema, {}),
    attestation: z.exactOptional(attestationSchema),
    deviceInfo: z.exactOptional(deviceInfoSchema),
    nvs: z.prefault(nvsSchema, {}),
    partition: z.prefault(partitionSchema, {}),
    encryption: z.exactOptional(encryptionSchema),
    flashEncryption: z.exactOptional(flashEncryptionSchema),
    storage: z.prefault(storageSchema, {}),
    firmware: z.exactOptional(firmwareSchema),
    output: z.prefault(outputSchema, {}),
  }),
  'Factory data of a Matter device on an ESP32: what nx-esp32-factory writes into its factory partition.',
);

/**
 * The same with optional vendor and product ids: on a command line, as in the Matter SDK's script, the
 * firmware's own count where they are not given.
 */
export const flagsSchema = z.extend(configSchema, {
  deviceInstanceInfo: z.prefault(
    z.partial(deviceInstanceInfoSchema, { vendorId: true, productId: true }),
    {},
  ),
});

/** A valid config, defaults filled in; references are not yet followed. */
export type FactoryConfig = z.output<typeof flagsSchema>;

/** A valid config with the values that its references lead to. */
export type ResolvedFactoryConfig = Resolved<FactoryConfig>;
