/** DAC, PAI and PAA together (Matter Core specification, 6.2.3.1): ids, validity, names, key ids, signatures. */
import { toHex } from '../bytes/text';
import { findSignatureAlgorithm } from './algorithms';
import { type Certificate, isSignedBy } from './certificate';
import { checkCertificate } from './check-certificate';
import type { DerNode } from './der';
import { directoryNameOf, isUnprocessedCritical, type NameConstraints } from './extensions';
import { type CertificateSubject, CHAIN_INVALID, Findings, FORMAT_INVALID } from './findings';
import { formatName, type Name, sameName, startsWith } from './name';
import type { ResultNumber } from './results';

const NO_ID = new Uint8Array();

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
 * Finds and checks the PAA that signed the PAI: 101 if the trust store has none that is well-formed, 105 for its ids, 205
 * if its vendor id differs.
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
  // The SDK takes the first that is well-formed; the order in which it reads a folder is that of the file system.
  const wellFormed = candidates.filter(isWellFormedPaa);
  const paa =
    wellFormed.find((candidate) => isSignedBy(pai, candidate.publicKey)) ?? wellFormed[0] ?? candidates[0];
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

/** Whether the SDK's trust store would have a PAA. */
function isWellFormedPaa(paa: Certificate): boolean {
  const findings = new Findings({});
  checkCertificate(findings, 'paa', paa);
  return findings.all.every(({ result }) => result?.number !== FORMAT_INVALID.paa);
}

/** Checks that the DAC is valid at the time of commissioning: 300. */
export function checkDacValidity(findings: Findings, dac: Certificate, at: Date): void {
  reportTimes(findings, 'dac', dac, 300);
  if (dac.notBefore <= at && at < dac.notAfter) return;
  reportValidity(findings, 'dac', dac, { number: 300, at, when: 'the time of commissioning' });
}

/**
 * Checks that PAI and PAA are valid at the DAC's notBefore, notAfter excluded: 301; warns if they are not at
 * commissioning.
 */
export function checkIssuerValidity(
  findings: Findings,
  subject: 'pai' | 'paa',
  issuer: Certificate,
  dac: Certificate | undefined,
  at: Date,
): void {
  reportTimes(findings, subject, issuer, CHAIN_INVALID);
  const isValidAt = (time: Date) => issuer.notBefore <= time && time < issuer.notAfter;
  if (dac !== undefined && !isValidAt(dac.notBefore)) {
    const when = "the DAC's notBefore";
    reportValidity(findings, subject, issuer, { number: CHAIN_INVALID, at: dac.notBefore, when });
  } else if (!isValidAt(at)) {
    const params = { subject, ...period(issuer), at: second(at) };
    findings.report(subject, undefined, 'attestation.expired-today', params, 'warning');
  }
}

/** Checks that the DAC's notBefore is a time of the SDK's clock, which starts in 1970: 303. */
export function checkDacEpoch(findings: Findings, dac: Certificate): void {
  if (dac.notBefore.getTime() >= 0) return;
  const when = 'all times from 1970 on';
  const at = new Date(0);
  reportValidity(findings, 'dac', { ...dac, notAfter: dac.notBefore }, { number: 303, at, when });
}

/** Reports times that commissioners can read, but not compare. */
function reportTimes(
  findings: Findings,
  subject: CertificateSubject,
  { deviations }: Certificate,
  number: ResultNumber,
): void {
  for (const { error, effect } of deviations) {
    if (effect === 'time') for (const finding of error.findings) findings.add(subject, number, finding);
  }
}

function reportValidity(
  findings: Findings,
  subject: CertificateSubject,
  certificate: Certificate,
  { number, at, when }: { number: ResultNumber; at: Date; when: string },
): void {
  const params = { subject, ...period(certificate), at: second(at), when };
  findings.report(subject, number, 'attestation.not-valid', params);
}

const second = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
const period = ({ notBefore, notAfter }: Certificate) => ({ from: second(notBefore), to: second(notAfter) });

/**
 * Checks a certificate with its issuer, which of a PAA is the PAA itself: names, key ids, signature. Whatever fails is 301
 * for the SDK; it does not verify the signature of the PAA, which it trusts.
 */
export function checkIssued(
  findings: Findings,
  subject: CertificateSubject,
  certificate: Certificate,
  issuer: Certificate,
): void {
  if (!sameName(certificate.issuer, issuer.subject)) {
    const params = { subject, is: formatName(certificate.issuer), must: formatName(issuer.subject) };
    findings.report(subject, CHAIN_INVALID, 'attestation.issuer-name', params);
  }
  const [keyId, issuerKeyId] = [toHex(certificate.akid ?? NO_ID), toHex(issuer.skid ?? NO_ID)];
  if (keyId !== '' && issuerKeyId !== '' && keyId !== issuerKeyId)
    findings.report(subject, CHAIN_INVALID, 'attestation.authority-key-id', { subject, keyId, issuerKeyId });
  const { serialNumber, issuer: authority } = certificate.authority ?? {};
  const isOther =
    (serialNumber !== undefined && Buffer.compare(serialNumber, issuer.serialNumber) !== 0) ||
    (authority !== undefined && !sameName(authority, issuer.issuer));
  if (isOther) findings.report(subject, CHAIN_INVALID, 'attestation.authority-certificate', { subject });
  checkSignature(findings, subject, certificate, issuer);
}

/** Checks critical extensions, policies and name constraints, as a verifier of the chain must: 301. */
export function checkChainExtensions(
  findings: Findings,
  { dac, pai, paa }: Readonly<Record<CertificateSubject, Certificate | undefined>>,
): void {
  for (const [subject, certificate] of Object.entries({ dac, pai, paa }) as [
    CertificateSubject,
    Certificate | undefined,
  ][]) {
    for (const { oid } of certificate?.extensions.filter(isUnprocessedCritical) ?? []) {
      // What commissioners trust themselves they do not verify.
      if (subject === 'paa')
        findings.reportStricter(subject, 'attestation.extension-unknown', { subject, oid });
      else findings.report(subject, CHAIN_INVALID, 'attestation.extension-unknown', { subject, oid });
    }
    for (const problem of certificate?.chainProblems ?? []) {
      const params = { subject, problem };
      // Mappings count for issuers only.
      if (subject === 'paa' || (subject === 'dac' && problem.includes('policyMappings')))
        findings.reportStricter(subject, 'attestation.extension-malformed', params);
      else findings.report(subject, CHAIN_INVALID, 'attestation.extension-malformed', params);
    }
  }
  checkPolicies(findings, 'dac', dac, 0);
  checkPolicies(findings, 'pai', pai, 1);
  const below = [
    ['pai', pai, [dac]],
    ['paa', paa, [pai, dac]],
  ] as const;
  for (const [subject, issuer, issued] of below) {
    const constraints = issuer?.nameConstraints;
    const permits = (certificate: Certificate | undefined) =>
      constraints === undefined || certificate === undefined || isPermitted(certificate, constraints);
    if (!issued.every(permits))
      findings.report(subject, CHAIN_INVALID, 'attestation.name-constraints', { subject });
  }
}

/** A policy is required within `depth` certificates, and the chain has none. */
function checkPolicies(
  findings: Findings,
  subject: 'dac' | 'pai',
  certificate: Certificate | undefined,
  depth: number,
): void {
  const after = certificate?.policyRequiredAfter;
  if (after !== undefined && after <= depth)
    findings.report(subject, CHAIN_INVALID, 'attestation.policy-required', { subject });
}

/** Whether an issuer's constraints permit the names of a certificate (RFC 5280, 4.2.1.10). */
function isPermitted(certificate: Certificate, { permitted, excluded }: NameConstraints): boolean {
  const subtrees = [...permitted, ...excluded];
  // Distances in a tree of names are not supported.
  if (subtrees.some(({ children }) => children.length > 1)) return false;
  const bases = (nodes: readonly DerNode[]) =>
    nodes.flatMap(({ children }) => directoryNameOf(children[0]) ?? []);
  const [inside, outside] = [bases(permitted), bases(excluded)];
  const alternatives = certificate.alternativeNames ?? [];
  const names = [certificate.subject, ...alternatives.flatMap((name) => directoryNameOf(name) ?? [])];
  const isInside = (name: Name) => inside.length === 0 || inside.some((base) => startsWith(name, base));
  const isOutside = (name: Name) => outside.some((base) => startsWith(name, base));
  // Other kinds of names are not compared here: where one is constrained, none is permitted.
  const kinds = subtrees.map(({ children }) => children[0]?.tag);
  return (
    names.every((name) => isInside(name) && !isOutside(name)) &&
    alternatives.every((name) => directoryNameOf(name) !== undefined || !kinds.includes(name.tag))
  );
}

/** Checks the signature of a certificate; an unsupported algorithm has already been reported with the format. */
function checkSignature(
  findings: Findings,
  subject: CertificateSubject,
  certificate: Certificate,
  issuer: Certificate,
): void {
  for (const { error, effect } of certificate.deviations) {
    if (effect !== 'signature') continue;
    for (const finding of error.findings) {
      if (subject === 'paa') findings.addStricter(subject, finding);
      else findings.add(subject, CHAIN_INVALID, finding);
    }
  }
  const isSupported =
    findSignatureAlgorithm(certificate.signatureOid) !== undefined &&
    issuer.publicKey.algorithm !== undefined;
  if (!isSupported || isSignedBy(certificate, issuer.publicKey)) return;
  const params = { subject, issuer: ISSUER_NAMES[subject] };
  if (subject === 'paa') findings.reportStricter(subject, 'attestation.signature-invalid', params);
  else findings.report(subject, CHAIN_INVALID, 'attestation.signature-invalid', params);
}

const ISSUER_NAMES = { dac: 'PAI', pai: 'PAA', paa: 'PAA itself' } as const;
