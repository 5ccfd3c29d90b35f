import { checkDevice, parseDevice } from '../../src/flash/device';
import { codesOf } from './rejects';

const C6_V4 = `esptool.py v4.8.1
Serial port /dev/ttyUSB0
Connecting....
Detecting chip type... ESP32-C6
Chip is ESP32-C6FH4 (QFN32) (revision v0.1)
Features: WiFi 6, BT 5, IEEE802.15.4
Crystal is 40MHz
MAC: 60:55:f9:ff:fe:f7:2c:a2
BASE MAC: 60:55:f9:f7:2c:a2
MAC_EXT: ff:fe
Uploading stub...
Running stub...
Stub running...
Manufacturer: c8
Device: 4016
Detected flash size: 4MB
`;
const ESP32_V4 = `esptool.py v4.8.1
Connecting....
Detecting chip type... Unsupported detection protocol, switching and trying again...
Connecting.....
Detecting chip type... ESP32
Chip is ESP32-D0WD-V3 (revision v3.0)
MAC: AA:55:f9:f7:2c:a2
Detected flash size: 512KB
`;
const S3_V5 = `esptool v5.6.0
Connecting....
Detecting chip type... \u001b[32mESP32-S3\u001b[0m
Connected to ESP32-S3 on /dev/ttyACM0:\r
Chip type:          ESP32-S3 (QFN56) (revision v0.2)\r
MAC:                60:55:f9:f7:2c:a2\r
\r
Flash Memory Information:\r
Detected flash size: 16MB\r
`;
const SECURE = `Detecting chip type... ESP32-C6
Connected to ESP32-C6 on p:
Chip type:          ESP32-C6 in Secure Download Mode
`;
const MIB = 1024 * 1024;

test.each([
  ['esptool 4, ESP32-C6', C6_V4, 'esp32c6', 1, '60:55:f9:f7:2c:a2', 4 * MIB, false],
  ['esptool 4, ESP32', ESP32_V4, 'esp32', 300, 'aa:55:f9:f7:2c:a2', 512 * 1024, false],
  ['esptool 5, colours and CRLF', S3_V5, 'esp32s3', 2, '60:55:f9:f7:2c:a2', 16 * MIB, false],
  ['secure download mode', SECURE, 'esp32c6', undefined, undefined, undefined, true],
  [
    'flash whose size esptool cannot detect',
    C6_V4.replace('4MB', 'Unknown'),
    'esp32c6',
    1,
    '60:55:f9:f7:2c:a2',
    undefined,
    false,
  ],
])('%s', (_name, output, chip, revision, mac, flashSize, secureDownload) => {
  expect(parseDevice(output)).toEqual({ chip, revision, mac, flashSize, secureDownload });
});

test('output without a chip has no device, and output cut off anywhere is parsed', () => {
  expect(parseDevice('esptool v5.6.0\nConnecting....')).toBeUndefined();
  for (let length = 0; length < C6_V4.length; length++) {
    const device = parseDevice(C6_V4.slice(0, length));
    expect(device === undefined || device.chip.startsWith('esp')).toBe(true);
  }
});

const device = {
  chip: 'esp32c6',
  revision: 1,
  mac: '60:55:f9:f7:2c:a2',
  flashSize: 4 * MIB,
  secureDownload: false,
};

test.each([
  [{}, []],
  [{ chip: 'esp32c6', flashSize: 4 * MIB, mac: '60-55-F9-F7-2C-A2' }, []],
  [{ chip: 'ESP32-C6' }, []],
  [{ flashSize: 2 * MIB }, ['flash.size-larger']],
])('%j matches, with warnings %j', (expected, codes) => {
  expect(checkDevice(device, expected, 'p').map((finding) => [finding.code, finding.severity])).toEqual(
    codes.map((code) => [code, 'warning']),
  );
});

test.each([
  [{ chip: 'esp32' }, ['flash.chip-mismatch']],
  [{ flashSize: 8 * MIB }, ['flash.size-mismatch']],
  [{ mac: '60:55:f9:f7:2c:a3' }, ['flash.mac-mismatch']],
  [
    { chip: 'esp32', flashSize: 8 * MIB, mac: 'x' },
    ['flash.chip-mismatch', 'flash.size-mismatch', 'flash.mac-mismatch'],
  ],
])('%j does not match: %j', (expected, codes) => {
  expect(codesOf(() => checkDevice(device, expected, 'p'))).toEqual(codes);
});

test('a device that does not report its MAC does not match', () => {
  const secure = { ...device, mac: undefined, flashSize: undefined, secureDownload: true };
  expect(codesOf(() => checkDevice(secure, { mac: device.mac, flashSize: 8 * MIB }, 'p'))).toEqual([
    'flash.mac-mismatch',
  ]);
});
