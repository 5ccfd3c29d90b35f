/**
 * Commands of the serial protocol (Espressif, "Serial Protocol", esptool documentation).
 * Request: 0x00, opcode, length u16, checksum u32, data. Response: 0x01, opcode, length u16, value u32, data, status.
 */
export const OP = {
  FLASH_BEGIN: 0x02,
  FLASH_DATA: 0x03,
  FLASH_END: 0x04,
  MEM_BEGIN: 0x05,
  MEM_END: 0x06,
  MEM_DATA: 0x07,
  SYNC: 0x08,
  WRITE_REG: 0x09,
  READ_REG: 0x0a,
  SPI_SET_PARAMS: 0x0b,
  SPI_ATTACH: 0x0d,
  READ_FLASH_SLOW: 0x0e,
  CHANGE_BAUDRATE: 0x0f,
  FLASH_DEFL_BEGIN: 0x10,
  FLASH_DEFL_DATA: 0x11,
  FLASH_DEFL_END: 0x12,
  SPI_FLASH_MD5: 0x13,
  GET_SECURITY_INFO: 0x14,
  ERASE_FLASH: 0xd0,
  ERASE_REGION: 0xd1,
  READ_FLASH: 0xd2,
  RUN_USER_CODE: 0xd3,
  FLASH_ENCRYPT_DATA: 0xd4,
} as const;

export const STATUS = { ok: 0x00, invalid: 0x05, failed: 0x06, checksum: 0x07, unknown: 0xff } as const;

export interface Request {
  readonly op: number;
  readonly checksum: number;
  readonly data: Buffer;
}

/** The request in a frame; undefined for anything else. */
export function decodeRequest(frame: Buffer): Request | undefined {
  if (frame.length < 8 || frame[0] !== 0) return undefined;
  const data = frame.subarray(8);
  if (data.length !== frame.readUInt16LE(2)) return undefined;
  return { op: frame.readUInt8(1), checksum: frame.readUInt32LE(4), data };
}

/** A response frame's payload; the ROM sends four status bytes, the stub two. */
export function encodeResponse(
  op: number,
  answer: { value?: number; data?: Uint8Array; status?: number; stub: boolean },
): Buffer {
  const status = Buffer.alloc(answer.stub ? 2 : 4);
  if (answer.status !== undefined && answer.status !== STATUS.ok) {
    status[0] = 1;
    status[1] = answer.status;
  }
  const head = Buffer.alloc(8);
  head[0] = 1;
  head[1] = op;
  head.writeUInt16LE((answer.data?.length ?? 0) + status.length, 2);
  head.writeUInt32LE((answer.value ?? 0) >>> 0, 4);
  return Buffer.concat([head, answer.data ?? Buffer.alloc(0), status]);
}

/** XOR of all bytes, seeded with 0xEF. */
export function checksum(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum ^ byte, 0xef);
}
