import { createPrivateKey, type KeyObject } from 'node:crypto';
import { cryptoErrors } from '../errors/crypto';

/** ECPrivateKey of SEC 1 (RFC 5915), or PKCS#8 (RFC 5958). */
export type PrivateKeyFormat = 'sec1' | 'pkcs8';

/** DER of a P-256 key with its public key inside, which the caller wipes: SEC 1 has 121 bytes, PKCS#8 138. */
export function encodeP256PrivateKey(
  privateKey: Uint8Array,
  publicKey: Uint8Array,
  format: PrivateKeyFormat,
): Uint8Array {
  const der = p256KeyObject(privateKey, publicKey).export({ format: 'der', type: format });
  return new Uint8Array(der.buffer, der.byteOffset, der.length);
}

/** PEM of a P-256 key with its public key inside. */
export function encodeP256PrivateKeyPem(
  privateKey: Uint8Array,
  publicKey: Uint8Array,
  format: PrivateKeyFormat,
): string {
  return p256KeyObject(privateKey, publicKey).export({ format: 'pem', type: format }).toString();
}

/** Node takes the scalar only as base64 text, which cannot be wiped. */
function p256KeyObject(privateKey: Uint8Array, publicKey: Uint8Array): KeyObject {
  const [d, x, y] = [privateKey, publicKey.subarray(1, 33), publicKey.subarray(33)].map((part) =>
    Buffer.from(part.buffer, part.byteOffset, part.length).toString('base64url'),
  );
  return createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', d: d ?? '', x: x ?? '', y: y ?? '' },
    format: 'jwk',
  });
}

/**
 * Decrypts an encrypted PKCS#8 key (DER), or a PEM key with legacy encryption (Proc-Type: 4,ENCRYPTED), to PKCS#8 DER,
 * which the caller wipes; the caller has checked that the cipher is supported. Errors: crypto.passphrase-wrong.
 */
export function decryptPrivateKey(key: Uint8Array | string, passphrase: string): Uint8Array {
  const input =
    typeof key === 'string'
      ? { key, format: 'pem' as const, passphrase }
      : { key: Buffer.from(key), format: 'der' as const, type: 'pkcs8' as const, passphrase };
  try {
    const { buffer, byteOffset, length } = createPrivateKey(input).export({ format: 'der', type: 'pkcs8' });
    return new Uint8Array(buffer, byteOffset, length);
  } catch {
    // OpenSSL's error for a wrong passphrase depends on whether the padding happens to be valid.
    throw cryptoErrors.error('crypto.passphrase-wrong', {});
  }
}
