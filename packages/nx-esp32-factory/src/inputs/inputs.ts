import type { CdSigner, Certificate } from 'nvs-core';
import { type LoadedConfig, loadConfig, type ResolvedFactoryConfig, resolveConfig } from '../config';
import { DISK, INPUT_LIMIT, type InputReader } from '../files';
import { type Firmware, firmwareOf } from '../firmware';
import { appOf } from './app';
import { withMissingCredentials } from './missing-credentials';
import { cdSignersOf, certificatesOf, type RevocationSource, revocationSetOf } from './trust';

/** A config with everything that it refers to: all the inputs of a device. */
export interface DeviceInputs {
  readonly loaded: LoadedConfig;
  readonly config: ResolvedFactoryConfig;
  /** Keys of this workspace that may sign Certification Declarations. */
  readonly ownCdSigners: readonly CdSigner[];
  /** The PAAs that commissioners trust, if the config names a folder of them. */
  readonly paaTrustStore: readonly Certificate[] | undefined;
  /** The certificates that are revoked, if the config names a set of them. */
  readonly revocation?: RevocationSource | undefined;
  /** The ESP-IDF app next to the config, if any. */
  readonly firmware: Firmware | undefined;
}

export interface InputOptions {
  /** Command-line options by name. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files?: InputReader;
}

/**
 * Reads a config file, the files that it refers to, and the app next to it.
 * Errors: those of loadConfig, resolveConfig, parseCertificates and parseRevocationSet, files.*.
 */
export function readInputs(path: string, { overrides = {}, env, files = DISK }: InputOptions): DeviceInputs {
  const readFile = (file: string) => files.readFile(file, INPUT_LIMIT.config);
  const loaded = loadConfig(path, { readFile, overrides });
  const firmware = firmwareOf(appOf(path, loaded), { env, files });
  return completeInputs(loaded, env, firmware, files);
}

/** Reads what a loaded config refers to. Errors: those of readInputs. */
export function completeInputs(
  loaded: LoadedConfig,
  env: InputOptions['env'],
  firmware: Firmware | undefined,
  files: InputReader = DISK,
): DeviceInputs {
  return {
    loaded,
    config: resolved(loaded, { readFile: files.readFile, env }),
    ownCdSigners: cdSignersOf(loaded, files),
    paaTrustStore: certificatesOf(loaded, 'paa', files),
    revocation: revocationSetOf(loaded, files),
    firmware,
  };
}

/** Errors: those of resolveConfig, factory.development-credentials-missing. */
function resolved(loaded: LoadedConfig, options: Parameters<typeof resolveConfig>[1]): ResolvedFactoryConfig {
  try {
    return resolveConfig(loaded, options);
  } catch (error) {
    throw withMissingCredentials(error, loaded);
  }
}

/** Overwrites the keys in the inputs. Call it when nothing more is made from them. */
export function wipeInputs({ config: { encryption, flashEncryption, attestation } }: DeviceInputs): void {
  const { dac, pai } = attestation ?? {};
  const keys = [
    encryption === undefined || encryption.scheme === 'none' ? undefined : encryption.key,
    flashEncryption?.key,
    dac !== undefined && 'key' in dac ? dac.key.bytes : undefined,
    pai?.key?.bytes,
  ];
  for (const key of keys) if (key instanceof Uint8Array) key.fill(0);
}
