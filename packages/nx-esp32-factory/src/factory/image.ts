import {
  checkFactoryData,
  decodeKeysPartition,
  encodeFactoryData,
  encodeKeysPartition,
  encodeNvs,
  encryptNvs,
  FACTORY_NAMESPACE,
  type FactoryData,
  FactoryError,
  type Finding,
  findPartition,
  generateNvsKeys,
  type NvsItem,
  type NvsKeys,
  type NvsLayout,
  type Partition,
  type RandomBytes,
  wipeNvsKeys,
  within,
} from 'nvs-core';
import type { LoadedConfig, NvsKey, Resolved, ResolvedFactoryConfig } from '../config';
import { checkFirmware, type Firmware } from '../firmware';
import { type AttestationJudgement, judgeAttestation } from './attestation';
import { type Classification, classify } from './classification';
import { type OnboardingCodes, onboardingCodes } from './codes';
import { type Credentials, readCredentials } from './credentials';
import { extraEntriesOf, factoryDataOf } from './data';
import { drawValues } from './drawn';
import { issueIfWanted } from './issue';
import { checkLiterals } from './literals';
import type { FactoryRequest } from './request';

export interface ImageOptions {
  readonly random: RandomBytes;
  /** The time of commissioning, where the config says none. */
  readonly now: Date;
  /** The config came as flags: its secrets are warned of in production, where those of a file are refused. */
  readonly fromCommandLine?: boolean;
}

/** Everything that is made for one device. */
export interface FactoryImage {
  readonly config: ResolvedFactoryConfig;
  /** As it is flashed: encrypted where the config wants that. */
  readonly image: Uint8Array;
  readonly layout: NvsLayout;
  /** What the image holds, in its order. */
  readonly items: readonly NvsItem[];
  /** The nvs_keys partition of an encrypted image. */
  readonly keysPartition: Uint8Array | undefined;
  readonly codes: OnboardingCodes | undefined;
  readonly credentials: Credentials;
  readonly classification: Classification;
  /** What a commissioner would say of the credentials; undefined where they are not all there. */
  readonly attestation: AttestationJudgement | undefined;
  /** The partition where the firmware looks for the image, if the app's table is known. */
  readonly partition: Partition | undefined;
  readonly firmware: Firmware | undefined;
  /** Warnings and remarks; an error would have been thrown. */
  readonly findings: readonly Finding[];
}

/** Espressif's default for a partition of factory data. */
export const DEFAULT_SIZE = 0x6000;

/**
 * Makes the image of one device from a config.
 * Errors: factory.literal-secret, and those of readCredentials, drawValues, issueIfWanted, judgeAttestation, encodeFactoryData,
 * encodeNvs and encryptNvs.
 */
export async function makeFactoryImage(
  request: FactoryRequest,
  options: ImageOptions,
): Promise<FactoryImage> {
  const { loaded, config, ownCdSigners, firmware } = request;
  const { random, now, fromCommandLine = false } = options;
  const given = await readCredentials(config, loaded);
  const values = within(loaded.where(['commissioning']), () => drawValues(config, random));
  const { serialNumber } = values;
  const credentials = await issueIfWanted(request, given, { random, now, serialNumber });
  const classification = classify(config, credentials, ownCdSigners);
  const literals = classification.kind === 'production' ? checkLiterals(loaded, { fromCommandLine }) : [];
  const attestation = judgeAttestation(request, credentials, classification, now);
  const data = factoryDataOf(config, values, credentials);
  const items = [...encodeInConfig(data, loaded), ...extraEntriesOf(config, loaded)];
  const { label, size, version, readOnly } = config.partition;
  const partition =
    label === undefined ? firmware?.partition : findPartition(firmware?.table.partitions ?? [], label);
  const encoded = within(loaded.where(['partition', 'size']), () =>
    encodeNvs(items, {
      size: size ?? partition?.size ?? DEFAULT_SIZE,
      version: version === 1 ? 1 : 2,
      ...(readOnly ? { readOnly } : {}),
    }),
  );
  const disagreements = firmware === undefined ? [] : checkAgainst(firmware, config, items);
  const { flow, discovery } = config.commissioning;
  return {
    config,
    ...encryptAsConfigured(request, encoded.image, random),
    layout: encoded.layout,
    items,
    codes: onboardingCodes(values, { ...idsOf(config), flow, discovery }),
    credentials,
    classification,
    partition,
    firmware,
    attestation,
    findings: [
      ...literals,
      ...(attestation?.findings ?? []),
      ...checkFactoryData(data).map((finding) => inConfig(finding, loaded)),
      ...encoded.findings,
      ...disagreements,
    ],
  };
}

/** A code tells both ids or, as the Matter SDK's script has it, neither. */
function idsOf({ deviceInstanceInfo: { vendorId, productId } }: ResolvedFactoryConfig) {
  return vendorId === undefined || productId === undefined
    ? { vendorId: 0, productId: 0 }
    : { vendorId, productId };
}

/** encodeFactoryData, with errors that name the fields of the config. */
function encodeInConfig(data: FactoryData, loaded: LoadedConfig): NvsItem[] {
  try {
    return encodeFactoryData(data);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    throw new FactoryError(error.findings.map((finding) => inConfig(finding, loaded)));
  }
}

const SECTIONS: Readonly<Record<string, string>> = {
  commissionable: 'commissioning',
  configuration: 'commissioning',
  deviceInstance: 'deviceInstanceInfo',
};

/** A finding of factory data at the place of the config that gave it. */
function inConfig(finding: Finding, loaded: LoadedConfig): Finding {
  const [section = '', ...rest] = (finding.where.field ?? '').split(/[.[\]]+/).filter((part) => part !== '');
  const path = [SECTIONS[section] ?? section, ...rest].map((part) =>
    /^\d+$/.test(part) ? Number(part) : part,
  );
  return { ...finding, where: loaded.where(path) };
}

/** Warnings and remarks of the firmware checks. Errors: those of checkFirmware, all at once. */
function checkAgainst(
  firmware: Firmware,
  config: ResolvedFactoryConfig,
  items: readonly NvsItem[],
): Finding[] {
  const { partition, encryption, deviceInstanceInfo } = config;
  const findings = checkFirmware(firmware, {
    ...(partition.label === undefined ? {} : { label: partition.label }),
    ...(partition.size === undefined ? {} : { size: partition.size }),
    keys: items.flatMap((item) =>
      item.type !== 'namespace' && item.namespace === FACTORY_NAMESPACE ? [item.key] : [],
    ),
    encryption: { scheme: encryption?.scheme ?? 'none' },
    ...(deviceInstanceInfo.vendorId === undefined ? {} : { vendorId: deviceInstanceInfo.vendorId }),
    ...(deviceInstanceInfo.productId === undefined ? {} : { productId: deviceInstanceInfo.productId }),
  });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new FactoryError(errors);
  return findings;
}

function encryptAsConfigured(
  { config: { encryption }, loaded }: FactoryRequest,
  plain: Uint8Array,
  random: RandomBytes,
): { image: Uint8Array; keysPartition: Uint8Array | undefined } {
  if (encryption?.scheme !== 'flash') return { image: plain, keysPartition: undefined };
  return within(loaded.where(['encryption', 'key']), () => {
    const keys = nvsKeysOf(encryption.key, random);
    try {
      return { image: encryptNvs(plain, keys), keysPartition: encodeKeysPartition(keys) };
    } finally {
      wipeNvsKeys(keys);
    }
  });
}

const HALF_LENGTH = 32;

/** Both keys: of 64 raw bytes, of a keys partition with its CRC, or new ones. */
function nvsKeysOf(given: Resolved<NvsKey>, random: RandomBytes): NvsKeys {
  if (!(given instanceof Uint8Array)) return generateNvsKeys(random);
  if (given.length !== 2 * HALF_LENGTH) return decodeKeysPartition(given);
  return { encryptionKey: given.slice(0, HALF_LENGTH), tweakKey: given.slice(HALF_LENGTH) };
}
