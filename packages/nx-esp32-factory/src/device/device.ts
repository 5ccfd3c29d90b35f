import {
  FactoryError,
  type Finding,
  type NvsItem,
  type NvsLayout,
  type Partition,
  type Where,
} from 'nvs-core';
import { within } from 'nvs-core/errors';
import type { LoadedConfig, ResolvedFactoryConfig } from '../config';
import { assertEfuseKeys } from '../efuse';
import { factoryErrors } from '../errors';
import type { Firmware } from '../firmware';
import type { DeviceInputs } from '../inputs';
import type { Classification } from './attestation/classification';
import { type Credentials, readCredentials } from './attestation/credentials';
import { withIssuedDac } from './attestation/issue';
import { type AttestationJudgement, judgeCredentials } from './attestation/judgement';
import { codeFindings, type OnboardingCodes, onboardingCodesOf } from './codes/codes';
import type { DeviceContext } from './context';
import { factoryDataOf } from './data';
import { checkForFirmware } from './firmware-check';
import { plainKeyFindings } from './plain-key';
import { SecretBuffers } from './secrets';
import { type DeviceSettings, settingsOf } from './settings';
import { type DeviceEfuseKey, expectedEfuseKeys } from './storage/efuse';
import { encryptOnHost, type HostEncrypted } from './storage/host-encryption';
import { nvsPartitionOf } from './storage/nvs';
import { encryptNvsPartition } from './storage/nvs-encryption';
import { secureCertOf } from './storage/secure-cert';
import { generateValues, verifierOf } from './values';

/** Everything made for one device, in memory. */
export interface DeviceArtifacts {
  /** With the encryption of the firmware if the file has no encryption section. */
  readonly config: ResolvedFactoryConfig;
  /** As it is flashed: encrypted if the config requires it. */
  readonly image: Uint8Array;
  readonly layout: NvsLayout;
  /** The items of the image, in its order. */
  readonly items: readonly NvsItem[];
  /** The nvs_keys partition of an encrypted image, plain. */
  readonly keysPartition: Uint8Array | undefined;
  /** The esp_secure_cert partition, plain. */
  readonly secureCert: Uint8Array | undefined;
  /** The partitions that this host encrypted for flash encryption: flashed instead of the plain ones. */
  readonly hostEncrypted: HostEncrypted;
  /** Keys to burn before the first boot. */
  readonly efuseKeys: readonly DeviceEfuseKey[];
  /** Target name, such as "esp32c6", if it is known. */
  readonly chip: string | undefined;
  /** Undefined if the firmware generates its own passcode. */
  readonly codes: OnboardingCodes | undefined;
  readonly credentials: Credentials;
  readonly classification: Classification;
  /** The result of the attestation check; undefined if DAC or PAI is missing. */
  readonly attestation: AttestationJudgement | undefined;
  /** The partition that the firmware reads the image from, if the app's table is known. */
  readonly partition: Partition | undefined;
  readonly firmware: Firmware | undefined;
  /** Warnings and notes; errors are thrown. */
  readonly findings: readonly Finding[];
  /** Overwrites all secrets in it. Call it after writing the files, even if that failed. */
  readonly wipe: () => void;
}

/**
 * Makes one device from its inputs: values and credentials, then the partitions with them, then their encryption.
 * Errors: factory.inline-secret, and those of readCredentials, withIssuedDac, judgeCredentials, verifierOf,
 * onboardingCodesOf, nvsPartitionOf, secureCertOf, checkForFirmware, assertEfuseKeys, encryptNvsPartition and encryptOnHost.
 */
export async function makeDevice(inputs: DeviceInputs, context: DeviceContext): Promise<DeviceArtifacts> {
  const secrets = new SecretBuffers();
  try {
    return await make(settingsOf(inputs), context, secrets);
  } catch (error) {
    secrets.wipe();
    throw error;
  }
}

async function make(
  settings: DeviceSettings,
  context: DeviceContext,
  secrets: SecretBuffers,
): Promise<DeviceArtifacts> {
  const { config, loaded, chip, partition, firmware } = settings;
  const generated = generateValues(config, context.random);
  const { serialNumber } = generated;
  // Computed on another thread while this one checks the credentials, whose errors come first.
  const verifying = verifierOf(config, generated);
  verifying.catch(() => undefined);
  const given = readCredentials(config, loaded);
  const credentials = await withIssuedDac(settings, given, { ...context, serialNumber });
  secrets.keep(credentials.dacKey?.raw);
  const judged = judgeCredentials(settings, credentials, context);
  const verifier = await locatedAt(loaded.where(['commissioning']), verifying);
  const values = { ...generated, verifier };

  const codes = within(loaded.where(['commissioning']), () => onboardingCodesOf(values, config));

  const nvs = nvsPartitionOf(factoryDataOf(config, loaded.written, values, credentials), settings);
  secrets.keep(nvs.image);
  const secureCert = secureCertOf(settings, values, credentials, context.random);
  secrets.keep(secureCert?.image);
  secrets.keep(secureCert?.efuseKey?.data);
  const firmwareFindings = checkForFirmware(settings, nvs.items, {
    secureCert: secureCert?.image,
    isProduction: judged.classification.kind === 'production',
  });
  const plainKey = judged.classification.kind === 'production' ? plainKeyFindings(settings, nvs.items) : [];
  within(loaded.where([config.encryption.scheme === 'hmac' ? 'encryption' : 'storage']), () =>
    assertEfuseKeys(chip, expectedEfuseKeys(config)),
  );

  const encrypted = encryptNvsPartition(nvs.image, settings, context, { serialNumber, secrets });
  secrets.keep(encrypted.image);
  const plain = { keysPartition: encrypted.keysPartition, secureCert: secureCert?.image };
  const { keyStore } = context;
  const hostEncrypted = encryptOnHost(plain, settings, { keyStore, serialNumber });
  secrets.keep(hostEncrypted.keysPartition);
  secrets.keep(hostEncrypted.secureCert);

  return {
    config,
    image: encrypted.image,
    ...plain,
    hostEncrypted,
    efuseKeys: [encrypted.efuseKey, secureCert?.efuseKey].filter((key) => key !== undefined),
    chip,
    layout: nvs.layout,
    items: nvs.items,
    codes,
    credentials,
    classification: judged.classification,
    attestation: judged.attestation,
    partition,
    firmware,
    findings: [
      ...judged.findings,
      ...nvs.findings,
      ...plainKey,
      ...firmwareFindings,
      ...hostEncrypted.findings,
      ...codeFindings(codes, loaded),
      ...newKeyFindings(encrypted.efuseKey, loaded),
    ],
    wipe: () => secrets.wipe(),
  };
}

/** Awaits a promise, and adds the source location to its errors. */
async function locatedAt<T>(where: Where, promised: Promise<T>): Promise<T> {
  try {
    return await promised;
  } catch (error) {
    throw error instanceof FactoryError ? error.at(where) : error;
  }
}

function newKeyFindings(key: DeviceEfuseKey | undefined, loaded: LoadedConfig): Finding[] {
  if (key?.isOutput !== true) return [];
  return [factoryErrors.finding('factory.hmac-key-new', {}, loaded.where(['encryption', 'key']), 'warning')];
}
