/** The plain NVS partition of one device: the Matter data stored there, then the app's own keys. */
import {
  type EncodedFactoryData,
  encodeFactoryData,
  encodeNvs,
  type FactoryData,
  FactoryError,
  type Finding,
  type NvsItem,
  type NvsLayout,
} from 'nvs-core';
import { within } from 'nvs-core/errors';
import type { LoadedConfig, ResolvedFactoryConfig } from '../../config';
import { configPathOf, extraEntriesOf } from '../data';
import type { DeviceSettings } from '../settings';

export interface NvsPartition {
  /** As long as its partition: old pages would stay in the rest. */
  readonly image: Uint8Array;
  readonly layout: NvsLayout;
  /** The items of the image, in its order. */
  readonly items: readonly NvsItem[];
  readonly findings: readonly Finding[];
}

/** Espressif's default size of a factory data partition, in bytes. */
export const DEFAULT_SIZE = 0x6000;

/**
 * The plain NVS image. Errors: those of encodeFactoryData and encodeNvs, at the fields of the config.
 */
export function nvsPartitionOf(data: FactoryData, settings: DeviceSettings): NvsPartition {
  const { config, loaded, partition, readOnly } = settings;
  const factory = encodeAtFields(nvsDataOf(data, config.storage), loaded);
  const items = [...factory.items, ...extraEntriesOf(config, loaded)];
  const { size = partition?.size ?? DEFAULT_SIZE, version } = config.partition;
  const { image, layout, findings } = within(loaded.where(['partition', 'size']), () =>
    encodeNvs(items, { size, version: version === 1 ? 1 : 2, ...(readOnly ? { readOnly } : {}) }),
  );
  return {
    image: padded(image, layout.size),
    layout,
    items,
    findings: [...factory.warnings, ...findings],
  };
}

/** The data that stays in NVS. cert-dclrn always does: the secure-cert provider reads it there. */
export function nvsDataOf(data: FactoryData, storage: ResolvedFactoryConfig['storage']): FactoryData {
  const { attestation, commissioning, deviceInstanceInfo } = data;
  const isMoved = storage.commissioning === 'secure-cert';
  return {
    ...data,
    attestation:
      storage.attestation === 'secure-cert'
        ? { certificationDeclaration: attestation?.certificationDeclaration }
        : attestation,
    commissioning: isMoved
      ? {
          ...commissioning,
          discriminator: undefined,
          iterations: undefined,
          salt: undefined,
          verifier: undefined,
        }
      : commissioning,
    deviceInstanceInfo: isMoved
      ? { ...deviceInstanceInfo, rotatingDeviceIdUniqueId: undefined }
      : deviceInstanceInfo,
  };
}

/** encodeFactoryData, with errors and warnings at the fields of the config. */
function encodeAtFields(data: FactoryData, loaded: LoadedConfig): EncodedFactoryData {
  try {
    const { items, warnings } = encodeFactoryData(data);
    return { items, warnings: warnings.map((finding) => atField(finding, loaded)) };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    throw new FactoryError(error.findings.map((finding) => atField(finding, loaded)));
  }
}

function atField(finding: Finding, loaded: LoadedConfig): Finding {
  return { ...finding, where: loaded.where(configPathOf(finding.where.field ?? '')) };
}

function padded(image: Uint8Array, size: number): Uint8Array {
  if (image.length === size) return image;
  const whole = new Uint8Array(size).fill(0xff);
  whole.set(image);
  return whole;
}
