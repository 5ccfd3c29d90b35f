/** Digests (FIPS 180-4, RFC 1321) and HMAC (RFC 2104). */
import { createHash, createHmac } from 'node:crypto';

/** SHA-256 digest, 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return digest('sha256', data);
}

/** SHA-1 digest, 20 bytes: for key identifiers (RFC 5280, 4.2.1.2) only, never for security. */
export function sha1(data: Uint8Array): Uint8Array {
  return digest('sha1', data);
}

/** MD5 digest, 16 bytes: the checksum row of ESP-IDF's partition table, never a security measure. */
export function md5(data: Uint8Array): Uint8Array {
  return digest('md5', data);
}

/** HMAC-SHA256, 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(message).digest());
}

function digest(algorithm: string, data: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash(algorithm).update(data).digest());
}
