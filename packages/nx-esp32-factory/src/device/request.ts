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
import { cdSignersOf, certificatesOf } from './attestation/trust';

/** A config with everything that it refers to: all that is needed to make images from it. */
export interface FactoryRequest {
  readonly loaded: LoadedConfig;
  readonly config: ResolvedFactoryConfig;
  /** Keys that this workspace made to sign Certification Declarations. */
  readonly ownCdSigners: readonly CdSigner[];
  /** The PAAs that commissioners trust, if a folder of them is named. */
  readonly paaTrustStore: readonly Certificate[] | undefined;
  /** The app that the config stands in, where it is one of ESP-IDF. */
  readonly firmware: Firmware | undefined;
}

export interface RequestOptions {
  /** Options of a command line by their names. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a config file and what it refers to.
 * Errors: those of loadConfig, resolveConfig and readCertificates, files.*.
 */
export function readRequest(path: string, { overrides = {}, env }: RequestOptions): FactoryRequest {
  const loaded = loadConfig(path, { readFile: readInput, overrides });
  return completeRequest(loaded, env, firmwareOf(dirname(path), loaded.config.chip, variantOf(path)));
}

/** Follows the references of a loaded config. Errors: those of resolveConfig and readCertificates, files.*. */
export function completeRequest(
  loaded: LoadedConfig,
  env: RequestOptions['env'],
  firmware: Firmware | undefined,
): FactoryRequest {
  const config = resolveConfig(loaded, { readFile: readInput, env });
  return {
    loaded,
    config,
    ownCdSigners: cdSignersOf(loaded),
    paaTrustStore: certificatesOf(loaded, 'paa'),
    firmware,
  };
}
