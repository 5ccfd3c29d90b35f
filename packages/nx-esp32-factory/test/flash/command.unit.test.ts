import {
  buildReadCommand,
  buildWriteCommand,
  displayCommand,
  type WriteCommandOptions,
} from '../../src/flash/command';
import type { FlashPart } from '../../src/flash/part';
import { codesOf } from './rejects';

const v4 = { command: ['esptool.py'], version: '4.8.1', major: 4 } as const;
const v5 = { command: ['/opt/py', '-m', 'esptool'], version: '5.6.0', major: 5 } as const;
const nvs: FlashPart = {
  label: 'fctry',
  address: 0x10000,
  file: 'out/partition.bin',
  length: 0x6000,
  encryption: 'none',
};
const keys: FlashPart = {
  label: 'nvs_keys',
  address: 0x9000,
  file: 'out/keys.bin',
  length: 0x1000,
  encryption: 'device',
};
const cert: FlashPart = {
  label: 'esp_secure_cert',
  address: 0xd000,
  file: '-c.bin',
  length: 0x2000,
  encryption: 'device',
};
const host: FlashPart = { ...keys, encryption: 'host' };

describe('the write command', () => {
  test.each<[string, WriteCommandOptions, string]>([
    [
      'esptool 4',
      { esptool: v4, port: '/dev/ttyUSB0', parts: [nvs] },
      'esptool.py --port /dev/ttyUSB0 write_flash --flash_size keep 0x10000 out/partition.bin',
    ],
    [
      'esptool 5, all options',
      {
        esptool: v5,
        port: 'COM3',
        baud: 460800,
        chip: 'ESP32-C6',
        before: 'usb_reset',
        after: 'watchdog-reset',
        noStub: true,
        connectAttempts: 3,
        force: true,
        parts: [nvs],
      },
      '/opt/py -m esptool --chip esp32c6 --port COM3 --baud 460800 --before usb-reset --after watchdog-reset --no-stub --connect-attempts 3 write-flash --flash-size keep --force 0x10000 out/partition.bin',
    ],
    [
      'esptool 4, options with underscores',
      {
        esptool: v4,
        port: 'p',
        chip: 'esp32',
        before: 'default-reset',
        after: 'no-reset-stub',
        parts: [nvs],
      },
      'esptool.py --chip esp32 --port p --before default_reset --after no_reset_stub write_flash --flash_size keep 0x10000 out/partition.bin',
    ],
    [
      'encrypted parts last, in the order of their addresses, a file that looks like an option',
      { esptool: v5, port: 'p', parts: [nvs, cert, keys] },
      '/opt/py -m esptool --port p write-flash --flash-size keep 0x10000 out/partition.bin --encrypt-files 0x9000 out/keys.bin 0xd000 ./-c.bin',
    ],
    [
      'host-encrypted parts are written as they are',
      { esptool: v5, port: 'p', parts: [nvs, host] },
      '/opt/py -m esptool --port p write-flash --flash-size keep 0x9000 out/keys.bin 0x10000 out/partition.bin',
    ],
  ])('%s', (_name, options, expected) => {
    expect(buildWriteCommand(options).join(' ')).toBe(expected);
  });

  test('never encrypts everything', () => {
    for (const esptool of [v4, v5]) {
      expect(buildWriteCommand({ esptool, port: 'p', parts: [nvs, keys, host] })).not.toContain('--encrypt');
    }
  });

  test.each<[string, Partial<WriteCommandOptions>]>([
    ['flash.nothing-to-write', { parts: [] }],
    ['flash.no-plain-part', { parts: [keys, cert] }],
    ['flash.option-invalid', { chip: 'esp8266' }],
    ['flash.option-invalid', { chip: '' }],
    ['flash.option-invalid', { baud: 0 }],
    ['flash.option-invalid', { baud: 115200.5 }],
    ['flash.option-invalid', { baud: Number.NaN }],
    ['flash.option-invalid', { before: 'hard-reset' }],
    ['flash.option-invalid', { after: 'run' }],
    ['flash.option-invalid', { after: 'watchdog-reset' }],
  ])('%s: %j', (code, options) => {
    expect(codesOf(() => buildWriteCommand({ esptool: v4, port: 'p', parts: [nvs], ...options }))).toEqual([
      code,
    ]);
  });
});

test.each([
  [v4, 'esptool.py --port p read_flash 0x9000 0x1000 f'],
  [v5, '/opt/py -m esptool --port p read-flash 0x9000 0x1000 f'],
])('the read command of esptool %j', (esptool, expected) => {
  expect(buildReadCommand({ esptool, port: 'p', offset: 0x9000, length: 0x1000, file: 'f' }).join(' ')).toBe(
    expected,
  );
});

test.each([
  [['a', '--b=c', '0x10', '/dev/ttyUSB0', 'socket://h:1'], 'a --b=c 0x10 /dev/ttyUSB0 socket://h:1'],
  [['my app', "it's", '$HOME', '', 'a;b'], `'my app' 'it'\\''s' '$HOME' '' 'a;b'`],
])('shown for a shell: %j', (command, expected) => {
  expect(displayCommand(command)).toBe(expected);
});
