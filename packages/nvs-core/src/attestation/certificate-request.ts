/** Certificate requests (PKCS#10, RFC 2986): a key and a name, signed with the key itself. */
import { attestationErrors, type Where, within } from '../errors';
import { findSignatureAlgorithm, type PublicKey } from './algorithms';
import { algorithmOid, checkPublicKey, readPublicKey, type SubjectPublicKey } from './certificate';
import { readBlock } from './credential-file';
import { derReader, parseDer, TAG } from './der';
import { type MatterIds, type Name, readMatterIds, readName } from './name';

export interface CertificateRequest {
  readonly der: Uint8Array;
  /** The part that is signed. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Object identifier of the signature algorithm. */
  readonly signatureOid: string;
  readonly subject: Name;
  readonly publicKey: SubjectPublicKey;
  /** Ids of the subject, in either encoding. */
  readonly ids: MatterIds;
}

const WHAT = 'certificate request';

/**
 * Reads one request from PEM or DER, without checking its signature.
 * Errors: attestation.file-empty, file-too-large, wrong-kind, several, pem-malformed, der-malformed,
 * structure-invalid.
 */
export function readCertificateRequest(data: Uint8Array, where: Where = {}): CertificateRequest {
  return within(where, () => {
    const { der } = readBlock(data, WHAT);
    const reader = derReader(WHAT);
    const [signed, algorithm, signature] = reader.children(
      parseDer(der, WHAT),
      TAG.sequence,
      'the outermost value',
    );
    const [version, subject, publicKey] = reader.children(signed, TAG.sequence, 'the signed part');
    if (reader.integer(version, 'the version') !== 0) throw reader.fail('its version is not 1');
    const name = readName(subject, WHAT);
    return {
      der,
      signed: signed?.encoded ?? new Uint8Array(0),
      signature: reader.bytes(signature, 'the signature'),
      signatureOid: algorithmOid(reader, algorithm),
      subject: name,
      publicKey: readPublicKey(publicKey, WHAT),
      ids: readMatterIds(name),
    };
  });
}

/** Whether a request is signed by its own key. */
export function isRequestSigned({ signatureOid, signature, signed, publicKey }: CertificateRequest): boolean {
  const algorithm = findSignatureAlgorithm(signatureOid);
  if (algorithm === undefined || publicKey.algorithm?.signature !== algorithm) return false;
  return algorithm.verifyData(signature, signed, publicKey.data);
}

/**
 * The key of a request, after checking the signature that proves possession of the private key.
 * Errors: attestation.request-signature-invalid, key-algorithm-unsupported, public-key-invalid.
 */
export function checkRequest(request: CertificateRequest): PublicKey {
  const algorithm = checkPublicKey(request.publicKey, WHAT);
  if (!isRequestSigned(request)) throw attestationErrors.error('attestation.request-signature-invalid', {});
  return { algorithm, publicKey: request.publicKey.data };
}
