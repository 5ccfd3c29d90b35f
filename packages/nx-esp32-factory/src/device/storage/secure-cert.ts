/** The esp_secure_cert partition of one device: DAC, PAI and key, and the commissionable data if it is stored there. */
import {
  encodePrivateKey,
  encodePrivateKeyPem,
  encodeSecureCert,
  FactoryError,
  type RandomBytes,
  SECURE_CERT_SIZE,
  type SecureCertContents,
} from 'nvs-core';
import type { Path } from '../../config';
import type { Credentials } from '../attestation/credentials';
import type { DeviceSettings } from '../settings';
import type { DeviceValues } from '../values';
import type { DeviceEfuseKey } from './efuse';

export interface SecureCertPartition {
  /** Plain. */
  readonly image: Uint8Array;
  /** The private key of the DAC, if it goes into an eFuse. */
  readonly efuseKey: DeviceEfuseKey | undefined;
}

/** kFixedRandomValueLength of the SDK's ESP32SecureCertDataProvider, in bytes. */
const FIXED_RANDOM_LENGTH = 32;

/**
 * The partition, if the config stores the attestation data in it; its size comes from the config, the partition
 * table, or is 0x2000. Errors: those of encodeSecureCert, at the fields of the config.
 */
export function secureCertOf(
  { config: { storage, commissioning }, loaded, firmware }: DeviceSettings,
  values: DeviceValues,
  { dac, pai, dacKey }: Credentials,
  random: RandomBytes,
): SecureCertPartition | undefined {
  if (storage.attestation !== 'secure-cert') return undefined;
  const keyBlock = storage.ecdsaPeripheral?.keyId;
  const { size, padding = true, fixedRandoms = false, extra = [] } = storage.secureCert ?? {};
  const randoms = fixedRandoms
    ? ([random(FIXED_RANDOM_LENGTH), random(FIXED_RANDOM_LENGTH)] as const)
    : undefined;
  const privateKey: SecureCertContents['privateKey'] =
    dacKey === undefined
      ? undefined
      : keyBlock === undefined
        ? { form: 'sec1', der: encodePrivateKey(dacKey, 'sec1') }
        : { form: 'ecdsa-peripheral', keyBlock };
  const contents: SecureCertContents = {
    dac: dac?.der,
    pai: pai?.der,
    privateKey,
    commissioning:
      storage.commissioning === 'secure-cert' ? commissioningOf(values, commissioning.iterations) : undefined,
    ...(randoms === undefined ? {} : { random: randoms }),
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
        where: loaded.where(configPathOf(finding.where.field, finding.code)),
      })),
    );
  } finally {
    if (privateKey?.form === 'sec1') privateKey.der.fill(0);
    for (const value of randoms ?? []) value.fill(0);
  }
}

/** Incomplete if the config is: the encoder then reports the missing fields. */
function commissioningOf(
  { discriminator, verifier, salt, rotatingDeviceIdUniqueId }: DeviceValues,
  iterations: number,
): NonNullable<SecureCertContents['commissioning']> {
  const given = { discriminator, verifier, salt, iterations, rotatingDeviceIdUniqueId };
  return given as NonNullable<SecureCertContents['commissioning']>;
}

const CONFIG_FIELDS: readonly (readonly [prefix: string, path: Path])[] = [
  ['dac', ['attestation', 'dac', 'certificate']],
  ['pai', ['attestation', 'pai', 'certificate']],
  ['privateKey.keyBlock', ['storage', 'ecdsaPeripheral', 'keyId']],
  ['privateKey', ['attestation', 'dac', 'key']],
  ['commissioning', ['storage', 'commissioning']],
];

/** The config field that sets a field of the contents. */
function configPathOf(field = '', code = ''): Path {
  const index = /^custom\[(\d+)\]/.exec(field)?.[1];
  if (index !== undefined) return ['storage', 'secureCert', 'extra', Number(index)];
  if (code === 'secure-cert.too-large' || code === 'secure-cert.size-invalid')
    return ['storage', 'secureCert', 'size'];
  return CONFIG_FIELDS.find(([prefix]) => field.startsWith(prefix))?.[1] ?? ['storage'];
}
