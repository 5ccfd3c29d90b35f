import { dirname } from 'node:path';
import type { CdSigner, Certificate } from 'nvs-core';
import {
  type LoadedConfig,
  loadConfig,
  type ResolvedFactoryConfig,
  resolveConfig,
  variantOf,
} from '../config';
import { readInput } from '../files';
import { type Firmware, firmwareOf } from '../firmware';
import { cdSignersOf, certificatesOf } from './trust';

/** A config with everything that it refers to, read: all that the device of a run is made from. */
export interface DeviceInputs {
  readonly loaded: LoadedConfig;
  readonly config: ResolvedFactoryConfig;
  /** Keys of this workspace that sign Certification Declarations. */
  readonly ownCdSigners: readonly CdSigner[];
  /** The PAAs that commissioners trust, if a folder of them is named. */
  readonly paaTrustStore: readonly Certificate[] | undefined;
  /** The ESP-IDF app beside the config, if there is one. */
  readonly firmware: Firmware | undefined;
}

export interface InputOptions {
  /** Options of a command line by their names. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a config file, what it refers to, and the app beside it.
 * Errors: those of loadConfig, resolveConfig and readCertificates, files.*.
 */
export function readInputs(path: string, { overrides = {}, env }: InputOptions): DeviceInputs {
  const loaded = loadConfig(path, { readFile: readInput, overrides });
  return completeInputs(loaded, env, firmwareOf(dirname(path), loaded.config.chip, variantOf(path)));
}

/** Follows the references of a loaded config. Errors: those of resolveConfig and readCertificates, files.*. */
export function completeInputs(
  loaded: LoadedConfig,
  env: InputOptions['env'],
  firmware: Firmware | undefined,
): DeviceInputs {
  return {
    loaded,
    config: resolveConfig(loaded, { readFile: readInput, env }),
    ownCdSigners: cdSignersOf(loaded),
    paaTrustStore: certificatesOf(loaded, 'paa'),
    firmware,
  };
}

/** Overwrites the keys that the inputs hold; to be called once nothing is made from them any more. */
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
