import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deflateSync } from 'node:zlib';
import { checksum, OP } from './commands';
import { type Emulator, type EmulatorOptions, start } from './index';
import { encodeFrame, FrameReader } from './slip';

test('SLIP: every byte survives, however the stream is cut', () => {
  const payloads = [
    Buffer.from([0xc0, 0xdb, 0xdc, 0xdd, 0]),
    Buffer.from(Array.from({ length: 256 }, (_, n) => n)),
  ];
  const stream = Buffer.concat([Buffer.from('noise'), ...payloads.map(encodeFrame)]);
  for (let step = 1; step <= stream.length; step++) {
    const reader = new FrameReader();
    const frames: Buffer[] = [];
    for (let at = 0; at < stream.length; at += step)
      frames.push(...reader.push(stream.subarray(at, at + step)));
    expect(frames).toEqual(payloads);
  }
});

describe('the emulated chip', () => {
  let emulator: Emulator;
  let socket: Socket;
  let frames: Buffer[];

  async function open(options: EmulatorOptions): Promise<void> {
    emulator = await start(options);
    socket = connect(emulator.port, '127.0.0.1');
    frames = [];
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => void frames.push(...reader.push(chunk)));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
  }
  afterEach(async () => {
    socket.destroy();
    await emulator.stop();
  });

  /** Sends a command and returns the data of its response, status at the end. */
  async function ask(op: number, data: Buffer, sum = 0): Promise<{ value: number; data: Buffer }> {
    const head = Buffer.alloc(8);
    head[1] = op;
    head.writeUInt16LE(data.length, 2);
    head.writeUInt32LE(sum, 4);
    socket.write(encodeFrame(Buffer.concat([head, data])));
    return next();
  }
  async function next(): Promise<{ value: number; data: Buffer }> {
    while (frames.length === 0) await once(socket, 'data');
    const frame = frames.shift() ?? Buffer.alloc(0);
    return {
      value: frame.length >= 8 ? frame.readUInt32LE(4) : 0,
      data: frame.length >= 8 ? frame.subarray(8) : frame,
    };
  }
  const words = (...values: number[]) =>
    Buffer.concat(values.map((value) => Buffer.from(Uint32Array.of(value).buffer)));
  const block = (data: Buffer, sequence: number) => Buffer.concat([words(data.length, sequence, 0, 0), data]);

  test('responds to a sync eight times, as the ROM does', async () => {
    await open({ chip: 'esp32' });
    await ask(OP.SYNC, Buffer.from([7, 7, 0x12, 0x20, ...Buffer.alloc(32, 0x55)]));
    for (let count = 1; count < 8; count++) await next();
    expect(frames).toEqual([]);
    expect((await ask(OP.READ_REG, words(0x40001000))).value).toBe(0x00f01d83);
  });

  test('the ESP32 does not have GET_SECURITY_INFO, the ESP32-C6 returns its chip id in it', async () => {
    await open({ chip: 'esp32' });
    expect([...(await ask(OP.GET_SECURITY_INFO, Buffer.alloc(0))).data]).toEqual([1, 5, 0, 0]);
    socket.destroy();
    await emulator.stop();
    await open({ chip: 'esp32c6' });
    expect((await ask(OP.GET_SECURITY_INFO, Buffer.alloc(0))).data.readUInt32LE(12)).toBe(13);
  });

  test('compressed blocks are written to flash, after erasing their sectors and no others', async () => {
    await open({ chip: 'esp32c6' });
    emulator.flash.fill(0);
    const data = Buffer.alloc(5000, 'esp');
    const packed = deflateSync(data);
    const half = packed.length >> 1;
    await ask(OP.FLASH_DEFL_BEGIN, words(data.length, 2, half, 0x9000, 0));
    for (const [sequence, piece] of [packed.subarray(0, half), packed.subarray(half)].entries()) {
      expect((await ask(OP.FLASH_DEFL_DATA, block(piece, sequence), checksum(piece))).data[0]).toBe(0);
    }
    expect(emulator.flash.subarray(0x9000, 0x9000 + 5000).equals(data)).toBe(true);
    expect([...new Set(emulator.flash.subarray(0x9000 + 5000, 0xb000))]).toEqual([0xff]);
    expect([emulator.flash[0x8fff], emulator.flash[0xb000]]).toEqual([0, 0]);
    expect(emulator.writes).toEqual([{ offset: 0x9000, length: 5000, encrypted: false }]);
    const digest = await ask(OP.SPI_FLASH_MD5, words(0x9000, 5000, 0, 0));
    expect(digest.data.subarray(0, 32).toString()).toBe(createHash('md5').update(data).digest('hex'));
  });

  test.each<[string, begin: number, op: number, change: (request: Buffer) => Buffer, sum: number]>([
    ['a wrong checksum', OP.FLASH_BEGIN, OP.FLASH_DATA, (request) => request, 0],
    ['a wrong length', OP.FLASH_BEGIN, OP.FLASH_DATA, (request) => request.subarray(0, 20), 0xef],
    ['a broken stream', OP.FLASH_DEFL_BEGIN, OP.FLASH_DEFL_DATA, (request) => request, 0xef],
  ])('%s is rejected', async (_name, begin, op, change, sum) => {
    await open({ chip: 'esp32c6' });
    await ask(begin, words(16, 1, 16, 0x9000, 0));
    expect((await ask(op, change(block(Buffer.alloc(16, 1), 0)), sum)).data[0]).toBe(1);
    expect(emulator.flash[0x9000]).toBe(0xff);
  });

  test('a write past the end of flash is rejected', async () => {
    await open({ chip: 'esp32c6', flashSize: 1024 * 1024 });
    expect((await ask(OP.FLASH_BEGIN, words(0x2000, 1, 0x2000, 0xff000, 0))).data[0]).toBe(1);
  });

  test('faults: a corrupted byte, and a cut link', async () => {
    await open({ chip: 'esp32c6', faults: { corruptAt: [0x9001], cutAfterWritten: 4 } });
    await ask(OP.FLASH_BEGIN, words(4, 1, 4, 0x9000, 1));
    const data = Buffer.from([1, 2, 3, 4]);
    socket.write(
      encodeFrame(
        Buffer.concat([Buffer.from([0, OP.FLASH_DATA, 20, 0]), words(checksum(data)), block(data, 0)]),
      ),
    );
    await new Promise((closed) => socket.once('close', closed));
    expect([...emulator.flash.subarray(0x9000, 0x9004)]).toEqual([1, 0xfd, 3, 4]);
    expect(emulator.writes).toEqual([{ offset: 0x9000, length: 4, encrypted: true }]);
    const again = connect(emulator.port, '127.0.0.1');
    const [error] = (await once(again, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});
