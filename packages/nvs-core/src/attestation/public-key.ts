/** Public key files (SubjectPublicKeyInfo, RFC 5480), as hardware modules export them. */
import { type Where, within } from '../errors';
import type { PublicKey } from './algorithms';
import { checkPublicKey, readPublicKey } from './certificate';
import { readBlock } from './credential-file';
import { parseDer } from './der';

const WHAT = 'public key';

/**
 * Reads one public key, PEM or DER.
 * Errors: attestation.file-empty, file-too-large, wrong-kind, several, pem-malformed, der-malformed,
 * structure-invalid, key-algorithm-unsupported, public-key-invalid.
 */
export function readPublicKeyFile(data: Uint8Array, where: Where = {}): PublicKey {
  return within(where, () => {
    const { der } = readBlock(data, WHAT);
    const publicKey = readPublicKey(parseDer(der, WHAT), WHAT);
    return { algorithm: checkPublicKey(publicKey, WHAT), publicKey: publicKey.data };
  });
}
