import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { start } from './server';

const USAGE = `An ESP32 or ESP32-C6 in download mode, for esptool --port socket://127.0.0.1:PORT

  node -r @swc-node/register tools/esp-emulator/cli.ts [options]

  --chip esp32|esp32c6      (esp32c6)
  --port N                  TCP port (a free one)
  --flash-size MIB          (4)
  --flash-encryption off|development|release
  --secure-boot             --secure-download
  --load FILE               flash contents at the start
  --dump FILE               writes the flash to it when stopped with Ctrl+C
  --cut-after BYTES         cut the link after this many bytes from the host
  --cut-after-written BYTES cut the link after this many bytes written to flash
  --back                    the port comes back after the cut
  --corrupt-at OFFSET       invert the byte there (may be repeated)
  --reply-delay MS          --silent
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      chip: { type: 'string', default: 'esp32c6' },
      port: { type: 'string' },
      'flash-size': { type: 'string', default: '4' },
      'flash-encryption': { type: 'string', default: 'off' },
      'secure-boot': { type: 'boolean', default: false },
      'secure-download': { type: 'boolean', default: false },
      load: { type: 'string' },
      dump: { type: 'string' },
      'cut-after': { type: 'string' },
      'cut-after-written': { type: 'string' },
      back: { type: 'boolean', default: false },
      'corrupt-at': { type: 'string', multiple: true },
      'reply-delay': { type: 'string' },
      silent: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { chip, 'flash-encryption': flashEncryption } = values;
  const encryptionKnown =
    flashEncryption === 'off' || flashEncryption === 'development' || flashEncryption === 'release';
  if (values.help || (chip !== 'esp32' && chip !== 'esp32c6') || !encryptionKnown) {
    process.stderr.write(USAGE);
    process.exit(values.help ? 0 : 1);
  }
  const emulator = await start({
    chip,
    flashSize: Number(values['flash-size']) * 1024 * 1024,
    security: {
      flashEncryption,
      secureBoot: values['secure-boot'],
      secureDownload: values['secure-download'],
    },
    faults: {
      afterCut: values.back ? 'back' : 'gone',
      silent: values.silent,
      ...(values['cut-after'] === undefined ? {} : { cutAfterBytes: Number(values['cut-after']) }),
      ...(values['cut-after-written'] === undefined
        ? {}
        : { cutAfterWritten: Number(values['cut-after-written']) }),
      ...(values['corrupt-at'] === undefined ? {} : { corruptAt: values['corrupt-at'].map(Number) }),
      ...(values['reply-delay'] === undefined ? {} : { replyDelay: Number(values['reply-delay']) }),
    },
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  if (values.load !== undefined) readFileSync(values.load).copy(emulator.flash);
  process.stdout.write(`${emulator.url}\n`);
  process.once('SIGINT', () => {
    if (values.dump !== undefined) writeFileSync(values.dump, emulator.flash);
    for (const { offset, length, encrypted } of emulator.writes) {
      process.stdout.write(`0x${offset.toString(16)} ${length} bytes${encrypted ? ', encrypted' : ''}\n`);
    }
    void emulator.stop();
  });
}

void main();
