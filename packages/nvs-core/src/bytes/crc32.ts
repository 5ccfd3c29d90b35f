import { crc32 as zlibCrc32 } from 'node:zlib';

const RUNNING_VALUE = 0xffffffff;

/** Below this length the call into zlib takes longer than computing the sum here. */
const SHORT_LENGTH = 64;

/** The polynomial of zlib, reflected. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
  return value;
});

/** CRC32 as ESP-IDF's NVS, nvs_keys and esp_secure_cert use it: zlib.crc32 with 0xFFFFFFFF as the running value. */
export function crc32(data: Uint8Array): number {
  return data.length > SHORT_LENGTH ? zlibCrc32(data, RUNNING_VALUE) : shortCrc32(data);
}

function shortCrc32(data: Uint8Array): number {
  // zlib inverts the running value on its way in and out.
  let value = ~RUNNING_VALUE;
  for (let index = 0; index < data.length; index++) {
    value = (TABLE[(value ^ (data[index] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return ~value >>> 0;
}
