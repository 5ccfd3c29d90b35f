/** Black and white pictures as PNG (W3C, Portable Network Graphics, third edition): one-bit greyscale. */
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const HEADER_LENGTH = 13;
const BIT_DEPTH = 1;
const GREYSCALE = 0;
const NO_FILTER = 0;

/** A PNG from rows of `width` pixels, eight per byte, the first in the highest bit: 0 is black, 1 is white. */
export function encodePng(width: number, rows: readonly Uint8Array[]): Uint8Array {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([BIT_DEPTH, GREYSCALE], 8);
  const filtered = rows.flatMap((row) => [Uint8Array.of(NO_FILTER), row]);
  return new Uint8Array(
    Buffer.concat([
      SIGNATURE,
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(Buffer.concat(filtered))),
      chunk('IEND', new Uint8Array(0)),
    ]),
  );
}

/** Length, type, data, and a CRC-32 of type and data (section 5.3). */
function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
