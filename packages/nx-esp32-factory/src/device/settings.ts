import { findPartition, type Partition } from 'nvs-core';
import type { ResolvedFactoryConfig } from '../config';
import type { DeviceInputs } from '../inputs';
import { encryptionOf, type NvsEncryption } from './storage/encryption-scheme';

/** The inputs of a device, with what the firmware decides where the config says nothing. */
export interface DeviceSettings extends DeviceInputs {
  readonly config: ResolvedFactoryConfig & { readonly encryption: NvsEncryption };
  /** Target name, such as "esp32c6". */
  readonly chip: string | undefined;
  /** The partition where the firmware looks for the factory data. */
  readonly partition: Partition | undefined;
  /** That partition is mounted read-only, and needs no blank page. */
  readonly readOnly: boolean;
}

export function settingsOf(inputs: DeviceInputs): DeviceSettings {
  const { config, firmware } = inputs;
  const { label, readOnly } = config.partition;
  const partition =
    label === undefined ? firmware?.partition : findPartition(firmware?.table.partitions ?? [], label);
  return {
    ...inputs,
    config: { ...config, encryption: encryptionOf(config, firmware) },
    chip: config.chip ?? firmware?.target.value,
    partition,
    readOnly: readOnly || partition?.readonly === true,
  };
}
