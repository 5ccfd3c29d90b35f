/** Public key files (SubjectPublicKeyInfo, RFC 5480), as hardware modules export them. */
import { attestationErrors } from '../errors/attestation';
import { type Where, within } from '../errors/factory-error';
import type { PublicKey } from './algorithms';
import { decodePublicKey, supportedAlgorithm } from './certificate';
import { parseCredentialBlock, wrongKind } from './credential-file';
import { DerReader, decodeDer } from './der';

const WHAT = 'public key';

/**
 * Parses one public key, PEM or DER.
 * Errors: attestation.file-empty, file-too-large, wrong-kind, several, pem-malformed, der-malformed,
 * structure-invalid, key-algorithm-unsupported, public-key-invalid.
 */
export function parsePublicKey(data: Uint8Array, where: Where = {}): PublicKey {
  return within(where, () => {
    const block = parseCredentialBlock(data, WHAT);
    const { der, name } = block;
    if (name === 'SSH public key') throw wrongKind(block, WHAT);
    if (name === 'RSA public key')
      throw attestationErrors.error('attestation.key-algorithm-unsupported', {
        what: WHAT,
        algorithm: 'RSA',
      });
    const publicKey = decodePublicKey(decodeDer(der, WHAT), new DerReader(WHAT));
    return { algorithm: supportedAlgorithm(publicKey, WHAT), publicKey: publicKey.data };
  });
}
