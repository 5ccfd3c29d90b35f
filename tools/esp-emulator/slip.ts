/** SLIP framing (RFC 1055), as the serial bootloader of Espressif's chips uses it. */

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** One frame with its delimiters. */
export function encodeFrame(payload: Uint8Array): Buffer {
  const out: number[] = [END];
  for (const byte of payload) {
    if (byte === END) out.push(ESC, ESC_END);
    else if (byte === ESC) out.push(ESC, ESC_ESC);
    else out.push(byte);
  }
  out.push(END);
  return Buffer.from(out);
}

/** Collects frames from a byte stream; bytes outside a frame are dropped, as in the ROM. */
export class FrameReader {
  private frame: number[] | undefined;
  private escaped = false;

  /** The frames that `chunk` completes. */
  push(chunk: Uint8Array): Buffer[] {
    const frames: Buffer[] = [];
    for (const byte of chunk) {
      if (byte === END) {
        if (this.frame !== undefined && this.frame.length > 0) {
          frames.push(Buffer.from(this.frame));
          this.frame = undefined;
        } else {
          this.frame = [];
        }
        this.escaped = false;
      } else if (this.frame !== undefined) {
        if (this.escaped) {
          this.frame.push(byte === ESC_END ? END : ESC);
          this.escaped = false;
        } else if (byte === ESC) {
          this.escaped = true;
        } else {
          this.frame.push(byte);
        }
      }
    }
    return frames;
  }
}
