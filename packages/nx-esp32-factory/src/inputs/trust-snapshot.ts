/** A checked copy of the certificates that commissioners trust: PAAs and signers of declarations, each once, in DER. */
import {
  type Certificate,
  cdSignerOf,
  checkPaa,
  containsPrivateKey,
  FactoryError,
  type Finding,
  formatName,
  isSignedBy,
  MAX_CREDENTIAL_LENGTH,
  parseCertificates,
  sameName,
  sha256,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { trustErrors } from '../errors';
import { entriesOf, readInput } from '../files';
import { trustDigest } from './trust-digest';

/** Folders to copy from. */
export interface TrustSources {
  /** Of PAAs, and of signers that can be told from them. */
  readonly folders: readonly string[];
  /** Of signers alone. */
  readonly cdSignerFolders: readonly string[];
}

/** A certificate to copy, with the first file that has it. */
export interface TrustedCertificate {
  readonly certificate: Certificate;
  readonly path: string;
}

/** One folder of a snapshot. */
export interface TrustStore {
  readonly certificates: readonly Certificate[];
  readonly digest: string;
}

export interface TrustSnapshot {
  readonly paa: TrustStore;
  readonly cdSigners: TrustStore;
  /** How many times a certificate was found again. */
  readonly repeated: number;
  /** What was not copied, and what to know about the rest. */
  readonly findings: readonly Finding[];
}

interface Found extends TrustedCertificate {
  readonly isSigner: boolean;
}

/** Reads folders, and sorts what is in them. Errors: trust.nothing-found, files.*. */
export function readTrustSnapshot({ folders, cdSignerFolders }: TrustSources): TrustSnapshot {
  const findings: Finding[] = [];
  const all = [
    ...folders.flatMap((folder) => certificatesIn(folder, findings, isCdSigner)),
    ...cdSignerFolders.flatMap((folder) => certificatesIn(folder, findings, () => true)),
  ];
  const signerDers = new Set(
    all.filter(({ isSigner }) => isSigner).map(({ certificate }) => toHex(certificate.der)),
  );
  const found = new Map<string, Found>();
  for (const one of all) {
    const der = toHex(one.certificate.der);
    if (!found.has(der)) found.set(der, { ...one, isSigner: signerDers.has(der) });
  }
  const unique = [...found.values()];
  const skip = ({ path }: TrustedCertificate, reason: string) =>
    void findings.push(trustErrors.finding('trust.skipped', { path, reason }, {}, 'warning'));

  const signers = unique.filter(({ isSigner }) => isSigner);
  const isRootOfSigners = (one: Found) =>
    signers.some((signer) => signer !== one && isIssuedBy(signer.certificate, one.certificate));
  const paas: Certificate[] = [];
  const cdSigners: Certificate[] = [];
  for (const one of unique) {
    const { certificate, isSigner } = one;
    const { algorithm, data, name } = certificate.publicKey;
    const [problem] = isSigner ? [] : checkPaa(certificate);
    if (isRootOfSigners(one)) skip(one, 'it issued the signers of declarations, and is no PAA');
    else if (problem !== undefined) skip(one, problem.message);
    else if (algorithm?.isPublicKey(data) !== true) skip(one, `its key is ${name}, not a point of P-256`);
    else (isSigner ? cdSigners : paas).push(certificate);
  }
  if (paas.length === 0 && cdSigners.length === 0) {
    const params = { folders: [...folders, ...cdSignerFolders] };
    const error = trustErrors.finding('trust.nothing-found', params);
    throw new FactoryError([error, ...findings]);
  }
  return {
    paa: storeOf(paas),
    cdSigners: storeOf(cdSigners),
    repeated: all.length - unique.length,
    findings: [...findings, ...sameKeyIds(paas)],
  };
}

/** Sorted by name, so that two snapshots can be compared. */
function storeOf(certificates: readonly Certificate[]): TrustStore {
  const sorted = [...certificates].sort((a, b) => (snapshotName(a) < snapshotName(b) ? -1 : 1));
  return { certificates: sorted, digest: trustDigest(certificates) };
}

const KEY_ID_DIGITS = 40;

/** The name of a certificate's file: its key id, and the start of its SHA-256. */
export function snapshotName({ skid, der }: Certificate): string {
  const keyId = toHex(skid ?? new Uint8Array())
    .slice(0, KEY_ID_DIGITS)
    .padEnd(KEY_ID_DIGITS, '0');
  return `${keyId}-${toHex(sha256(der)).slice(0, 16)}.der`;
}

export const SNAPSHOT_NAME = /^[0-9a-f]{40}-[0-9a-f]{16}\.der$/;

/** One that commissioners know, or that can certify nothing. */
function isCdSigner(certificate: Certificate): boolean {
  return certificate.basicConstraints?.ca !== true || cdSignerOf(certificate).origin !== 'given';
}

function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  return sameName(certificate.issuer, issuer.subject) && isSignedBy(certificate, issuer.publicKey);
}

/** The certificates in the files of a folder; each file without any is a finding. */
function certificatesIn(
  folder: string,
  findings: Finding[],
  isSigner: (certificate: Certificate) => boolean,
): Found[] {
  return entriesOf(folder).flatMap((path): Found[] => {
    let data: Uint8Array = new Uint8Array(0);
    try {
      data = readInput(path, MAX_CREDENTIAL_LENGTH);
      if (!containsPrivateKey(data))
        return parseCertificates(data).map((certificate) => ({
          certificate,
          path,
          isSigner: isSigner(certificate),
        }));
      data.fill(0);
      findings.push(trustErrors.finding('trust.key-skipped', { path }, {}, 'warning'));
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      data.fill(0);
      const reason = error.findings[0].message;
      findings.push(trustErrors.finding('trust.skipped', { path, reason }, {}, 'warning'));
    }
    return [];
  });
}

function sameKeyIds(paas: readonly Certificate[]): Finding[] {
  const counts = new Map<string, number>();
  for (const { skid } of paas) {
    const keyId = toHex(skid ?? new Uint8Array());
    counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([keyId, count]) => trustErrors.finding('trust.same-key-id', { keyId, count }, {}, 'warning'));
}

/** What trust.json says of a certificate. */
export function describeTrusted(certificate: Certificate) {
  const { subject, skid, notBefore, notAfter, der } = certificate;
  return {
    file: snapshotName(certificate),
    subject: formatName(subject),
    keyId: toHex(skid ?? new Uint8Array()),
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    sha256: toHex(sha256(der)),
  };
}
