import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CdSigner, cdSignerOf, readCertificates, within } from 'nvs-core';
import type { LoadedConfig } from '../config';
import { fromErrno, readInput } from '../files';

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
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  } catch (error) {
    throw fromErrno(error, folder, 'read');
  }
}
