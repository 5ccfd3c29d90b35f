import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * AES in ECB mode without padding (FIPS 197; SP 800-38A, 6.1) over whole blocks, as a building block of other modes;
 * `key` is 16, 24 or 32 bytes, `data` a multiple of 16.
 */
export function aesEcb(key: Uint8Array, data: Uint8Array, direction: 'encrypt' | 'decrypt'): Uint8Array {
  const algorithm = `aes-${key.length * 8}-ecb`;
  const cipher =
    direction === 'encrypt' ? createCipheriv(algorithm, key, null) : createDecipheriv(algorithm, key, null);
  cipher.setAutoPadding(false);
  const output = cipher.update(data);
  cipher.final();
  return output;
}
