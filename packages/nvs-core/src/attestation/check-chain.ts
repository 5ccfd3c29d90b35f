/** DAC, PAI and PAA together (Matter Core specification, 6.2.3.1): ids, validity, names, key ids, signatures. */
import { toHex } from '../bytes/text';
import { findSignatureAlgorithm } from './algorithms';
import { type Certificate, isSignedBy } from './certificate';
import { checkCertificate } from './check-certificate';
import { isUnknownCritical } from './extensions';
import { type CertificateSubject, type Findings, NOT_VALID, SIGNATURE_INVALID } from './findings';
import { formatName, sameName } from './name';
import type { ResultNumber } from './results';

const NO_ID = new Uint8Array();

/** Results for a certificate whose issuer does not match; 101 is for a PAA that is not in the trust store. */
const AUTHORITY_NOT_FOUND: Readonly<Record<'dac' | 'pai', ResultNumber>> = { dac: 307, pai: 206 };

/** Vendor and product ids of DAC and PAI: 305, 306. */
export function checkChainIds(findings: Findings, dac: Certificate, pai: Certificate): void {
  const { vendorId, productId } = dac.ids;
  // Malformed ids have already been reported with the format of the certificate.
  if (dac.ids.problem !== undefined || pai.ids.problem !== undefined) return;
  if (vendorId === undefined || vendorId !== pai.ids.vendorId) {
    findings.report('dac', 305, 'attestation.dac-vendor-id', { dac: vendorId, pai: pai.ids.vendorId });
  }
  if (productId === undefined || (pai.ids.productId !== undefined && pai.ids.productId !== productId)) {
    findings.report('dac', 306, 'attestation.dac-product-id', { dac: productId, pai: pai.ids.productId });
  }
  if (pai.ids.vendorId === undefined) findings.report('pai', 205, 'attestation.pai-vendor-id-missing', {});
}

/**
 * Finds and checks the PAA that signed the PAI: 101 if the trust store has none, 105 for its format, 205 if its vendor
 * id differs.
 */
export function findPaa(
  findings: Findings,
  pai: Certificate,
  trustStore: readonly Certificate[] | undefined,
): Certificate | undefined {
  // Without an authority key identifier there is nothing to look up; that is reported with the PAI's format.
  if (pai.akid === undefined) return undefined;
  const keyId = toHex(pai.akid);
  if (trustStore === undefined) {
    findings.report('paa', undefined, 'attestation.paa-not-checked', { keyId }, 'info');
    return undefined;
  }
  const candidates = trustStore.filter(({ skid }) => skid !== undefined && toHex(skid) === keyId);
  const paa = candidates.find((candidate) => isSignedBy(pai, candidate.publicKey)) ?? candidates[0];
  if (paa === undefined) {
    findings.report('paa', 101, 'attestation.paa-not-found', { keyId, count: trustStore.length });
    return undefined;
  }
  checkCertificate(findings, 'paa', paa);
  const { vendorId, productId } = paa.ids;
  if (vendorId !== undefined && vendorId !== pai.ids.vendorId)
    findings.report('pai', 205, 'attestation.pai-vendor-id', { pai: pai.ids.vendorId, paa: vendorId });
  if (productId !== undefined) findings.report('paa', 105, 'attestation.paa-product-id', { paa: productId });
  return paa;
}

/** Checks that the DAC is valid at the time of commissioning: 300. */
export function checkDacValidity(findings: Findings, dac: Certificate, at: Date): void {
  if (dac.notBefore <= at && at < dac.notAfter) return;
  reportValidity(findings, 'dac', dac, at, 'the time of commissioning');
}

/** Checks that PAI and PAA are valid at the DAC's notBefore: 200, 102; warns if they are not at commissioning. */
export function checkIssuerValidity(
  findings: Findings,
  subject: 'pai' | 'paa',
  issuer: Certificate,
  dac: Certificate | undefined,
  at: Date,
): void {
  const isValidAt = (time: Date) => issuer.notBefore <= time && time <= issuer.notAfter;
  if (dac !== undefined && !isValidAt(dac.notBefore)) {
    reportValidity(findings, subject, issuer, dac.notBefore, "the DAC's notBefore");
  } else if (!isValidAt(at)) {
    const params = { subject, ...period(issuer), at: second(at) };
    findings.report(subject, undefined, 'attestation.expired-today', params, 'warning');
  }
}

function reportValidity(
  findings: Findings,
  subject: CertificateSubject,
  certificate: Certificate,
  at: Date,
  when: string,
): void {
  const params = { subject, ...period(certificate), at: second(at), when };
  findings.report(subject, NOT_VALID[subject], 'attestation.not-valid', params);
}

const second = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
const period = ({ notBefore, notAfter }: Certificate) => ({ from: second(notBefore), to: second(notAfter) });

/** Checks a certificate with its issuer: names and key ids (307, 206), signature (301, 201). */
export function checkIssued(
  findings: Findings,
  subject: 'dac' | 'pai',
  certificate: Certificate,
  issuer: Certificate,
): void {
  const number = AUTHORITY_NOT_FOUND[subject];
  if (!sameName(certificate.issuer, issuer.subject)) {
    const params = { subject, is: formatName(certificate.issuer), must: formatName(issuer.subject) };
    findings.report(subject, number, 'attestation.issuer-name', params);
  }
  const [keyId, issuerKeyId] = [toHex(certificate.akid ?? NO_ID), toHex(issuer.skid ?? NO_ID)];
  if (keyId !== '' && issuerKeyId !== '' && keyId !== issuerKeyId)
    findings.report(subject, number, 'attestation.authority-key-id', { subject, keyId, issuerKeyId });
  checkSignature(findings, subject, certificate, issuer, subject === 'dac' ? 'PAI' : 'PAA');
}

/** Reports unknown critical extensions, which a verifier of the chain must reject. */
export function checkCriticalExtensions(
  findings: Findings,
  subject: CertificateSubject,
  certificate: Certificate,
): void {
  for (const { oid } of certificate.extensions.filter(isUnknownCritical)) {
    findings.report(subject, SIGNATURE_INVALID[subject], 'attestation.extension-unknown', { subject, oid });
  }
}

/** Checks the signature of a certificate; an unsupported algorithm has already been reported with the format. */
export function checkSignature(
  findings: Findings,
  subject: CertificateSubject,
  certificate: Certificate,
  issuer: Certificate,
  issuerName: string,
): void {
  const isSupported =
    findSignatureAlgorithm(certificate.signatureOid) !== undefined &&
    issuer.publicKey.algorithm !== undefined;
  if (!isSupported || isSignedBy(certificate, issuer.publicKey)) return;
  const params = { subject, issuer: issuerName };
  findings.report(subject, SIGNATURE_INVALID[subject], 'attestation.signature-invalid', params);
}
