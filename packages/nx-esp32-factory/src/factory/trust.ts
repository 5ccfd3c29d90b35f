import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CdSigner, type Certificate, cdSignerOf, readCertificates, within } from 'nvs-core';
import type { LoadedConfig } from '../config';
import { fromErrno, readInput } from '../files';

/** The keys that may sign declarations by attestation.trust.cdSigners. Errors: those of readCertificates, files.*. */
export function cdSignersOf(loaded: LoadedConfig): CdSigner[] {
  return (certificatesOf(loaded, 'cdSigners') ?? []).map(cdSignerOf);
}

/**
 * The certificates of a folder in attestation.trust, undefined where none is named.
 * Errors: those of readCertificates, files.*.
 */
export function certificatesOf(loaded: LoadedConfig, store: 'paa' | 'cdSigners'): Certificate[] | undefined {
  const folder = loaded.config.attestation?.trust?.[store]?.folder;
  if (folder === undefined) return undefined;
  const path = ['attestation', 'trust', store];
  return within(loaded.where(path), () =>
    readCertificateFolder(loaded.absolute([...path, 'folder'], folder)),
  );
}

/** Every certificate of a folder, PEM and DER, in the order of the file names. */
export function readCertificateFolder(folder: string): Certificate[] {
  return filesOf(folder).flatMap((file) => within({ file }, () => readCertificates(readInput(file))));
}

const CERTIFICATE_FILE = /\.(pem|der|crt|cer)$/i;

/** The certificates of a trust folder, sorted by name. Errors: files.missing, files.not-a-directory. */
export function filesOf(folder: string): string[] {
  return readTrustFolder(folder).certificates;
}

/** The paths of all that is in a trust folder, and of its certificates, sorted. Errors: those of filesOf. */
export function readTrustFolder(folder: string): { all: string[]; certificates: string[] } {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    const pathOf = ({ name }: Dirent) => join(folder, name);
    const isFile = (entry: Dirent) =>
      entry.isFile() || statSync(pathOf(entry), { throwIfNoEntry: false })?.isFile() === true;
    const isCertificate = ({ name }: Dirent) => CERTIFICATE_FILE.test(name) && !/key\.[a-z]+$/i.test(name);
    return {
      all: entries.map(pathOf),
      certificates: entries.filter((entry) => isCertificate(entry) && isFile(entry)).map(pathOf),
    };
  } catch (error) {
    throw fromErrno(error, folder, 'read');
  }
}
