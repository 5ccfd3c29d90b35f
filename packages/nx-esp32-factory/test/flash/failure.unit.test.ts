import { interpretFailure, needsForce } from '../../src/flash/failure';
import type { FlashPart } from '../../src/flash/part';

const parts: FlashPart[] = [
  { label: 'fctry', address: 0x9000, file: 'a', length: 1, encryption: 'none' },
  { label: 'nvs_keys', address: 0x20000, file: 'b', length: 1, encryption: 'device' },
];
const port = '/dev/ttyUSB0';
const fatal = (text: string) => `esptool.py v4.8.1\nSerial port p\n\nA fatal error occurred: ${text}\n`;
const fatal5 = (text: string) => `esptool v5.6.0\n\nERROR: A fatal error occurred: ${text}\n`;
const serial = (text: string) =>
  `Running stub...\nA serial exception error occurred: ${text}\nNote: This error originates`;
const open = (detail: string) =>
  fatal(`Could not open p, the port is busy or doesn't exist.\n(${detail})\n\nHint: Check\n`);
const wrote =
  'Wrote 20480 bytes (20496 compressed) at 0x00009000 in 0.0 seconds...\nHash of data verified.\n';

test.each<[string, string, object]>([
  [
    'flash.chip-mismatch',
    fatal('This chip is ESP32-C6 not ESP32. Wrong --chip argument?'),
    { found: 'esp32c6', expected: 'esp32' },
  ],
  [
    'flash.chip-mismatch',
    fatal5('This chip is ESP32, not ESP32-C6. Wrong chip argument?'),
    { found: 'esp32', expected: 'esp32c6' },
  ],
  [
    'flash.port-not-found',
    open("[Errno 2] could not open port p: [Errno 2] No such file or directory: 'p'"),
    {},
  ],
  [
    'flash.port-not-found',
    open('Could not open port socket://127.0.0.1:1: [Errno 111] Connection refused'),
    {},
  ],
  [
    'flash.port-not-found',
    open("could not open port 'COM9': FileNotFoundError(2, 'Das System kann ...', None, 2)"),
    {},
  ],
  [
    'flash.port-not-found',
    fatal('Could not connect to an Espressif device on any of the 3 available serial ports.'),
    {},
  ],
  [
    'flash.port-denied',
    open("[Errno 13] could not open port p: [Errno 13] Permission denied: 'p'"),
    { port },
  ],
  [
    'flash.port-busy',
    open('[Errno 11] Could not exclusively lock port p: [Errno 11] Resource temporarily unavailable'),
    {},
  ],
  ['flash.port-busy', open("[Errno 16] could not open port p: [Errno 16] Device or resource busy: 'p'"), {}],
  [
    'flash.port-busy',
    open("could not open port 'COM3': PermissionError(13, 'Access is denied.', None, 5)"),
    {},
  ],
  ['flash.port-unusable', open("Could not configure port: (25, 'Inappropriate ioctl for device')"), {}],
  [
    'flash.connect-failed',
    fatal('Failed to connect to ESP32-C6: No serial data received.'),
    { reason: 'No serial data received.' },
  ],
  [
    'flash.connect-failed',
    fatal5('Failed to connect to ESP32: Wrong boot mode detected (0x13)! The chip'),
    {},
  ],
  [
    'flash.connection-lost',
    `Lost connection, retrying...\n${serial('read failed: [Errno 104]')}`,
    { written: [] },
  ],
  [
    'flash.connection-lost',
    `${wrote}Writing at 0x00020000\n${serial('device disconnected')}`,
    { written: ['fctry'] },
  ],
  [
    'flash.connection-lost',
    `Stub flasher running.\nWriting at 0x1\n${fatal5('Serial data stream stopped: Possible serial noise')}`,
    {},
  ],
  [
    'flash.connection-lost',
    'Writing at 0x1\nTraceback\nA fatal error occurred: The chip stopped responding.',
    {},
  ],
  [
    'flash.verify-failed',
    `${wrote}Wrote 9 bytes at 0x00020000 in\n${fatal('MD5 of file does not match data in flash!')}`,
    { written: ['fctry', 'nvs_keys'] },
  ],
  [
    'flash.verify-failed',
    `Wrote 20480 bytes at 0x00009000 in 0 s\nFlash MD5: 3\n${fatal5('Write failed, the written flash region is empty.')}`,
    { written: [] },
  ],
  [
    'flash.device-release-mode',
    fatal('This chip has encrypt functionality in UART download mode disabled. This'),
    { labels: ['nvs_keys'] },
  ],
  [
    'flash.device-not-encrypting',
    `Flash encryption key is not programmed\n${fatal("Can't perform encrypted flash write, consult")}`,
    { labels: ['nvs_keys'] },
  ],
  [
    'flash.device-protected',
    fatal('Secure Boot detected, writing to flash regions < 0x8000 is disabled to protect'),
    { address: 0x9000 },
  ],
  [
    'flash.device-protected',
    fatal5('Secure Boot V1 detected, writing to flash regions < 0x8000 is disabled'),
    {},
  ],
  [
    'flash.esptool-failed',
    fatal('File a (length 9) at offset 0 will not fit in 4 bytes of flash.'),
    { status: 2 },
  ],
  [
    'flash.esptool-failed',
    'usage: esptool write_flash\nesptool write_flash: error: unrecognized arguments: --nope\n',
    { reason: 'esptool write_flash: error: unrecognized arguments: --nope' },
  ],
  ['flash.esptool-failed', '', { reason: 'no output' }],
])('%s: %s', (code, output, params) => {
  const error = interpretFailure(output, 2, { port, parts });
  expect(error.code).toBe(code);
  expect(error.params).toMatchObject(params);
});

test.each([
  [
    true,
    fatal(
      'WARNING: Detected flash encryption enabled and download manual encrypt disabled.\nFlashing plaintext binary may brick your device! Use --force',
    ),
  ],
  [
    true,
    fatal5(
      'Detected flash encryption enabled and download manual encrypt disabled.\nData must be encrypted appropriately before flashing.\nFlashing plaintext data may brick',
    ),
  ],
  [
    true,
    fatal5(
      'Detected flash encryption and secure download mode enabled.\nFlashing plaintext binary may brick',
    ),
  ],
  [
    false,
    fatal('Secure Boot detected, writing to flash regions < 0x8000 is disabled. Use --force to override'),
  ],
  [false, fatal('a.bin is not an ESP32-C6 image. Use --force to flash anyway.')],
  [false, ''],
])('needs --force: %s', (expected, output) => {
  expect(needsForce(output)).toBe(expected);
});
