/** Where the data live: what of them goes into the esp_secure_cert partition, and what stays in NVS. */
import {
  encodePrivateKeyPem,
  encodeSec1,
  encodeSecureCert,
  type FactoryData,
  FactoryError,
  SECURE_CERT_SIZE,
  type SecureCertCommissionable,
  type SecureCertContents,
  type SecureCertKey,
} from 'nvs-core';
import type { LoadedConfig, Path, ResolvedFactoryConfig } from '../../config';
import type { Firmware } from '../../firmware';
import type { Credentials } from '../attestation/credentials';
import type { DeviceValues } from '../values';
import type { DeviceEfuseKey } from './efuse-keys';

export interface SecureCert {
  /** Plain. */
  readonly image: Uint8Array;
  /** The private key of the DAC, where it goes into an eFuse. */
  readonly efuseKey: DeviceEfuseKey | undefined;
}

/** What of the data of a device stays in NVS: cert-dclrn always does, the secure-cert provider reads it there. */
export function nvsDataOf(data: FactoryData, storage: ResolvedFactoryConfig['storage']): FactoryData {
  const { attestation, commissionable, deviceInstance } = data;
  const isMoved = storage.commissionable === 'secure-cert';
  return {
    ...data,
    attestation:
      storage.attestation === 'secure-cert'
        ? { certificationDeclaration: attestation?.certificationDeclaration }
        : attestation,
    commissionable: isMoved ? undefined : commissionable,
    deviceInstance: isMoved ? { ...deviceInstance, rotatingIdUniqueId: undefined } : deviceInstance,
  };
}

/**
 * The esp_secure_cert partition that a config wants, if any; its size is that of the config, of the partition table,
 * or 0x2000. Errors: those of encodeSecureCert, at the fields of the config.
 */
export function secureCertOf(
  config: ResolvedFactoryConfig,
  values: DeviceValues,
  credentials: Credentials,
  { loaded, firmware }: { readonly loaded: LoadedConfig; readonly firmware: Firmware | undefined },
): SecureCert | undefined {
  const { storage, commissioning } = config;
  if (storage.attestation !== 'secure-cert') return undefined;
  const { dac, pai, dacKey } = credentials;
  const keyBlock = storage.ecdsaPeripheral?.keyId;
  const { size, padding = true, extra = [] } = storage.secureCert ?? {};
  const privateKey: SecureCertKey | undefined =
    dacKey === undefined
      ? undefined
      : keyBlock === undefined
        ? { form: 'sec1', der: encodeSec1(dacKey) }
        : { form: 'ecdsa-peripheral', keyBlock };
  const contents: SecureCertContents = {
    ...(dac === undefined ? {} : { dac: dac.der }),
    ...(pai === undefined ? {} : { pai: pai.der }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(storage.commissionable === 'secure-cert'
      ? { commissionable: commissionableOf(values, commissioning.iterations) }
      : {}),
    custom: extra.map(({ type, subtype, value }) => ({ type, subtype, data: value })),
  };
  try {
    const image = encodeSecureCert(contents, {
      size: size ?? firmware?.secureCertPartition?.size ?? SECURE_CERT_SIZE,
      pad: padding,
    });
    if (keyBlock === undefined || dacKey === undefined) return { image, efuseKey: undefined };
    const data = new TextEncoder().encode(encodePrivateKeyPem(dacKey));
    return {
      image,
      efuseKey: { block: keyBlock, purpose: 'ECDSA_KEY', data, file: undefined, isOutput: true },
    };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    throw new FactoryError(
      error.findings.map((finding) => ({
        ...finding,
        where: loaded.where(placeOf(finding.where.field, finding.code)),
      })),
    );
  } finally {
    if (privateKey?.form === 'sec1') privateKey.der.fill(0);
  }
}

/** Partial where the config says too little: the encoder then says what is missing. */
function commissionableOf(
  { discriminator, verifier, salt, rotatingIdUniqueId }: DeviceValues,
  iterations: number,
): SecureCertCommissionable {
  const given = { discriminator, verifier, salt, iterations, rdIdUid: rotatingIdUniqueId };
  return given as SecureCertCommissionable;
}

const PLACES: readonly (readonly [prefix: string, path: Path])[] = [
  ['dac', ['attestation', 'dac', 'certificate']],
  ['pai', ['attestation', 'pai', 'certificate']],
  ['privateKey.keyBlock', ['storage', 'ecdsaPeripheral', 'keyId']],
  ['privateKey', ['attestation', 'dac', 'key']],
  ['commissionable', ['storage', 'commissionable']],
];

/** The field of the config behind a field of the contents. */
function placeOf(field = '', code = ''): Path {
  const index = /^custom\[(\d+)\]/.exec(field)?.[1];
  if (index !== undefined) return ['storage', 'secureCert', 'extra', Number(index)];
  if (code === 'secure-cert.too-large' || code === 'secure-cert.size-invalid')
    return ['storage', 'secureCert', 'size'];
  return PLACES.find(([prefix]) => field.startsWith(prefix))?.[1] ?? ['storage'];
}
