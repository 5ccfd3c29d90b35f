import { errorTable, hex, oneOf, row } from 'nvs-core/errors';

const TROUBLE = 'https://docs.espressif.com/projects/esptool/en/latest/troubleshooting.html';

/** The highest revision in the header of an image that runs on all. */
const ANY_REVISION = 65535;

function revision(number: number): string {
  return `v${Math.floor(number / 100)}.${number % 100}`;
}

export const flashErrors = errorTable({
  'flash.esptool-missing': row<{ tried: readonly string[] }>(
    (p) => `esptool was not found; tried ${p.tried.join(', ')}`,
    () =>
      'install it with "python3 -m pip install esptool" (or "pipx install esptool"), run the export script of ESP-IDF, or give its path with the option esptool',
  ),
  'flash.esptool-unusable': row<{ command: string; reason: string }>(
    (p) => `${p.command} does not run as esptool: ${p.reason}`,
    (p) => `run "${p.command} version" by hand: it must print the version of esptool 4 or newer`,
  ),
  'flash.esptool-too-old': row<{ command: string; version: string }>(
    (p) => `${p.command} is esptool ${p.version}; version 4 or newer is needed`,
    () => 'upgrade it with "python3 -m pip install --upgrade esptool"',
  ),
  'flash.option-invalid': row<{ option: string; value: string | number; allowed: readonly string[] }>(
    (p) => `${p.option} is "${p.value}"; it must be ${oneOf(p.allowed)}`,
    (p) => `write one of these values for ${p.option}, or leave it out`,
  ),
  'flash.port-unset': row<{ found: readonly string[] }>(
    (p) =>
      `no serial port is given, and ${p.found.length === 0 ? 'none was found' : `there are ${p.found.length}: ${p.found.join(', ')}`}`,
    (p) => `connect the board, then add --port ${p.found[0] ?? '/dev/ttyUSB0'} or set ESPPORT`,
  ),
  'flash.port-not-found': row<{ port: string }>(
    (p) => `the port ${p.port} does not exist, or nothing answers there`,
    () =>
      'check the cable (some only carry power) and the name: ls /dev/ttyUSB* /dev/ttyACM* /dev/cu.*, or the Device Manager on Windows',
  ),
  'flash.port-denied': row<{ port: string }>(
    (p) => `this user has no permission to open the port ${p.port}`,
    (p) =>
      `on Linux: sudo usermod -aG "$(stat -c %G ${p.port})" "$USER", then log in again; on Windows: close the program that uses it`,
  ),
  'flash.port-busy': row<{ port: string }>(
    (p) => `another program has the port ${p.port} open`,
    () => 'close the serial monitor (idf.py monitor, screen, minicom) and run this again',
  ),
  'flash.port-unusable': row<{ port: string; reason: string }>(
    (p) => `the port ${p.port} can't be opened: ${p.reason}`,
    () =>
      'give a serial port such as /dev/ttyUSB0 or COM3, or a URL that pySerial supports (socket://, rfc2217://)',
  ),
  'flash.port-locked': row<{ port: string; pid: number; holder: string; since: string }>(
    (p) => `the port ${p.port} is in use by ${p.holder} (process ${p.pid}) since ${p.since}`,
    (p) =>
      `wait for it to end, or stop process ${p.pid}; the lock of a process that no longer runs is ignored`,
  ),
  'flash.lock-unusable': row<{ file: string; reason: string }>(
    (p) => `the lock file of the port, ${p.file}, can't be used: ${p.reason}`,
    (p) =>
      `delete ${p.file} if it exists (as its owner, or with sudo); otherwise make its folder writable for this user, or free some space`,
  ),
  'flash.connect-failed': row<{ port: string; reason: string }>(
    (p) => `no chip in download mode answers at ${p.port}: ${p.reason}`,
    () =>
      `hold BOOT, press RESET, release BOOT, then run this again (see ${TROUBLE}); if that does not help, try a lower baud rate`,
  ),
  'flash.connection-lost': row<{ port: string; written: readonly string[]; reason: string }>(
    (p) =>
      `the connection to ${p.port} was lost (${p.reason}); ${p.written.length === 0 ? 'nothing was written completely' : `written and verified before: ${p.written.join(', ')}`}`,
    () => 'the device may have half an image: check cable and power, try --baud 115200, and flash again',
  ),
  'flash.chip-mismatch': row<{ expected: string; found: string; port: string }>(
    (p) => `the chip at ${p.port} is ${p.found}; the configuration is for ${p.expected}. Nothing was written`,
    (p) => `connect the ${p.expected} board, or choose the configuration of the app for ${p.found}`,
  ),
  'flash.size-mismatch': row<{ expected: number; found: number; port: string }>(
    (p) =>
      `the flash at ${p.port} has ${hex(p.found)} bytes; the configuration requires ${hex(p.expected)}. Nothing was written`,
    () =>
      'set CONFIG_ESPTOOLPY_FLASHSIZE of the app to the size of this board, and a partition table that fits it',
  ),
  'flash.size-larger': row<{ expected: number; found: number; port: string }>(
    (p) => `the flash at ${p.port} has ${hex(p.found)} bytes; the firmware uses ${hex(p.expected)} of them`,
    () => 'nothing to do, unless you meant another board',
  ),
  'flash.revision-mismatch': row<{ label: string; min: number; max: number; found: number }>(
    (p) =>
      `"${p.label}" is for chip revisions from ${revision(p.min)}${p.max >= ANY_REVISION ? '' : ` to ${revision(p.max)}`}; this chip is ${revision(p.found)}. Nothing was written`,
    () =>
      'connect a board with such a chip, or change the minimum chip revision of the app (CONFIG_..._REV_MIN) and build it again',
  ),
  'flash.mac-mismatch': row<{ expected: string; found: string; port: string }>(
    (p) => `the device at ${p.port} has MAC ${p.found}; ${p.expected} was requested. Nothing was written`,
    () => 'connect the right device: an image with its own credentials belongs to one device',
  ),
  'flash.device-unreadable': row<{ what: string }>(
    (p) => `esptool's output does not contain the ${p.what} of the device`,
    () => 'run "esptool flash-id" by hand; if it prints it, then in a format that we cannot read: report it',
  ),
  'flash.device-not-encrypting': row<{ labels: readonly string[] }>(
    (p) =>
      `flash encryption is not set up on this device, so ${p.labels.join(', ')} can't be written encrypted. Nothing was written`,
    () =>
      'boot the firmware once so that it burns its key, then flash again; or build firmware without flash encryption and an image for it',
  ),
  'flash.device-encrypting': row<{ labels: readonly string[] }>(
    (p) =>
      `flash encryption is on in this device, but ${p.labels.join(', ')} would be written for firmware without it. Nothing was written`,
    () =>
      'set CONFIG_SECURE_FLASH_ENC_ENABLED=y as in the firmware of this device, or connect a device without flash encryption',
  ),
  'flash.device-release-mode': row<{ labels: readonly string[] }>(
    (p) =>
      `this device is in release mode and no longer encrypts what esptool writes, but ${p.labels.join(', ')} must be encrypted. Nothing was written`,
    () =>
      'encrypt factory data on the host with the key of the device ("flashEncryption": {"mode": "host"}); update the firmware over the air, and flash without it',
  ),
  'flash.device-protected': row<{ label: string; address: number; reason: string }>(
    (p) =>
      `${p.label} at ${hex(p.address)} is below 0x8000, which secure boot protects: ${p.reason}. Nothing was written`,
    () =>
      'if it is the bootloader, flash without the firmware: secure boot lets nobody replace it by cable; otherwise check the partition table: factory data is never there',
  ),
  'flash.verify-failed': row<{ port: string; written: readonly string[] }>(
    (p) =>
      `the flash at ${p.port} does not contain what was written${p.written.length === 0 ? '' : ` (verified before: ${p.written.join(', ')})`}`,
    () =>
      'flash again with a lower --baud; if it fails at the same address, the flash chip or the power supply of the board is bad',
  ),
  'flash.contents-differ': row<{ label: string; address: number; bytes: number }>(
    (p) => `${p.label}: flash differs from the image in ${p.bytes} bytes, the first at ${hex(p.address)}`,
    () => 'flash the image again; if the firmware ran in between, it may have written to this partition',
  ),
  'flash.read-incomplete': row<{ expected: number; got: number; address: number }>(
    (p) => `${hex(p.expected)} bytes from ${hex(p.address)} were requested, but esptool read ${hex(p.got)}`,
    () => 'read again with a lower --baud',
  ),
  'flash.esptool-failed': row<{ status: number | string; reason: string }>(
    (p) => `esptool ended with status ${p.status}: ${p.reason}`,
    () => `see the lines above, and ${TROUBLE}`,
  ),
  'flash.cancelled': row(
    () => 'flashing was cancelled',
    () => 'flash again: the device may have half an image',
  ),
  'flash.nothing-to-write': row(
    () => 'there is nothing to write',
    () => 'make an image first: nx run <app>:factory-image, or esp32-factory image',
  ),
  'flash.no-plain-part': row<{ labels: readonly string[] }>(
    (p) =>
      `only encrypted images (${p.labels.join(', ')}) would be written; esptool requires a plain one in the same call`,
    () => 'write them together with the NVS image of the app, which is never flash-encrypted',
  ),
  'flash.partition-missing': row<{ label: string; labels: readonly string[] }>(
    (p) =>
      `the partition table has no "${p.label}"; it has ${p.labels.length === 0 ? 'no partitions' : p.labels.map((label) => `"${label}"`).join(', ')}`,
    () => 'add the partition to partitions.csv, or give the label that the firmware reads',
  ),
  'flash.written-twice': row<{ label: string; files: readonly string[] }>(
    (p) => `two files would be written to "${p.label}": ${p.files.join(' and ')}`,
    () =>
      'factory data replace what the build flashes there: take that image out of the build (FLASH_IN_PROJECT in its CMakeLists.txt)',
  ),
  'flash.image-too-large': row<{ label: string; length: number; size: number }>(
    (p) => `the image for "${p.label}" has ${hex(p.length)} bytes; the partition has ${hex(p.size)}`,
    () => 'enlarge the partition in partitions.csv and build again, or make the image from the current table',
  ),
  'flash.image-empty': row<{ label: string }>(
    (p) => `the image for "${p.label}" is empty`,
    () => 'make the image again',
  ),
  'flash.image-unreadable': row<{ label: string; reason: string }>(
    (p) => `the image for "${p.label}" can't be read: ${p.reason}`,
    () =>
      'make the image first: nx run <app>:factory-image, or esp32-factory image; for a file of the firmware, build the app',
  ),
  'flash.address-misaligned': row<{ label: string; address: number; alignment: number }>(
    (p) => `"${p.label}" is at ${hex(p.address)}, which is not a multiple of ${hex(p.alignment)}`,
    () => 'correct the offset in partitions.csv: flash is erased in sectors of 0x1000',
  ),
  'flash.beyond-flash': row<{ label: string; end: number; flashSize: number }>(
    (p) => `"${p.label}" ends at ${hex(p.end)}, past the end of the flash at ${hex(p.flashSize)}`,
    () => 'correct partitions.csv or CONFIG_ESPTOOLPY_FLASHSIZE',
  ),
  'flash.encryption-contradicts': row<{ label: string; reason: string }>(
    (p) => `"${p.label}": ${p.reason}`,
    () =>
      'make the image with the sdkconfig of the firmware on the device, and let the partition table decide the encryption',
  ),
  'flash.parts-overlap': row<{ first: string; second: string; address: number }>(
    (p) => `"${p.first}" and "${p.second}" overlap at ${hex(p.address)}`,
    () => 'write each partition once, and check the offsets in partitions.csv',
  ),
});
