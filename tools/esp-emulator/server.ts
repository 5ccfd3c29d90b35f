import { createServer, type Socket } from 'node:net';
import { CHIPS, type ChipName, type Security } from './chips';
import { Device } from './device';
import { FlashMemory, type FlashWrite } from './flash-memory';
import { encodeFrame, FrameReader } from './slip';

export interface Faults {
  /** Cut the link once this many bytes came from the host (over all connections). */
  readonly cutAfterBytes?: number;
  /** Cut the link once this many bytes were written to flash. */
  readonly cutAfterWritten?: number;
  /** After the cut: the port is gone (default), or back, as with a loose plug. */
  readonly afterCut?: 'gone' | 'back';
  /** Flash offsets whose byte is stored inverted by every write. */
  readonly corruptAt?: readonly number[];
  /** Milliseconds before each reply. */
  readonly replyDelay?: number;
  /** Never respond, like a chip that runs its application. */
  readonly silent?: boolean;
}

export interface EmulatorOptions {
  readonly chip: ChipName;
  /** Bytes of flash, a power of two; 4 MiB by default. */
  readonly flashSize?: number;
  readonly mac?: string;
  readonly security?: Partial<Security>;
  readonly faults?: Faults;
  /** TCP port; a free one by default. */
  readonly port?: number;
}

export interface Emulator {
  readonly port: number;
  /** For esptool's --port. */
  readonly url: string;
  readonly flash: Buffer;
  readonly writes: readonly FlashWrite[];
  /** Connections so far: each esptool run is one. */
  connections(): number;
  stop(): Promise<void>;
}

/** An ESP32 or ESP32-C6 in download mode on a TCP port of 127.0.0.1; it is reset for each connection. */
export async function start(options: EmulatorOptions): Promise<Emulator> {
  const { faults = {} } = options;
  const chip = CHIPS[options.chip];
  const security = {
    flashEncryption: 'off',
    secureBoot: false,
    secureDownload: false,
    ...options.security,
  } as const;
  const mac = (options.mac ?? '60:55:f9:f7:2c:a2').split(':').map((byte) => Number.parseInt(byte, 16));
  const flash = new FlashMemory(options.flashSize ?? 4 * 1024 * 1024, new Set(faults.corruptAt));
  const sockets = new Set<Socket>();
  let received = 0;
  let connections = 0;
  let cut = false;

  const cutLink = (socket: Socket) => {
    if (cut) return;
    cut = true;
    socket.resetAndDestroy();
    if (faults.afterCut !== 'back') server.close();
  };
  const server = createServer({ noDelay: true }, (socket) => {
    connections++;
    sockets.add(socket);
    const device = new Device(chip, security, flash, mac);
    const reader = new FrameReader();
    const send = (payload: Buffer) => socket.writable && socket.write(encodeFrame(payload));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received > (faults.cutAfterBytes ?? Number.POSITIVE_INFINITY)) cutLink(socket);
      if (socket.destroyed) return;
      if (faults.silent === true) return;
      for (const frame of reader.push(chunk)) {
        const answers = device.receive(frame);
        const written = flash.writes.reduce((sum, write) => sum + write.length, 0);
        if (written >= (faults.cutAfterWritten ?? Number.POSITIVE_INFINITY)) cutLink(socket);
        if (faults.replyDelay === undefined) answers.forEach(send);
        else setTimeout(() => answers.forEach(send), faults.replyDelay);
      }
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the emulator has no TCP port');

  return {
    port: address.port,
    url: `socket://127.0.0.1:${address.port}`,
    flash: flash.bytes,
    writes: flash.writes,
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        if (server.listening) server.close(() => resolve());
        else resolve();
      }),
  };
}
