import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CdSigner, cdSignerOf, FactoryError, readCertificates, within } from 'nvs-core';
import { type LoadedConfig, loadConfig, type ResolvedFactoryConfig, resolveConfig } from '../config';
import { fromErrno, readInput } from '../files';

/** A config with everything that it refers to: all that is needed to make images from it. */
export interface FactoryRequest {
  readonly loaded: LoadedConfig;
  readonly config: ResolvedFactoryConfig;
  /** Keys that this workspace made to sign Certification Declarations. */
  readonly ownCdSigners: readonly CdSigner[];
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
  return completeRequest(loadConfig(path, { readFile: readInput, overrides }), env);
}

/** Follows the references of a loaded config. Errors: those of resolveConfig and readCertificates, files.*. */
export function completeRequest(loaded: LoadedConfig, env: RequestOptions['env']): FactoryRequest {
  const config = resolveConfig(loaded, { readFile: readInput, env });
  return { loaded, config, ownCdSigners: cdSignersOf(loaded) };
}

/** The certificates of the folder attestation.trust.cdSigners, as signers of declarations. */
export function cdSignersOf(loaded: LoadedConfig): CdSigner[] {
  const folder = loaded.config.attestation?.trust?.cdSigners?.folder;
  if (folder === undefined) return [];
  const path = ['attestation', 'trust', 'cdSigners'];
  return within(loaded.where(path), () =>
    filesOf(loaded.absolute([...path, 'folder'], folder)).flatMap((file) =>
      within({ file }, () => readCertificates(readInput(file)).map(cdSignerOf)),
    ),
  );
}

const CERTIFICATE_FILE = /\.(pem|der|crt|cer)$/i;

/** The certificates of a trust folder, sorted by name. Errors: files.missing, files.not-a-directory. */
export function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => CERTIFICATE_FILE.test(name) && !/key\.[a-z]+$/i.test(name))
      .sort()
      .map((name) => join(folder, name))
      .filter((path) => existsSync(path) && statSync(path).isFile());
  } catch (error) {
    throw error instanceof FactoryError ? error : fromErrno(error, folder, 'read');
  }
}
