/** A PAA by itself, as a trust store takes it (Matter Core specification, 6.2.2.5). */
import type { Finding } from '../errors/factory-error';
import { type Certificate, isSignedBy } from './certificate';
import { checkCertificate } from './check-certificate';
import { Findings } from './findings';
import { formatName, sameName } from './name';

/** Why a certificate is no PAA: it lacks the profile, or is not self-signed. Empty if it is one. */
export function checkPaa(paa: Certificate): readonly Finding[] {
  const findings = new Findings({});
  checkCertificate(findings, 'paa', paa);
  const { productId } = paa.ids;
  if (productId !== undefined) findings.report('paa', 105, 'attestation.paa-product-id', { paa: productId });
  const names = { is: formatName(paa.issuer), must: formatName(paa.subject) };
  if (!sameName(paa.issuer, paa.subject))
    findings.report('paa', undefined, 'attestation.issuer-name', { subject: 'paa', ...names });
  if (!isSignedBy(paa, paa.publicKey))
    findings.report('paa', undefined, 'attestation.signature-invalid', {
      subject: 'paa',
      issuer: 'PAA itself',
    });
  return findings.all.filter(({ severity }) => severity === 'error');
}
