/** PBKDF2 with HMAC-SHA256, and with HMAC-SHA1 for Wi-Fi: RFC 8018, section 5.2. */
import { pbkdf2, pbkdf2Sync } from 'node:crypto';

/** `length` bytes derived from a password and a salt by PBKDF2-HMAC-SHA256 (RFC 8018, section 5.2). */
export function pbkdf2Sha256(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array {
  return new Uint8Array(pbkdf2Sync(password, salt, iterations, length, 'sha256'));
}

/** The 32-byte key of a Wi-Fi network (IEEE 802.11, J.4): PBKDF2-HMAC-SHA1 of its passphrase and name. */
export function wifiKey(passphrase: Uint8Array, ssid: Uint8Array): Uint8Array {
  return new Uint8Array(pbkdf2Sync(passphrase, ssid, 4096, 32, 'sha1'));
}

/** As pbkdf2Sha256, on another thread. */
export function pbkdf2Sha256Async(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    pbkdf2(password, salt, iterations, length, 'sha256', (error, key) => {
      if (error === null) resolve(new Uint8Array(key));
      else reject(error);
    });
  });
}
