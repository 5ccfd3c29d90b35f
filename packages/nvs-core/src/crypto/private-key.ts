import { createPrivateKey } from 'node:crypto';
import { cryptoErrors } from '../errors';

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
    // The library's error for a wrong passphrase depends on whether the padding is valid by chance.
    throw cryptoErrors.error('crypto.passphrase-wrong', {});
  }
}
