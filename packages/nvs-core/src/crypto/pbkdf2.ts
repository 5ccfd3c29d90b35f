/** PBKDF2 with HMAC-SHA256: RFC 8018, section 5.2. */
import { pbkdf2Sync } from 'node:crypto';

/** `length` bytes derived from a password and a salt by PBKDF2-HMAC-SHA256 (RFC 8018, section 5.2). */
export function pbkdf2Sha256(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array {
  return Uint8Array.from(pbkdf2Sync(password, salt, iterations, length, 'sha256'));
}
