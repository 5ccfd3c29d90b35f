import type { FactoryData, NvsEntry, PrivateKey } from 'nvs-core';
import type { LoadedConfig, ResolvedFactoryConfig } from '../config';
import type { DeviceValues } from './values';

interface Encoded {
  readonly der: Uint8Array;
}

/** What of the credentials of a device is stored on it. */
export interface StoredCredentials {
  readonly dac: Encoded | undefined;
  readonly dacKey: PrivateKey | undefined;
  readonly pai: Encoded | undefined;
  readonly cd: Encoded | undefined;
}

/** What a config, the values of one device and its credentials put into the chip-factory namespace. */
export function factoryDataOf(
  config: ResolvedFactoryConfig,
  values: DeviceValues,
  credentials: StoredCredentials,
): FactoryData {
  const { commissioning, deviceInstanceInfo: info, deviceInfo } = config;
  return {
    commissionable: {
      discriminator: values.discriminator,
      iterations: values.verifier === undefined ? undefined : commissioning.iterations,
      salt: values.verifier === undefined ? undefined : values.salt,
      verifier: values.verifier,
    },
    attestation: {
      dac: credentials.dac?.der,
      dacKey: credentials.dacKey?.raw,
      dacPublicKey: credentials.dacKey?.publicKey,
      pai: credentials.pai?.der,
      certificationDeclaration: credentials.cd?.der,
    },
    deviceInstance: {
      vendorId: info.vendorId,
      vendorName: info.vendorName,
      productId: info.productId,
      productName: info.productName,
      serialNumber: values.serialNumber,
      hardwareVersion: info.hardwareVersion,
      hardwareVersionString: info.hardwareVersionString,
      manufacturingDate: info.manufacturingDate,
      rotatingIdUniqueId: values.rotatingIdUniqueId,
      productLabel: info.productLabel,
      productUrl: info.productUrl,
      partNumber: info.partNumber,
      productFinish: info.productFinish,
      productColor: info.productColor,
    },
    configuration: {
      deviceType: commissioning.deviceType,
      locationCapability: commissioning.locationCapability,
    },
    deviceInfo,
  };
}

/** The app's own keys of a config. */
export function extraEntriesOf(config: ResolvedFactoryConfig, { where }: LoadedConfig): NvsEntry[] {
  return config.nvs.extra.map((entry, index): NvsEntry => {
    const place = { namespace: entry.namespace, key: entry.key, where: where(['nvs', 'extra', index]) };
    switch (entry.type) {
      case 'string':
        return { ...place, type: entry.type, value: entry.value };
      case 'blob':
        return { ...place, type: entry.type, value: entry.value };
      case 'u64':
      case 'i64':
        return { ...place, type: entry.type, value: entry.value };
      default:
        return { ...place, type: entry.type, value: Number(entry.value) };
    }
  });
}
