import { createHash } from 'node:crypto';

/** SHA-256 digest (FIPS 180-4), 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(data).digest());
}

/** SHA-1 digest (FIPS 180-4), 20 bytes: for key identifiers (RFC 5280, 4.2.1.2) only, never for security. */
export function sha1(data: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha1').update(data).digest());
}
