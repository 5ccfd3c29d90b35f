/**
 * The parts of a chip that esptool reads: registers and eFuses at reset, and the address of the flash SPI controller.
 * Addresses and bits: ESP32 and ESP32-C6 technical reference manuals, chapters "eFuse Controller" and "SPI".
 */

export type ChipName = 'esp32' | 'esp32c6';

export interface Security {
  /** Flash encryption: off, development (the ROM still encrypts what it writes) or release (it rejects such writes). */
  readonly flashEncryption: 'off' | 'development' | 'release';
  readonly secureBoot: boolean;
  /** Only a few ROM commands work, and no stub. The ESP32 does not have this mode. */
  readonly secureDownload: boolean;
}

export interface SpiRegisters {
  readonly command: number;
  readonly address: number;
  readonly user2: number;
  readonly data: number;
  /** ESP32-C3 and later send the address in the low bits, the ESP32 from bit 31. */
  readonly addressFromTop: boolean;
}

export interface Chip {
  readonly name: ChipName;
  /** Number in image headers and in GET_SECURITY_INFO; ESP32's ROM doesn't have that command. */
  readonly securityInfoId: number | undefined;
  readonly spi: SpiRegisters;
  registers(mac: readonly number[], security: Security): Map<number, number>;
}

const ESP32_EFUSE = 0x3ff5a000;
const ESP32_SPI = 0x3ff42000;
const C6_EFUSE = 0x600b0800;
const C6_SPI = 0x60003000;

function bigEndian(bytes: readonly number[]): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

const esp32: Chip = {
  name: 'esp32',
  securityInfoId: undefined,
  spi: {
    command: ESP32_SPI,
    address: ESP32_SPI + 0x04,
    user2: ESP32_SPI + 0x24,
    data: ESP32_SPI + 0x80,
    addressFromTop: true,
  },
  registers(mac, { flashEncryption, secureBoot }) {
    const encrypted = flashEncryption !== 'off';
    const word0 = encrypted ? (flashEncryption === 'release' ? 0x7f : 0x01) << 20 : 0;
    return new Map([
      [0x40001000, 0x00f01d83], // chip detection word of the ROM
      [ESP32_EFUSE, (word0 | (encrypted ? 1 << 16 : 0)) >>> 0],
      [ESP32_EFUSE + 0x04, bigEndian(mac.slice(2))],
      [ESP32_EFUSE + 0x08, bigEndian(mac.slice(0, 2))],
      [ESP32_EFUSE + 0x0c, (1 << 15) | (1 << 9)], // revision bit 0, package 1 (D0WD)
      [ESP32_EFUSE + 0x10, 8], // CK8M frequency
      [ESP32_EFUSE + 0x14, ((1 << 20) | (encrypted ? 0xf << 28 : 0)) >>> 0], // revision bit 1, crypt config
      [ESP32_EFUSE + 0x18, (flashEncryption === 'release' ? 1 << 7 : 0) | (secureBoot ? 1 << 4 : 0)],
      [0x3ff6607c, 0x80000000], // revision bit 2
      [0x3ff5f06c, 12800 * 2 ** 7], // clock calibration for a 40 MHz crystal
      [0x3ff40014, 347], // UART divider: 40 MHz / 115200
    ]);
  },
};

const esp32c6: Chip = {
  name: 'esp32c6',
  securityInfoId: 13,
  spi: {
    command: C6_SPI,
    address: C6_SPI + 0x04,
    user2: C6_SPI + 0x20,
    data: C6_SPI + 0x58,
    addressFromTop: false,
  },
  registers(mac, { flashEncryption, secureBoot }) {
    const count = { off: 0, development: 1, release: 7 }[flashEncryption];
    const purpose0 = flashEncryption === 'off' ? 0 : 4; // XTS_AES_128_KEY
    return new Map([
      [0x40001000, 0x2ce0806f],
      [C6_EFUSE + 0x30, flashEncryption === 'release' ? 1 << 20 : 0],
      [C6_EFUSE + 0x34, ((count << 18) | (purpose0 << 24)) >>> 0],
      [C6_EFUSE + 0x38, secureBoot ? 1 << 20 : 0],
      [C6_EFUSE + 0x44, bigEndian(mac.slice(2))],
      [C6_EFUSE + 0x48, (0xfffe * 0x10000 + bigEndian(mac.slice(0, 2))) >>> 0],
      [C6_EFUSE + 0x50, (1 << 24) | (1 << 18)], // package QFN32, revision v0.1
      [C6_EFUSE + 0x54, 1], // 4 MB in the package
    ]);
  },
};

export const CHIPS: Readonly<Record<ChipName, Chip>> = { esp32, esp32c6 };
