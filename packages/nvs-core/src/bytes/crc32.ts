import { crc32 as zlibCrc32 } from 'node:zlib';

const RUNNING_VALUE = 0xffffffff;

/** CRC32 as ESP-IDF's NVS, nvs_keys and esp_secure_cert use it: zlib.crc32 with 0xFFFFFFFF as the running value. */
export function crc32(data: Uint8Array): number {
  // zlib takes an empty buffer for a missing one, and answers with its initial value 0.
  return data.length === 0 ? RUNNING_VALUE : zlibCrc32(data, RUNNING_VALUE);
}
