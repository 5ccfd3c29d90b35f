import { createHash } from 'node:crypto';

/** MD5 of the data, 16 bytes: the checksum row of ESP-IDF's partition table, never a security measure. */
export function md5(data: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('md5').update(data).digest());
}
