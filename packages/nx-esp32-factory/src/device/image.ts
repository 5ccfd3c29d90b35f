import {
  checkFactoryData,
  encodeFactoryData,
  encodeNvs,
  FACTORY_NAMESPACE,
  type FactoryData,
  FactoryError,
  type Finding,
  findPartition,
  type NvsItem,
  type NvsLayout,
  type Partition,
  type RandomBytes,
  type Where,
  within,
} from 'nvs-core';
import type { LoadedConfig, ResolvedFactoryConfig } from '../config';
import { checkEfuseKeys, type EfuseKey } from '../efuse';
import { factoryErrors } from '../errors';
import { checkFirmware, type Firmware } from '../firmware';
import { type Classification, classify } from './attestation/classification';
import { type Credentials, readCredentials } from './attestation/credentials';
import { checkLiterals } from './attestation/inline-secrets';
import { issueIfWanted } from './attestation/issue';
import { type AttestationJudgement, judgeAttestation } from './attestation/judgement';
import { type OnboardingCodes, onboardingCodes } from './codes/codes';
import { extraEntriesOf, factoryDataOf } from './data';
import type { FactoryRequest } from './request';
import type { DeviceEfuseKey } from './storage/efuse-keys';
import { encryptionOf } from './storage/encryption-scheme';
import { encryptOnHost, type HostEncrypted } from './storage/host-encryption';
import { encryptAsConfigured } from './storage/nvs-encryption';
import { nvsDataOf, secureCertOf } from './storage/secure-cert';
import { drawValues, verifierOf } from './values';

export interface ImageOptions {
  readonly random: RandomBytes;
  /** The time of commissioning, where the config says none. */
  readonly now: Date;
  /** The config came as flags: its secrets are warned of in production, where those of a file are refused. */
  readonly fromCommandLine?: boolean;
}

/** Everything that is made for one device. */
export interface FactoryImage {
  /** With the encryption of the firmware, where the file has no such section. */
  readonly config: ResolvedFactoryConfig;
  /** As it is flashed: encrypted where the config wants that. */
  readonly image: Uint8Array;
  readonly layout: NvsLayout;
  /** What the image holds, in its order. */
  readonly items: readonly NvsItem[];
  /** The nvs_keys partition of an encrypted image, plain. */
  readonly keysPartition: Uint8Array | undefined;
  /** The esp_secure_cert partition, plain. */
  readonly secureCert: Uint8Array | undefined;
  /** What of them this host encrypted for flash encryption: flashed in place of the plain ones. */
  readonly hostEncrypted: HostEncrypted;
  /** Keys to burn before the first boot. */
  readonly efuseKeys: readonly DeviceEfuseKey[];
  /** Target name, where anything says it. */
  readonly chip: string | undefined;
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
 * Errors: factory.literal-secret, and those of readCredentials, verifierOf, issueIfWanted, judgeAttestation, encodeFactoryData,
 * encodeNvs, secureCertOf, checkFirmware, checkEfuseKeys, encryptAsConfigured and encryptOnHost.
 */
export async function makeFactoryImage(
  request: FactoryRequest,
  options: ImageOptions,
): Promise<FactoryImage> {
  const { loaded, ownCdSigners, firmware } = request;
  const encryption = encryptionOf(request.config, firmware);
  const config = { ...request.config, encryption };
  const chip = config.chip ?? firmware?.target.value;
  const { random, now, fromCommandLine = false } = options;
  const drawn = drawValues(config, random);
  const { serialNumber } = drawn;
  // Stretched on another thread while this one judges the credentials; their errors come first.
  const verifier = verifierOf(config, drawn);
  verifier.catch(() => undefined);
  const given = await readCredentials(config, loaded);
  const credentials = await issueIfWanted(request, given, { random, now, serialNumber });
  const classification = classify(config, credentials, ownCdSigners);
  const literals = classification.kind === 'production' ? checkLiterals(loaded, { fromCommandLine }) : [];
  const attestation = judgeAttestation(request, credentials, classification, now);
  const values = { ...drawn, verifier: await inPlace(loaded.where(['commissioning']), verifier) };
  const data = nvsDataOf(factoryDataOf(config, values, credentials), config.storage);
  const items = [...encodeInConfig(data, loaded), ...extraEntriesOf(config, loaded)];
  const { label, size, version } = config.partition;
  const partition =
    label === undefined ? firmware?.partition : findPartition(firmware?.table.partitions ?? [], label);
  const readOnly = config.partition.readOnly || partition?.readonly === true;
  const encoded = within(loaded.where(['partition', 'size']), () =>
    encodeNvs(items, {
      size: size ?? partition?.size ?? DEFAULT_SIZE,
      version: version === 1 ? 1 : 2,
      ...(readOnly ? { readOnly } : {}),
    }),
  );
  const secureCert = secureCertOf(config, values, credentials, request);
  const disagreements =
    firmware === undefined
      ? []
      : checkAgainst(firmware, config, { items, readOnly, secureCert: secureCert?.image });
  within(loaded.where([encryption.scheme === 'hmac' ? 'encryption' : 'storage']), () =>
    checkEfuseKeys(chip, wantedEfuseKeys(config)),
  );
  const nvs = encryptAsConfigured(filled(encoded.image, encoded.layout.size), encryption, {
    loaded,
    firmware,
    serialNumber,
    random,
  });
  const { image, keysPartition } = nvs;
  const plain = { keysPartition, secureCert: secureCert?.image };
  const hostEncrypted = encryptOnHost(config, plain, { loaded, firmware, chip, serialNumber });
  const { flow, discovery } = config.commissioning;
  return {
    config,
    image,
    ...plain,
    hostEncrypted,
    efuseKeys: [nvs.efuseKey, secureCert?.efuseKey].filter((key) => key !== undefined),
    chip,
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
      ...hostEncrypted.findings,
      ...newKeyFindings(nvs.efuseKey, loaded),
    ],
  };
}

/** What is promised; errors get the place. */
async function inPlace<T>(where: Where, promised: Promise<T>): Promise<T> {
  try {
    return await promised;
  } catch (error) {
    throw error instanceof FactoryError ? error.at(where) : error;
  }
}

/** The image with blank pages up to the size of its partition: what is not written keeps the pages of before. */
function filled(image: Uint8Array, size: number): Uint8Array {
  if (image.length === size) return image;
  const whole = new Uint8Array(size).fill(0xff);
  whole.set(image);
  return whole;
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

/** The blocks that a config wants, before there are keys for them. */
function wantedEfuseKeys({ encryption, storage }: ResolvedFactoryConfig): EfuseKey[] {
  const { ecdsaPeripheral } = storage;
  return [
    ...(encryption?.scheme === 'hmac' ? [{ block: encryption.keyId, purpose: 'HMAC_UP' as const }] : []),
    ...(ecdsaPeripheral === undefined
      ? []
      : [{ block: ecdsaPeripheral.keyId, purpose: 'ECDSA_KEY' as const }]),
  ];
}

function newKeyFindings(key: DeviceEfuseKey | undefined, loaded: LoadedConfig): Finding[] {
  if (key?.isOutput !== true) return [];
  return [factoryErrors.finding('factory.hmac-key-new', {}, loaded.where(['encryption', 'key']), 'warning')];
}

/** Overwrites the secrets of an image that is written: its bytes, keys and credentials. */
export function wipeImage(made: FactoryImage): void {
  const { image, keysPartition, secureCert, hostEncrypted, efuseKeys, credentials, config } = made;
  const { encryption, flashEncryption } = config;
  const given = [encryption?.scheme === 'none' ? undefined : encryption?.key, flashEncryption?.key];
  const secrets = [
    image,
    keysPartition,
    secureCert,
    hostEncrypted.keysPartition,
    hostEncrypted.secureCert,
    ...efuseKeys.map(({ data }) => data),
    credentials.dacKey?.raw,
    ...given.filter((key) => key instanceof Uint8Array),
  ];
  for (const secret of secrets) secret?.fill(0);
}

/** Warnings and remarks of the firmware checks. Errors: those of checkFirmware, all at once. */
function checkAgainst(
  firmware: Firmware,
  config: ResolvedFactoryConfig,
  made: {
    readonly items: readonly NvsItem[];
    readonly readOnly: boolean;
    readonly secureCert: Uint8Array | undefined;
  },
): Finding[] {
  const { items, readOnly, secureCert } = made;
  const { partition, encryption, deviceInstanceInfo, storage } = config;
  const findings = checkFirmware(firmware, {
    ...(partition.label === undefined ? {} : { label: partition.label }),
    ...(partition.size === undefined ? {} : { size: partition.size }),
    keys: items.flatMap((item) =>
      item.type !== 'namespace' && item.namespace === FACTORY_NAMESPACE ? [item.key] : [],
    ),
    ...(readOnly ? { readOnly } : {}),
    encryption: encryption ?? { scheme: 'none' },
    ...(secureCert === undefined
      ? {}
      : {
          secureCert: {
            size: secureCert.length,
            commissioning: storage.commissionable === 'secure-cert',
            key:
              storage.ecdsaPeripheral === undefined ? ('partition' as const) : ('ecdsa-peripheral' as const),
          },
        }),
    ...(deviceInstanceInfo.vendorId === undefined ? {} : { vendorId: deviceInstanceInfo.vendorId }),
    ...(deviceInstanceInfo.productId === undefined ? {} : { productId: deviceInstanceInfo.productId }),
  });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new FactoryError(errors);
  return findings;
}
