/**
 * The capabilities of each chip for keys in its eFuses.
 *
 * Sources: ESP-IDF, components/soc/<chip>/include/soc/Kconfig.soc_caps.in (SOC_HMAC_SUPPORTED,
 * SOC_ECDSA_SUPPORTED, SOC_FLASH_ENCRYPTION_XTS_AES_128/_256); esptool 5.6.0, espefuse/efuse/<chip>/fields.py
 * (key purposes) and mem_definition.py (key blocks).
 */

import { chipErrors, nearest } from '../errors';

/**
 * How a chip encrypts its flash: the ESP32's own scheme; XTS-AES with a 256-bit or a 512-bit key; or the ESP32-C2's
 * 256-bit XTS key derived from 128 eFuse bits, which share the one key block with the secure boot digest.
 */
export type FlashEncryptionScheme = 'esp32' | 'xts-aes-128' | 'xts-aes-256' | 'xts-aes-128-derived';

/** Key storage and key peripherals of one chip. */
export interface Chip {
  /** Target name as ESP-IDF writes it: "esp32c6". */
  readonly name: string;
  /** Has the HMAC peripheral, which the HMAC scheme of NVS encryption needs. */
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
  /** Espressif's security advisory on the ECDSA peripheral of the early revisions. */
  readonly ecdsaAdvisory?: string;
}

const SIX_BLOCKS = [0, 1, 2, 3, 4, 5];
const FIVE_BLOCKS = [0, 1, 2, 3, 4];
const XTS_128: readonly FlashEncryptionScheme[] = ['xts-aes-128'];
const XTS_128_OR_256: readonly FlashEncryptionScheme[] = ['xts-aes-128', 'xts-aes-256'];

/** Every chip, in the order of ESP-IDF's target list. */
export const CHIPS: readonly Chip[] = [
  {
    name: 'esp32',
    hmac: false,
    ecdsa: false,
    keyBlocks: [],
    ecdsaKeyBlocks: [],
    flashEncryptionKeyBlocks: [],
    flashEncryption: ['esp32'],
  },
  chip('esp32s2', { hmac: true, ecdsa: false, flashEncryption: XTS_128_OR_256 }),
  chip('esp32s3', { hmac: true, ecdsa: false, flashEncryption: XTS_128_OR_256, block5Quirk: true }),
  chip('esp32c2', {
    hmac: false,
    ecdsa: false,
    flashEncryption: ['xts-aes-128', 'xts-aes-128-derived'],
    keyBlocks: [0],
  }),
  chip('esp32c3', { hmac: true, ecdsa: false, flashEncryption: XTS_128, block5Quirk: true }),
  chip('esp32c5', { hmac: true, ecdsa: true, flashEncryption: XTS_128 }),
  chip('esp32c6', { hmac: true, ecdsa: false, flashEncryption: XTS_128, block5Quirk: true }),
  chip('esp32c61', { hmac: false, ecdsa: true, flashEncryption: XTS_128 }),
  {
    ...chip('esp32h2', { hmac: true, ecdsa: true, flashEncryption: XTS_128, block5Quirk: true }),
    ecdsaKeyBlocks: FIVE_BLOCKS,
    ecdsaAdvisory: 'AR2024-007',
  },
  chip('esp32h21', { hmac: true, ecdsa: true, flashEncryption: XTS_128 }),
  chip('esp32h4', { hmac: true, ecdsa: true, flashEncryption: XTS_128_OR_256, block5Quirk: true }),
  {
    ...chip('esp32p4', { hmac: true, ecdsa: true, flashEncryption: XTS_128_OR_256 }),
    ecdsaAdvisory: 'AR2024-007',
  },
  chip('esp32s31', {
    hmac: true,
    ecdsa: true,
    flashEncryption: XTS_128_OR_256,
    keyBlocks: FIVE_BLOCKS,
  }),
];

/** The chip of a target name in any case, with or without hyphens ("ESP32-C6"). Errors: chips.unknown. */
export function findChip(name: string): Chip {
  const target = name.toLowerCase().replaceAll('-', '');
  const found = CHIPS.find((candidate) => candidate.name === target);
  if (found !== undefined) return found;
  const known = CHIPS.map((candidate) => candidate.name);
  throw chipErrors.error('chips.unknown', { chip: name, nearest: nearest(name, known), known });
}

interface Traits {
  readonly hmac: boolean;
  readonly ecdsa: boolean;
  readonly flashEncryption: readonly FlashEncryptionScheme[];
  readonly keyBlocks?: readonly number[];
  /** BLOCK_KEY5 takes no XTS-AES key: ESP-IDF's SOC_EFUSE_BLOCK9_KEY_PURPOSE_QUIRK. */
  readonly block5Quirk?: boolean;
}

function chip(
  name: string,
  { hmac, ecdsa, flashEncryption, keyBlocks = SIX_BLOCKS, block5Quirk = false }: Traits,
): Chip {
  return {
    name,
    hmac,
    ecdsa,
    keyBlocks,
    ecdsaKeyBlocks: ecdsa ? keyBlocks : [],
    flashEncryptionKeyBlocks: block5Quirk ? FIVE_BLOCKS : keyBlocks,
    flashEncryption,
  };
}
