import { inflateSync, constants as zlib } from 'node:zlib';

const SECTOR = 0x1000;

/** A write as the host requested it: offset, length, and whether the device must encrypt it. */
export interface FlashWrite {
  readonly offset: number;
  length: number;
  readonly encrypted: boolean;
}

interface Session {
  readonly write: FlashWrite;
  readonly size: number;
  readonly blockSize: number;
  readonly compressed: Buffer[] | undefined;
}

/**
 * The flash chip in memory. Encrypted writes keep their plain bytes and are marked in `writes`: the emulator has no
 * eFuse key to encrypt them with.
 */
export class FlashMemory {
  readonly bytes: Buffer;
  readonly writes: FlashWrite[] = [];
  private session: Session | undefined;

  constructor(
    size: number,
    private readonly corruptAt: ReadonlySet<number>,
  ) {
    this.bytes = Buffer.alloc(size, 0xff);
  }

  /** Starts a write of `size` bytes; false if it does not fit. */
  begin(size: number, blockSize: number, offset: number, encrypted: boolean, compressed: boolean): boolean {
    if (offset + size > this.bytes.length) return false;
    const write = { offset, length: 0, encrypted };
    this.session = { write, size, blockSize, compressed: compressed ? [] : undefined };
    if (size === 0) return true;
    this.writes.push(write);
    return true;
  }

  /** One block of the write; false if none was begun or a compressed stream is broken. */
  block(data: Buffer, sequence: number, encrypted = false): boolean {
    const session = this.session;
    if (session === undefined) return false;
    if (encrypted && !session.write.encrypted) {
      // esptool 4 requests encryption with the first block, not with FLASH_BEGIN.
      Object.assign(session.write, { encrypted: true });
    }
    if (session.compressed === undefined) {
      const from = sequence * session.blockSize;
      this.program(session, from, data.subarray(0, Math.max(0, session.size - from)));
      return true;
    }
    session.compressed[sequence] = data;
    try {
      const plain = inflateSync(Buffer.concat(session.compressed), { finishFlush: zlib.Z_SYNC_FLUSH });
      const from = session.write.length;
      if (plain.length > session.size) return false;
      this.program(session, from, plain.subarray(from));
      return true;
    } catch {
      return false;
    }
  }

  erase(offset: number, size: number): boolean {
    if (offset % SECTOR !== 0 || size % SECTOR !== 0 || offset + size > this.bytes.length) return false;
    this.bytes.fill(0xff, offset, offset + size);
    return true;
  }

  private program(session: Session, from: number, data: Buffer): void {
    const start = session.write.offset + from;
    const firstSector = from === 0 ? start - (start % SECTOR) : Math.ceil(start / SECTOR) * SECTOR;
    const end = Math.ceil((start + data.length) / SECTOR) * SECTOR;
    if (end > firstSector) this.bytes.fill(0xff, firstSector, Math.min(end, this.bytes.length));
    data.copy(this.bytes, start);
    for (const offset of this.corruptAt) {
      if (offset >= start && offset < start + data.length)
        this.bytes[offset] = ~(this.bytes[offset] ?? 0) & 0xff;
    }
    session.write.length = Math.max(session.write.length, from + data.length);
  }
}
