/** Structure of DAC, PAI and PAA (Matter Core specification, 6.2.2.3 to 6.2.2.5). */
import { algorithmName, findSignatureAlgorithm } from './algorithms';
import { type Certificate, supportedAlgorithm } from './certificate';
import { KEY_ID_LENGTH } from './certification-declaration';
import { EXTENSION, type KeyUse } from './extensions';
import { type CertificateSubject, type Findings, FORMAT_INVALID } from './findings';

/** The SDK's kMaxDERCertLength. */
export const MAX_CERTIFICATE_LENGTH = 600;

interface Profile {
  readonly basicConstraints: string;
  readonly isBasicConstraints: (value: { readonly ca: boolean; readonly pathLength?: number }) => boolean;
  readonly keyUsage: string;
  readonly isKeyUsage: (uses: readonly KeyUse[]) => boolean;
  readonly hasAkid: boolean;
}

const isAuthority = (uses: readonly KeyUse[]): boolean =>
  uses.includes('keyCertSign') &&
  uses.includes('cRLSign') &&
  uses.every((use) => use === 'keyCertSign' || use === 'cRLSign' || use === 'digitalSignature');
const AUTHORITY = {
  keyUsage: 'keyCertSign and cRLSign, optionally digitalSignature, and nothing else',
  isKeyUsage: isAuthority,
};

const PROFILES: Readonly<Record<CertificateSubject, Profile>> = {
  dac: {
    basicConstraints: 'CA=false without path length',
    isBasicConstraints: ({ ca, pathLength }) => !ca && pathLength === undefined,
    keyUsage: 'digitalSignature and nothing else',
    isKeyUsage: (uses) => uses.length === 1 && uses[0] === 'digitalSignature',
    hasAkid: true,
  },
  pai: {
    basicConstraints: 'CA=true with path length 0',
    isBasicConstraints: ({ ca, pathLength }) => ca && pathLength === 0,
    ...AUTHORITY,
    hasAkid: true,
  },
  paa: {
    basicConstraints: 'CA=true with path length 1 or none',
    isBasicConstraints: ({ ca, pathLength }) => ca && (pathLength === undefined || pathLength === 1),
    ...AUTHORITY,
    hasAkid: false,
  },
};

/**
 * Reports deviations from the certificate's profile: 303 or 203, FormatInvalid; 101 for a PAA, which the SDK's trust store
 * then leaves out; and what commissioners overlook.
 */
export function checkCertificate(
  findings: Findings,
  subject: CertificateSubject,
  certificate: Certificate,
): void {
  const number = FORMAT_INVALID[subject];
  const profile = PROFILES[subject];
  const { version, signatureOid, publicKey, extensions, problems, length, deviations } = certificate;
  for (const { error, effect } of deviations) {
    if (effect === 'none') for (const finding of error.findings) findings.addStricter(subject, finding);
  }
  if (length > MAX_CERTIFICATE_LENGTH) {
    const params = { subject, length, limit: MAX_CERTIFICATE_LENGTH };
    // Only the trust store has this limit.
    if (subject === 'paa') findings.report(subject, number, 'attestation.certificate-too-long', params);
    else findings.reportStricter(subject, 'attestation.certificate-too-long', params);
  }
  if (version !== 3) findings.report(subject, number, 'attestation.version', { subject, version });
  if (findSignatureAlgorithm(signatureOid) === undefined) {
    const algorithm = algorithmName(signatureOid);
    findings.report(subject, number, 'attestation.signature-algorithm', { subject, algorithm });
  }
  const what = subject.toUpperCase();
  if (publicKey.isCompressed) findings.reportStricter(subject, 'attestation.public-key-invalid', { what });
  else findings.attempt(subject, number, () => supportedAlgorithm(publicKey, what));
  for (const problem of problems) {
    findings.report(subject, number, 'attestation.extension-malformed', { subject, problem });
  }

  const required: readonly (readonly [keyof typeof EXTENSION, boolean, boolean])[] = [
    ['basicConstraints', true, true],
    ['keyUsage', true, true],
    ['subjectKeyIdentifier', false, true],
    ['authorityKeyIdentifier', false, profile.hasAkid],
  ];
  for (const [extension, critical, isMandatory] of required) {
    const found = extensions.find((candidate) => candidate.oid === EXTENSION[extension]);
    if (found === undefined) {
      if (isMandatory)
        findings.report(subject, number, 'attestation.extension-missing', { subject, extension });
    } else if (found.critical !== critical) {
      findings.report(subject, number, 'attestation.extension-critical', { subject, extension, critical });
    }
  }
  checkValues(findings, subject, certificate);
}

function checkValues(findings: Findings, subject: CertificateSubject, certificate: Certificate): void {
  const number = FORMAT_INVALID[subject];
  const profile = PROFILES[subject];
  const { basicConstraints, keyUsage, skid, akid, ids } = certificate;
  if (basicConstraints !== undefined && !profile.isBasicConstraints(basicConstraints)) {
    const { ca, pathLength } = basicConstraints;
    const is = `CA=${ca} ${pathLength === undefined ? 'without path length' : `with path length ${pathLength}`}`;
    const params = { subject, is, must: profile.basicConstraints };
    findings.report(subject, number, 'attestation.basic-constraints', params);
  }
  if (keyUsage !== undefined && !profile.isKeyUsage(keyUsage)) {
    const is = keyUsage.length === 0 ? 'empty' : keyUsage.join(', ');
    findings.report(subject, number, 'attestation.key-usage', { subject, is, must: profile.keyUsage });
  }
  const keyIds = Object.entries({ subjectKeyIdentifier: skid, authorityKeyIdentifier: akid });
  for (const [extension, keyId] of keyIds) {
    if (keyId !== undefined && keyId.length !== KEY_ID_LENGTH) {
      const params = { subject, extension, length: keyId.length };
      findings.report(subject, number, 'attestation.key-id-length', params);
    }
  }
  if (ids.problem !== undefined) {
    // The SDK's trust store does not look at the names of a PAA.
    const result = subject === 'paa' ? 105 : number;
    findings.report(subject, result, 'attestation.ids-malformed', { subject, problem: ids.problem });
  }
}
