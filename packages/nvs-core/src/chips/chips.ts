/**
 * The table of chips: one row a chip, in the order of ESP-IDF's target list.
 *
 * Sources: ESP-IDF, components/soc/<chip>/include/soc/Kconfig.soc_caps.in (SOC_HMAC_SUPPORTED,
 * SOC_ECDSA_SUPPORTED, SOC_FLASH_ENCRYPTION_XTS_AES_128/_256, SOC_EFUSE_BLOCK9_KEY_PURPOSE_QUIRK) and
 * components/bootloader/Kconfig.projbuild (BOOTLOADER_OFFSET_IN_FLASH); esptool 5.6.0,
 * espefuse/efuse/<chip>/fields.py (key purposes) and mem_definition.py (key blocks), esptool/targets/<chip>.py (IMAGE_CHIP_ID).
 */
import { chipErrors } from '../errors/chips';
import { nearest } from '../errors/error-table';

/**
 * How a chip encrypts its flash: the ESP32's own scheme; XTS-AES with a 256-bit or a 512-bit key; or the ESP32-C2's
 * 256-bit XTS key derived from 128 eFuse bits, which share the one key block with the secure boot digest.
 */
export type FlashEncryptionScheme = 'esp32' | 'xts-aes-128' | 'xts-aes-256' | 'xts-aes-128-derived';

/** The differences between chips that matter for factory data. */
export interface Chip {
  /** Name of ESP-IDF's target and of esptool's --chip: "esp32c6". */
  readonly name: string;
  /** Has the HMAC peripheral, which the HMAC scheme of NVS encryption and the Digital Signature peripheral need. */
  readonly hmac: boolean;
  /** Has the ECDSA peripheral, which signs with a key that no software can read. */
  readonly ecdsa: boolean;
  /** The n of each BLOCK_KEYn; the ESP32 has differently named blocks with fixed uses instead. */
  readonly keyBlocks: readonly number[];
  /** The key blocks that may hold a key of the ECDSA peripheral. */
  readonly ecdsaKeyBlocks: readonly number[];
  /** The key blocks that may hold a flash encryption key. */
  readonly flashEncryptionKeyBlocks: readonly number[];
  /** The flash encryption schemes to choose from, the usual one first. */
  readonly flashEncryption: readonly FlashEncryptionScheme[];
  /** The number of the chip in the header of its bootloader and apps. */
  readonly imageId: number;
  /** Address of the bootloader in flash. */
  readonly bootloaderOffset: number;
  /** Espressif's security advisory on the ECDSA peripheral of the early revisions. */
  readonly ecdsaAdvisory?: string;
}

/** A row: the differences from what most chips have. */
function chip(name: string, imageId: number, traits: Partial<Chip>): Chip {
  const { ecdsa = false, keyBlocks = [0, 1, 2, 3, 4, 5] } = traits;
  return {
    name,
    imageId,
    hmac: true,
    ecdsa,
    keyBlocks,
    ecdsaKeyBlocks: ecdsa ? keyBlocks : [],
    flashEncryptionKeyBlocks: keyBlocks,
    flashEncryption: ['xts-aes-128'],
    bootloaderOffset: 0,
    ...traits,
  };
}

const XTS_128_OR_256 = { flashEncryption: ['xts-aes-128', 'xts-aes-256'] } as const;
const FIVE_BLOCKS = [0, 1, 2, 3, 4];
/** BLOCK_KEY5 takes no XTS-AES key. */
const BLOCK5_QUIRK = { flashEncryptionKeyBlocks: FIVE_BLOCKS };
const ADVISORY = { ecdsaAdvisory: 'AR2024-007' };

export const CHIPS: readonly Chip[] = [
  chip('esp32', 0, { hmac: false, keyBlocks: [], flashEncryption: ['esp32'], bootloaderOffset: 0x1000 }),
  chip('esp32s2', 2, { ...XTS_128_OR_256, bootloaderOffset: 0x1000 }),
  chip('esp32s3', 9, { ...XTS_128_OR_256, ...BLOCK5_QUIRK }),
  chip('esp32c2', 12, {
    hmac: false,
    keyBlocks: [0],
    flashEncryption: ['xts-aes-128', 'xts-aes-128-derived'],
  }),
  chip('esp32c3', 5, BLOCK5_QUIRK),
  chip('esp32c5', 23, { ecdsa: true, bootloaderOffset: 0x2000 }),
  chip('esp32c6', 13, BLOCK5_QUIRK),
  chip('esp32c61', 20, { hmac: false, ecdsa: true }),
  chip('esp32h2', 16, { ecdsa: true, ecdsaKeyBlocks: FIVE_BLOCKS, ...BLOCK5_QUIRK, ...ADVISORY }),
  chip('esp32h21', 25, { ecdsa: true }),
  chip('esp32h4', 28, { ecdsa: true, ...XTS_128_OR_256, ...BLOCK5_QUIRK, bootloaderOffset: 0x2000 }),
  chip('esp32p4', 18, { ecdsa: true, ...XTS_128_OR_256, ...ADVISORY, bootloaderOffset: 0x2000 }),
  chip('esp32s31', 32, { ecdsa: true, ...XTS_128_OR_256, keyBlocks: FIVE_BLOCKS, bootloaderOffset: 0x2000 }),
];

/** A name as the table has it: "ESP32-C6" and "ESP32-C6(beta)" as "esp32c6". */
export function chipName(written: string): string {
  const [open, close] = [written.indexOf('('), written.lastIndexOf(')')];
  const bare = open >= 0 && close > open ? written.slice(0, open) + written.slice(close) : written;
  return bare.replace(/[^0-9a-z]/gi, '').toLowerCase();
}

/** The chip of a name, however it is written; undefined if the table does not have it. */
export function chipOf(name: string): Chip | undefined {
  return CHIPS.find((candidate) => candidate.name === chipName(name));
}

/** The chip of a name, however it is written. Errors: chips.unknown. */
export function findChip(name: string): Chip {
  const found = chipOf(name);
  if (found !== undefined) return found;
  const known = CHIPS.map((candidate) => candidate.name);
  throw chipErrors.error('chips.unknown', { chip: name, nearest: nearest(name, known), known });
}
