/** The chip-factory namespace of one device: what its config, values and credentials put into it. */
import { FACTORY_FIELDS, type FactoryData, type NvsEntry, type PrivateKey } from 'nvs-core';
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

/**
 * The Matter data of one device. Without a verifier the firmware makes its own, of the salt and the iteration count that
 * the config gives; `written` is the config as it is written, without defaults.
 */
export function factoryDataOf(
  config: ResolvedFactoryConfig,
  written: unknown,
  values: DeviceValues,
  credentials: StoredCredentials,
): FactoryData {
  const { commissioning, deviceInstanceInfo, deviceInfo } = config;
  const { discriminator, salt, verifier, serialNumber, rotatingDeviceIdUniqueId } = values;
  const { passcode: _passcode, flow: _flow, discovery: _discovery, iterations, ...stored } = commissioning;
  return {
    commissioning: {
      ...stored,
      discriminator,
      salt,
      verifier,
      ...(verifier === undefined && salt === undefined && !givesIterations(written) ? {} : { iterations }),
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

function givesIterations(written: unknown): boolean {
  const { commissioning } = (written ?? {}) as { commissioning?: { iterations?: unknown } };
  return commissioning?.iterations !== undefined;
}

/** The field of the config that gives a field of FactoryData ("deviceInfo.locales[0]"). */
export function configPathOf(field: string): Path {
  const row = FACTORY_FIELDS.find(({ section, name }) => field === `${section}.${name}`);
  const parts = field.split(/[.[\]]+/).filter((part) => part !== '');
  return row?.configPath ?? parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
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
      case 'float':
        return { ...named, type: entry.type, value: Math.fround(entry.value) };
      case 'double':
        return { ...named, type: entry.type, value: entry.value };
      default:
        return { ...named, type: entry.type, value: Number(entry.value) };
    }
  });
}
