import {
  type CdSigner,
  type Certificate,
  cdSignerOf,
  MAX_CREDENTIAL_LENGTH,
  parseCertificates,
  parseRevocationSet,
  type RevocationSet,
} from 'nvs-core';
import { within } from 'nvs-core/errors';
import type { LoadedConfig } from '../config';
import { trustErrors } from '../errors';
import { DISK, INPUT_LIMIT, type InputReader } from '../files';
import { trustDigest } from './trust-digest';

/** The keys that may sign declarations, from attestation.trust.cdSigners. Errors: those of parseCertificates, files.*. */
export function cdSignersOf(loaded: LoadedConfig, files: InputReader = DISK): CdSigner[] {
  return (certificatesOf(loaded, 'cdSigners', files) ?? []).map(cdSignerOf);
}

/**
 * The certificates of a folder in attestation.trust; undefined if the config names none.
 * Errors: those of parseCertificates, files.*, trust.changed.
 */
export function certificatesOf(
  loaded: LoadedConfig,
  store: 'paa' | 'cdSigners',
  files: InputReader = DISK,
): Certificate[] | undefined {
  const named = loaded.config.attestation?.trust?.[store];
  if (named === undefined) return undefined;
  const { folder, digest: expected } = named;
  const path = ['attestation', 'trust', store];
  const certificates = within(loaded.where(path), () =>
    readCertificateFolder(loaded.absolute([...path, 'folder'], folder), files),
  );
  const actual = trustDigest(certificates);
  if (expected === undefined || actual === expected) return certificates;
  const params = { folder, count: certificates.length, expected, actual };
  throw trustErrors.error('trust.changed', params, loaded.where([...path, 'digest']));
}

/** All certificates in a folder, PEM and DER, in the order of the file names. */
export function readCertificateFolder(
  folder: string,
  { filesOf, readFile }: InputReader = DISK,
): Certificate[] {
  return filesOf(folder).flatMap((file) =>
    within({ file }, () => parseCertificates(readFile(file, MAX_CREDENTIAL_LENGTH))),
  );
}

const REVOCATION_SET = ['attestation', 'trust', 'revocationSet'];

/**
 * The revocation set that attestation.trust names, if any, and its file. Errors: those of parseRevocationSet, files.*.
 */
export function revocationSetOf(
  loaded: LoadedConfig,
  files: InputReader = DISK,
): RevocationSource | undefined {
  const file = loaded.config.attestation?.trust?.revocationSet?.file;
  if (file === undefined) return undefined;
  const path = loaded.absolute([...REVOCATION_SET, 'file'], file);
  const set = within(loaded.where(REVOCATION_SET), () => readRevocationSet(path, files.readFile));
  return { set, path };
}

/** A revocation set with its file, whose date is read only where it is shown. */
export interface RevocationSource {
  readonly set: RevocationSet;
  readonly path: string;
}

/** Errors: those of parseRevocationSet, files.*. */
export function readRevocationSet(
  path: string,
  readFile: InputReader['readFile'] = DISK.readFile,
): RevocationSet {
  return within({ file: path }, () => parseRevocationSet(readFile(path, INPUT_LIMIT.revocationSet)));
}
