/** The device of an image: its data in NVS, and in esp_secure_cert if its firmware reads that. */
import {
  createPrivateKey,
  type DeviceInstanceInfoData,
  FactoryError,
  type PrivateKey,
  parsePrivateKey,
} from 'nvs-core';
import { findCredential, type ImageCertificate, type ImageContents, type ImageDeclaration } from '../inspect';

/** The data that a commissioner proves the passcode with; each part may be missing in a broken image. */
export interface Commissioning {
  readonly discriminator: number | undefined;
  readonly iterations: number | undefined;
  readonly salt: Uint8Array | undefined;
  readonly verifier: Uint8Array | undefined;
}

/** The device that an image makes; contains secrets. */
export interface ImageDevice {
  readonly commissioning: Commissioning;
  readonly dac: ImageCertificate | undefined;
  readonly dacKey: PrivateKey | undefined;
  readonly pai: ImageCertificate | undefined;
  readonly cd: ImageDeclaration | undefined;
  readonly info: DeviceInstanceInfoData;
  readonly deviceType: number | undefined;
  /** The private key of the DAC is for an eFuse block, where it cannot be read. */
  readonly isInEfuse: boolean;
}

/**
 * The device of an NVS image, with its esp_secure_cert partition if there is one, and the key for its eFuse if that is
 * known.
 */
export function deviceOf(nvs: ImageContents, secureCert?: ImageContents, efuseKey?: PrivateKey): ImageDevice {
  const { attestation, commissioning, deviceInstanceInfo } = nvs.factory?.data ?? {};
  const secureImage = secureCert ?? nvs;
  const secure = secureImage.secureCert?.contents;
  const key = secure?.privateKey;
  const isSecure = secure?.dac !== undefined;
  const raw = attestation?.dacKey;
  const isInEfuse = isSecure && key?.form === 'ecdsa-peripheral';
  const dacKey = isSecure
    ? attempt(() => (key?.form === 'sec1' ? parsePrivateKey(key.der) : isInEfuse ? efuseKey : undefined))
    : attempt(() => (raw === undefined ? undefined : createPrivateKey(raw)));
  const { credentials: certificates } = isSecure ? secureImage : nvs;
  const { discriminator, iterations, salt, verifier } = secure?.commissioning ?? commissioning ?? {};
  return {
    commissioning: { discriminator, iterations, salt, verifier },
    dac: findCredential(certificates, 'dac', isSecure),
    dacKey,
    pai: findCredential(certificates, 'pai', isSecure),
    cd: findCredential(nvs.credentials, 'cd', false),
    info: deviceInstanceInfo ?? {},
    deviceType: commissioning?.deviceType,
    isInEfuse,
  };
}

/** Undefined for a malformed key, which the decoders have already reported. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return undefined;
  }
}
