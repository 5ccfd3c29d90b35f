/** Checksums made right again after a mutation, so that it reaches the code behind them. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PAGE = 4096;
const crc = (bytes: Uint8Array) => crc32(bytes, 0xffffffff);

/** Headers, entries and data of plain NVS pages. */
export function repairNvs(input: Uint8Array): Uint8Array {
  const image = Buffer.from(input);
  for (let page = 0; page + PAGE <= image.length; page += PAGE) {
    const bytes = image.subarray(page, page + PAGE);
    if (bytes.readUInt32LE(0) === 0xffffffff) continue;
    bytes.writeUInt32LE(crc(bytes.subarray(4, 28)), 28);
    for (let index = 0; index < 126; index++) {
      const state = ((bytes[32 + (index >> 2)] ?? 0) >> ((index & 3) * 2)) & 3;
      if (state !== 2) continue;
      const start = 64 + index * 32;
      const head = bytes.subarray(start, start + 32);
      const [type, span] = [head[1] ?? 0, head[2] ?? 0];
      if (type === 0x21 || type === 0x41 || type === 0x42) {
        const length = head.readUInt16LE(24);
        head.writeUInt32LE(crc(bytes.subarray(start + 32, Math.min(start + 32 + length, PAGE))), 28);
      }
      head.writeUInt32LE(crc(Buffer.concat([head.subarray(0, 4), head.subarray(8)])), 4);
      if (span > 1) index += span - 1;
    }
  }
  return image;
}

/** The CRC behind the two keys. */
export function repairKeysPartition(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  if (bytes.length >= 68) bytes.writeUInt32LE(crc(bytes.subarray(0, 64)), 64);
  return bytes;
}

/** The MD5 of the rows before it. */
export function repairPartitionTable(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  for (let row = 0; row + 32 <= bytes.length; row += 32) {
    if (bytes[row] !== 0xeb || bytes[row + 1] !== 0xeb) continue;
    createHash('md5')
      .update(bytes.subarray(0, row))
      .digest()
      .copy(bytes, row + 16);
    break;
  }
  return bytes;
}

/** The CRC of each TLV. */
export function repairSecureCert(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  for (let at = 0; at + 12 <= bytes.length; ) {
    if (bytes.readUInt32LE(at) !== 0xba5eba11) break;
    const end = at + 12 + Math.ceil(bytes.readUInt16LE(at + 10) / 16) * 16;
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32LE(crc(bytes.subarray(at, end)), end);
    at = end + 4;
  }
  return bytes;
}
