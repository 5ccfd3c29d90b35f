/**
 * Revocation (Matter Core specification, 6.2.4.2). The Matter SDK's commissioner asks after all other checks, and answers
 * with 202, 302 or 208 only if those passed (DeviceCommissioner::OnDeviceAttestationInformationVerification).
 */
import { toBase64, toHex } from '../bytes/text';
import { revocationErrors } from '../errors/revocation';
import type { Certificate } from './certificate';
import { MAX_CERTIFICATE_LENGTH } from './check-certificate';
import type { Findings } from './findings';
import { formatName } from './name';
import type { RevocationEntry, RevocationSet, WrittenCertificate } from './revocation-set';

/** A revocation set, and the date of its file if that is known. */
export interface Revocation {
  readonly set: RevocationSet;
  readonly fileDate?: Date | undefined;
}

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
/** An older set is a warning. */
const FRESH_DAYS = 30;
/** The SDK's kMaxCertificateDistinguishedNameLength and kMaxCertificateSerialNumberLength. */
const MAX_NAME_LENGTH = 200;
const MAX_SERIAL_NUMBER_LENGTH = 20;

/** Reports a revoked PAI as 202, a revoked DAC as 302, both as 208; otherwise the set that was asked, as information. */
export function checkRevocation(
  findings: Findings,
  { dac, pai }: { readonly dac: Certificate | undefined; readonly pai: Certificate | undefined },
  { set, fileDate }: Revocation,
  at: Date,
): void {
  for (const finding of set.findings) findings.add('revocation', undefined, finding);
  const isSeen = { dac: isSeenRevoked(dac, set), pai: isSeenRevoked(pai, set) };
  const both = isSeen.dac && isSeen.pai;
  let isRevoked = false;
  for (const [subject, certificate, number] of [
    ['dac', dac, 302],
    ['pai', pai, 202],
  ] as const) {
    if (certificate === undefined) continue;
    const params = {
      subject,
      serialNumber: serialNumberOf(certificate),
      issuer: formatName(certificate.issuer),
    };
    if (isSeen[subject]) {
      findings.add(subject, both ? 208 : number, revocationErrors.finding('revocation.revoked', params));
    } else {
      const reason = overlookedReason(certificate, set);
      if (reason === undefined) continue;
      const overlooked = { ...params, reason };
      findings.addStricter(subject, revocationErrors.finding('revocation.revoked-overlooked', overlooked));
    }
    isRevoked = true;
  }
  if (isRevoked || (dac === undefined && pai === undefined)) return;
  const uncovered = Object.entries({ DAC: dac, PAI: pai })
    .filter(([, certificate]) => certificate !== undefined && !isCovered(certificate, set))
    .map(([name]) => name);
  const params = {
    entries: set.entries.length,
    serialNumbers: set.entries.reduce((sum, { serialNumbers }) => sum + serialNumbers.size, 0),
    uncovered: uncovered.length === 0 ? undefined : uncovered.join(' and '),
    fileDate: fileDate?.toISOString().slice(0, 10),
    days: Math.floor((at.getTime() - (fileDate ?? at).getTime()) / DAY_MILLISECONDS),
  };
  const severity = params.days > FRESH_DAYS ? 'warning' : 'info';
  findings.add(
    'revocation',
    undefined,
    revocationErrors.finding('revocation.not-revoked', params, {}, severity),
  );
}

/** Whether the SDK finds a certificate revoked: TestDACRevocationDelegateImpl compares text. */
function isSeenRevoked(certificate: Certificate | undefined, { entries }: RevocationSet): boolean {
  if (certificate?.akid === undefined) return false;
  const serialNumber = serialNumberOf(certificate);
  if (isBeyondBuffers(certificate)) return false;
  const [name, keyId] = [toBase64(certificate.issuer.der), upperHex(certificate.akid)];
  for (const entry of entries) {
    if (entry.issuerName !== name || entry.issuerKeyId !== keyId) continue;
    // The first entry whose signer does not fit ends the search.
    if (!isSeenSigner(entry, name, keyId)) return false;
    if (entry.serialNumbers.has(serialNumber)) return true;
  }
  return false;
}

/** Zero is no serial number for the SDK: its text is empty. */
function isBeyondBuffers({ serialNumber, issuer }: Certificate): boolean {
  const length = serialNumber.length - (isPadded(serialNumber) ? 1 : 0);
  const isZero = serialNumber.every((byte) => byte === 0);
  return isZero || length > MAX_SERIAL_NUMBER_LENGTH || issuer.der.length > MAX_NAME_LENGTH;
}

/** An entry with a delegator, even null, is judged by that. */
function isSeenSigner({ delegator, crlSigner }: RevocationEntry, name: string, keyId: string): boolean {
  const signer = delegator === undefined ? crlSigner : delegator;
  if (signer === null || isTooLong(signer)) return false;
  const { subject, skid } = signer.certificate;
  return toBase64(subject.der) === name && isKeyId(skid, keyId);
}

/** The SDK decodes into a buffer of kMax_x509_Certificate_Length. */
function isTooLong({ written }: WrittenCertificate): boolean {
  return Math.floor((written.length * 3) / 4) > MAX_CERTIFICATE_LENGTH;
}

/** Why the SDK overlooks that a certificate is revoked; undefined if it is not revoked. */
function overlookedReason(certificate: Certificate, { entries }: RevocationSet): string | undefined {
  const serialNumber = serialNumberOf(certificate);
  const digits = significantDigits(serialNumber);
  const entry = entries.find(
    (candidate) =>
      isOfIssuer(candidate, certificate) &&
      isSigner(candidate, certificate) &&
      [...candidate.serialNumbers].some((written) => significantDigits(written) === digits),
  );
  if (entry === undefined || certificate.akid === undefined) return undefined;
  const { issuerName, issuerKeyId, serialNumbers, delegator } = entry;
  if (delegator === null)
    return 'crl_signer_delegator of the entry is null, which it reads as an empty certificate';
  if (isBeyondBuffers(certificate) || isTooLong(delegator ?? entry.crlSigner))
    return 'a serial number of zero or of more than 20 bytes, names of more than 200 bytes and certificates of more than 600 are beyond it';
  const [name, keyId] = [toBase64(certificate.issuer.der), upperHex(certificate.akid)];
  if (issuerName !== name || issuerKeyId !== keyId || !serialNumbers.has(serialNumber))
    return 'it compares text, and expects hexadecimal digits in upper case, two for each byte';
  if (!isSeenSigner(entry, name, keyId))
    return 'another key signed the list, and the entry has no crl_signer_delegator';
  return 'an earlier entry of the issuer has a signer that does not fit, which ends its search';
}

function isCovered(certificate: Certificate, { entries }: RevocationSet): boolean {
  return entries.some((entry) => isOfIssuer(entry, certificate));
}

function isOfIssuer({ issuerNameDer, issuerKeyId }: RevocationEntry, { issuer, akid }: Certificate): boolean {
  return Buffer.compare(issuerNameDer, issuer.der) === 0 && isKeyId(akid, issuerKeyId);
}

/** Whether the issuer of a certificate signed the list, or delegated that to the signer. */
function isSigner(
  { crlSigner, delegator }: RevocationEntry,
  { issuer, akid = NOTHING }: Certificate,
): boolean {
  const { certificate } = delegator ?? crlSigner;
  const isName = ({ der }: Certificate['issuer']) => Buffer.compare(der, issuer.der) === 0;
  const keyId = toHex(akid);
  if (isName(certificate.subject) && isKeyId(certificate.skid, keyId)) return true;
  return delegator == null && isName(certificate.issuer) && isKeyId(certificate.akid, keyId);
}

const NOTHING = new Uint8Array(0);

function isKeyId(keyId: Uint8Array | undefined, written: string): boolean {
  return keyId !== undefined && toHex(keyId) === written.toLowerCase();
}

function significantDigits(serialNumber: string): string {
  return serialNumber.toUpperCase().replace(/^0+/, '');
}

/** Upper-case hexadecimal digits of a serial number, without the byte that only carries its sign. */
function serialNumberOf({ serialNumber }: Certificate): string {
  return upperHex(isPadded(serialNumber) ? serialNumber.subarray(1) : serialNumber);
}

function isPadded(serialNumber: Uint8Array): boolean {
  return serialNumber[0] === 0 && serialNumber.length > 1;
}

function upperHex(bytes: Uint8Array): string {
  return toHex(bytes).toUpperCase();
}
