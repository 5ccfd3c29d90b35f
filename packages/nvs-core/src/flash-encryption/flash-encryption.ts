/**
 * Encrypts images on the host, for devices whose serial download no longer encrypts: byte for byte what
 * `espsecure encrypt-flash-data` writes.
 */

import type { FlashEncryptionScheme } from '../chips/chips';
import { FactoryError, type Finding } from '../errors/factory-error';
import { flashEncryptionErrors } from '../errors/flash-encryption';
import { ESP32_FLASH_LIMIT, esp32Flash } from './esp32';
import { cipherKey, flashEncryptionScheme, keyFindings } from './key';
import { xtsFlash } from './xts';

const { finding } = flashEncryptionErrors;

/** Encrypted flash is written in blocks of this many bytes. */
const ALIGNMENT = 16;
const XTS_FLASH_LIMIT = 2 ** 32;
const FULL_TWEAK = 0xf;

/** An image, its address in flash, and the key of the device. */
export type FlashImage = {
  /** Key file contents: 32 or 24 bytes for the ESP32; 32 (XTS-AES-128), 64 (-256) or 16 (ESP32-C2) for the others. */
  readonly key: Uint8Array;
  /** Offset in flash where the image starts, a multiple of 16. */
  readonly address: number;
  /** The image, a multiple of 16 bytes. */
  readonly data: Uint8Array;
  /** eFuse FLASH_CRYPT_CONFIG of an ESP32. Default 0xF. */
  readonly flashCryptConf?: number;
} & (
  | {
      /** Target name; the length of the key selects one of its schemes. */
      readonly chip: string;
    }
  | { readonly scheme: FlashEncryptionScheme }
);

/**
 * The image as it is in encrypted flash, of the same length. Errors: chips.unknown, flash-encryption.key-length,
 * .key-blank, .key-halves-equal, .address-unaligned, .address-out-of-range, .length-unaligned, .data-empty,
 * .crypt-conf-invalid, .crypt-conf-unused.
 */
export function encryptFlash(image: FlashImage): Uint8Array {
  return transform(image, 'encrypt');
}

/** The plain image of encrypted flash; a wrong key or address gives noise. Errors: as encryptFlash. */
export function decryptFlash(image: FlashImage): Uint8Array {
  return transform(image, 'decrypt');
}

function transform(image: FlashImage, direction: 'encrypt' | 'decrypt'): Uint8Array {
  const scheme = 'chip' in image ? flashEncryptionScheme(image.chip, image.key.length) : image.scheme;
  const findings = [
    ...keyFindings(scheme, image.key),
    ...rangeFindings(scheme, image.address, image.data.length),
    ...cryptConfFindings(scheme, image.flashCryptConf),
  ];
  if (findings.length > 0) throw new FactoryError(findings);

  const key = cipherKey(scheme, image.key);
  try {
    return scheme === 'esp32'
      ? esp32Flash(key, image.address, image.data, image.flashCryptConf ?? FULL_TWEAK, direction)
      : xtsFlash(key, image.address, image.data, direction);
  } finally {
    key.fill(0);
  }
}

function rangeFindings(scheme: FlashEncryptionScheme, address: number, length: number): Finding[] {
  const findings: Finding[] = [];
  const limit = scheme === 'esp32' ? ESP32_FLASH_LIMIT : XTS_FLASH_LIMIT;
  if (!Number.isSafeInteger(address) || address < 0 || address + length > limit) {
    findings.push(finding('flash-encryption.address-out-of-range', { address, length, limit }));
  } else if (address % ALIGNMENT !== 0) {
    findings.push(finding('flash-encryption.address-unaligned', { address, multiple: ALIGNMENT }));
  }
  if (length === 0) {
    findings.push(finding('flash-encryption.data-empty', {}));
  } else if (length % ALIGNMENT !== 0) {
    findings.push(finding('flash-encryption.length-unaligned', { length, multiple: ALIGNMENT }));
  }
  return findings;
}

function cryptConfFindings(scheme: FlashEncryptionScheme, value: number | undefined): Finding[] {
  if (value === undefined) return [];
  if (scheme !== 'esp32') {
    return [finding('flash-encryption.crypt-conf-unused', { scheme })];
  }
  if (!Number.isInteger(value) || value < 0 || value > FULL_TWEAK) {
    return [finding('flash-encryption.crypt-conf-invalid', { value })];
  }
  return [];
}
