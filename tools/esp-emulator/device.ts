import { createHash } from 'node:crypto';
import type { Chip, Security } from './chips';
import { checksum, decodeRequest, encodeResponse, OP, type Request, STATUS } from './commands';
import type { FlashMemory } from './flash-memory';
import { runSpiCommand } from './spi-flash';

interface Answer {
  readonly value?: number;
  readonly data?: Uint8Array;
  readonly status?: number;
}

interface Reading {
  readonly chunks: readonly Buffer[];
  readonly whole: Buffer;
  readonly window: number;
  sent: number;
  acknowledged: number;
}

const DATA_COMMANDS: readonly number[] = [
  OP.MEM_DATA,
  OP.FLASH_DATA,
  OP.FLASH_DEFL_DATA,
  OP.FLASH_ENCRYPT_DATA,
];

/** The commands that the ROM still accepts in secure download mode. */
const SECURE_DOWNLOAD: readonly number[] = [
  OP.SYNC,
  OP.FLASH_BEGIN,
  OP.FLASH_DATA,
  OP.FLASH_END,
  OP.FLASH_DEFL_BEGIN,
  OP.FLASH_DEFL_DATA,
  OP.FLASH_DEFL_END,
  OP.SPI_SET_PARAMS,
  OP.SPI_ATTACH,
  OP.CHANGE_BAUDRATE,
  OP.GET_SECURITY_INFO,
];

/** A chip in download mode: ROM loader after reset, the stub after one was uploaded and started. */
export class Device {
  private readonly registers: Map<number, number>;
  private stub = false;
  private reading: Reading | undefined;
  private streamEncrypted = false;

  constructor(
    private readonly chip: Chip,
    private readonly security: Security,
    private readonly flash: FlashMemory,
    mac: readonly number[],
  ) {
    this.registers = chip.registers(mac, security);
  }

  /** Payloads of the frames that the device sends in response to one frame. */
  receive(frame: Buffer): Buffer[] {
    if (this.reading !== undefined && frame.length === 4) return this.continueReading(frame.readUInt32LE(0));
    const request = decodeRequest(frame);
    if (request === undefined) return [];
    if (request.op === OP.SYNC) {
      const value = this.stub ? 0 : 0x20120707;
      return Array.from({ length: 8 }, () => encodeResponse(OP.SYNC, { value, stub: this.stub }));
    }
    if (!this.knows(request.op)) return this.reject(request.op);
    const answer = this.run(request);
    const response = encodeResponse(request.op, { ...answer, stub: this.stub });
    if (request.op === OP.MEM_END && answer.status === undefined && request.data.readUInt32LE(0) === 0) {
      this.stub = true;
      return [response, Buffer.from('OHAI')];
    }
    return request.op === OP.READ_FLASH ? [response, ...this.pump()] : [response];
  }

  private knows(op: number): boolean {
    if (this.security.secureDownload) return SECURE_DOWNLOAD.includes(op);
    if (op === OP.GET_SECURITY_INFO) return this.chip.securityInfoId !== undefined;
    if (op === OP.READ_FLASH_SLOW) return !this.stub;
    if (op >= OP.ERASE_FLASH) return this.stub && (Object.values(OP) as number[]).includes(op);
    return (Object.values(OP) as number[]).includes(op);
  }

  /** The ROM rejects an unknown command with a different opcode, the stub with the same one. */
  private reject(op: number): Buffer[] {
    return [
      this.stub
        ? encodeResponse(op, { status: STATUS.unknown, stub: true })
        : encodeResponse(0, { status: STATUS.invalid, stub: false }),
    ];
  }

  private run({ op, data, checksum: expected }: Request): Answer {
    const word = (index: number) => (data.length >= index * 4 + 4 ? data.readUInt32LE(index * 4) : 0);
    const check = (done: boolean): Answer => (done ? {} : { status: STATUS.failed });
    if (DATA_COMMANDS.includes(op)) {
      const payload = data.subarray(16);
      if (payload.length !== word(0)) return { status: STATUS.invalid };
      if (checksum(payload) !== expected) return { status: STATUS.checksum };
      if (op === OP.MEM_DATA) return {};
      const encrypted = op === OP.FLASH_ENCRYPT_DATA || this.streamEncrypted;
      return check(!this.rejectsEncryption(encrypted) && this.flash.block(payload, word(1), encrypted));
    }
    switch (op) {
      case OP.FLASH_BEGIN:
      case OP.FLASH_DEFL_BEGIN: {
        const encrypted = word(4) === 1;
        this.streamEncrypted = encrypted;
        return check(this.flash.begin(word(0), word(2), word(3), encrypted, op === OP.FLASH_DEFL_BEGIN));
      }
      case OP.READ_REG:
        return { value: this.registers.get(word(0)) ?? 0 };
      case OP.WRITE_REG:
        for (let at = 0; at + 4 <= data.length / 4; at += 4)
          this.writeRegister(word(at), word(at + 1), word(at + 2));
        return {};
      case OP.SPI_FLASH_MD5: {
        const digest = createHash('md5')
          .update(this.flash.bytes.subarray(word(0), word(0) + word(1)))
          .digest();
        return { data: this.stub ? digest : Buffer.from(digest.toString('hex')) };
      }
      case OP.GET_SECURITY_INFO:
        return { data: this.securityInfo() };
      case OP.READ_FLASH_SLOW: {
        const block = Buffer.alloc(64);
        this.flash.bytes.copy(block, 0, word(0), word(0) + word(1));
        return { data: block };
      }
      case OP.READ_FLASH: {
        if (word(0) + word(1) > this.flash.bytes.length) return { status: STATUS.failed };
        const whole = Buffer.from(this.flash.bytes.subarray(word(0), word(0) + word(1)));
        const chunks: Buffer[] = [];
        for (let at = 0; at < whole.length; at += word(2)) chunks.push(whole.subarray(at, at + word(2)));
        this.reading = { whole, chunks, window: word(3), sent: 0, acknowledged: 0 };
        return {};
      }
      case OP.ERASE_FLASH:
        return check(this.flash.erase(0, this.flash.bytes.length));
      case OP.ERASE_REGION:
        return check(this.flash.erase(word(0), word(1)));
      default:
        return {};
    }
  }

  private rejectsEncryption(encrypted: boolean): boolean {
    return encrypted && this.security.flashEncryption === 'release';
  }

  private writeRegister(address: number, value: number, mask: number): void {
    const old = this.registers.get(address) ?? 0;
    this.registers.set(address, ((old & ~mask) | (value & mask)) >>> 0);
    if (address === this.chip.spi.command) runSpiCommand(this.registers, this.chip.spi, this.flash.bytes);
  }

  private securityInfo(): Buffer {
    const { flashEncryption, secureBoot, secureDownload } = this.security;
    const info = Buffer.alloc(20);
    info.writeUInt32LE((secureBoot ? 1 : 0) | (secureDownload ? 1 << 2 : 0), 0);
    info[4] = { off: 0, development: 1, release: 7 }[flashEncryption];
    info[5] = flashEncryption === 'off' ? 0 : 4;
    info.writeUInt32LE(this.chip.securityInfoId ?? 0, 12);
    return info;
  }

  private continueReading(acknowledged: number): Buffer[] {
    if (this.reading !== undefined) this.reading.acknowledged = acknowledged;
    return this.pump();
  }

  private pump(): Buffer[] {
    const { reading } = this;
    if (reading === undefined) return [];
    const frames: Buffer[] = [];
    const chunkLength = reading.chunks[0]?.length ?? 1;
    while (
      reading.sent < reading.chunks.length &&
      reading.sent - Math.ceil(reading.acknowledged / chunkLength) < reading.window
    ) {
      frames.push(reading.chunks[reading.sent++] ?? Buffer.alloc(0));
    }
    if (reading.acknowledged >= reading.whole.length) {
      frames.push(createHash('md5').update(reading.whole).digest());
      this.reading = undefined;
    }
    return frames;
  }
}
