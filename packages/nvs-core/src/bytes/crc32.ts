import { crc32 as zlibCrc32 } from 'node:zlib';

/** CRC32 as ESP-IDF's NVS, nvs_keys and esp_secure_cert use it: zlib.crc32 with 0xFFFFFFFF as the running value. */
export function crc32(data: Uint8Array): number {
  return zlibCrc32(data, 0xffffffff);
}
