/** Creates certificate requests (PKCS#10, RFC 2986). */
import { type CertificateRequest, parseCertificateRequest } from '../certificate-request';
import { loadAsn1Writer } from './asn1';
import { createName } from './name';
import { assertNames, type NameOptions } from './name-options';
import { publicKeyInfo } from './public-key';
import { type Signer, signWith } from './signer';

/** Creates a request for a certificate with these names. Errors: attestation.issue-option-invalid, signer-answer-invalid. */
export async function createCertificateRequest(
  options: NameOptions,
  signer: Signer,
): Promise<CertificateRequest> {
  const names = assertNames(options);
  const asn1 = await loadAsn1Writer();
  const { sequence, integer, oid, bitString, tagged, encode } = asn1;
  const signed = sequence(integer(0), createName(asn1, names), publicKeyInfo(asn1, signer), tagged(0, []));
  const signature = await signWith(signer, encode(signed));
  const algorithm = sequence(oid(signer.algorithm.signature.oid));
  return parseCertificateRequest(encode(sequence(signed, algorithm, bitString(signature))));
}
