/** Certificate requests (PKCS#10, RFC 2986): a key and a name, signed with the key itself. */
import { attestationErrors } from '../errors/attestation';
import { type Where, within } from '../errors/factory-error';
import { findSignatureAlgorithm, type PublicKey } from './algorithms';
import { algorithmOid, decodePublicKey, type SubjectPublicKey, supportedAlgorithm } from './certificate';
import { parseCredentialBlock } from './credential-file';
import { DerReader, decodeDer, TAG } from './der';
import { decodeName, type MatterIds, matterIdsOf, type Name } from './name';

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
 * Parses one request from PEM or DER, without checking its signature.
 * Errors: attestation.file-empty, file-too-large, wrong-kind, several, pem-malformed, der-malformed,
 * structure-invalid.
 */
export function parseCertificateRequest(data: Uint8Array, where: Where = {}): CertificateRequest {
  return within(where, () => {
    const { der } = parseCredentialBlock(data, WHAT);
    const reader = new DerReader(WHAT);
    const [signed, algorithm, signature] = reader.children(
      decodeDer(der, WHAT),
      TAG.sequence,
      'the outermost value',
    );
    const [version, subject, publicKey] = reader.children(signed, TAG.sequence, 'the signed part');
    if (reader.integer(version, 'the version') !== 0) throw reader.fail('its version is not 1');
    const name = decodeName(subject, reader);
    return {
      der,
      signed: signed?.encoded ?? new Uint8Array(0),
      signature: reader.bytes(signature, 'the signature'),
      signatureOid: algorithmOid(reader, algorithm),
      subject: name,
      publicKey: decodePublicKey(publicKey, reader),
      ids: matterIdsOf(name),
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
export function publicKeyOfRequest(request: CertificateRequest): PublicKey {
  const algorithm = supportedAlgorithm(request.publicKey, WHAT);
  if (!isRequestSigned(request)) throw attestationErrors.error('attestation.request-signature-invalid', {});
  return { algorithm, publicKey: request.publicKey.data };
}
