import { findPartition, type Partition } from 'nvs-core';
import type { ResolvedFactoryConfig } from '../config';
import type { DeviceInputs } from '../inputs';
import { encryptionOf, type NvsEncryption } from './storage/encryption-scheme';

/** The inputs of a device, with the values of the firmware for settings that the config leaves out. */
export interface DeviceSettings extends DeviceInputs {
  readonly config: ResolvedFactoryConfig & { readonly encryption: NvsEncryption };
  /** Target name, such as "esp32c6". */
  readonly chip: string | undefined;
  /** The partition that the firmware reads the factory data from. */
  readonly partition: Partition | undefined;
  /** The partition is mounted read-only, and needs no blank page. */
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
