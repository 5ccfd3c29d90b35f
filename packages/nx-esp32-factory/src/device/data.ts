/** The chip-factory namespace of one device, built from its config, values and credentials. */
import type { FactoryData, NvsEntry, PrivateKey } from 'nvs-core';
import type { LoadedConfig, Path, ResolvedFactoryConfig } from '../config';
import type { DeviceValues } from './values';

interface Encoded {
  readonly der: Uint8Array;
}

/** The credentials that are stored on a device. */
export interface StoredCredentials {
  readonly dac: Encoded | undefined;
  readonly dacKey: PrivateKey | undefined;
  readonly pai: Encoded | undefined;
  readonly cd: Encoded | undefined;
}

/** The Matter data of one device. */
export function factoryDataOf(
  config: ResolvedFactoryConfig,
  values: DeviceValues,
  credentials: StoredCredentials,
): FactoryData {
  const { commissioning, deviceInstanceInfo, deviceInfo } = config;
  const { discriminator, salt, verifier, serialNumber, rotatingDeviceIdUniqueId } = values;
  return {
    commissioning: {
      discriminator,
      ...(verifier === undefined ? {} : { iterations: commissioning.iterations, salt, verifier }),
      deviceType: commissioning.deviceType,
      locationCapability: commissioning.locationCapability,
    },
    attestation: {
      dac: credentials.dac?.der,
      dacKey: credentials.dacKey?.raw,
      dacPublicKey: credentials.dacKey?.publicKey,
      pai: credentials.pai?.der,
      certificationDeclaration: credentials.cd?.der,
    },
    deviceInstanceInfo: { ...deviceInstanceInfo, serialNumber, rotatingDeviceIdUniqueId },
    deviceInfo,
  };
}

/** Fields of FactoryData that have another path in the config. */
const CONFIG_FIELDS: Readonly<Record<string, Path>> = {
  'attestation.dac': ['attestation', 'dac', 'certificate'],
  'attestation.dacKey': ['attestation', 'dac', 'key'],
  'attestation.dacPublicKey': ['attestation', 'dac', 'key'],
  'attestation.pai': ['attestation', 'pai', 'certificate'],
};

/** The config field that sets a field of FactoryData ("deviceInfo.locales[0]"). */
export function configPathOf(field: string): Path {
  const parts = field.split(/[.[\]]+/).filter((part) => part !== '');
  return CONFIG_FIELDS[field] ?? parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** The app's own keys in a config. */
export function extraEntriesOf(config: ResolvedFactoryConfig, { where }: LoadedConfig): NvsEntry[] {
  return config.nvs.extra.map((entry, index): NvsEntry => {
    const named = { namespace: entry.namespace, key: entry.key, where: where(['nvs', 'extra', index]) };
    switch (entry.type) {
      case 'string':
        return { ...named, type: entry.type, value: entry.value };
      case 'blob':
        return { ...named, type: entry.type, value: entry.value };
      case 'u64':
      case 'i64':
        return { ...named, type: entry.type, value: entry.value };
      default:
        return { ...named, type: entry.type, value: Number(entry.value) };
    }
  });
}
