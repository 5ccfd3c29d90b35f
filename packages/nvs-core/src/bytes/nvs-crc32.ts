import { crc32 } from 'node:zlib';

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

/**
 * The checksum of NVS, nvs_keys and esp_secure_cert: the polynomial of CRC-32, but not its start value (ESP-IDF's
 * esp_rom_crc32_le(0xFFFFFFFF, ...), zlib's crc32(data, 0xFFFFFFFF)).
 */
export function nvsCrc32(data: Uint8Array): number {
  return data.length > SHORT_LENGTH ? crc32(data, RUNNING_VALUE) : shortChecksum(data);
}

function shortChecksum(data: Uint8Array): number {
  // zlib inverts the running value on its way in and out.
  let value = ~RUNNING_VALUE;
  for (let index = 0; index < data.length; index++) {
    value = (TABLE[(value ^ (data[index] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return ~value >>> 0;
}
