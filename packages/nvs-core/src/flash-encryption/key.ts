import { type FlashEncryptionScheme, findChip } from '../chips/chips';
import { sha256 } from '../crypto/hash';
import type { Finding } from '../errors/factory-error';
import { flashEncryptionErrors } from '../errors/flash-encryption';

const { finding } = flashEncryptionErrors;

/** Key file lengths in bytes; the ESP32 takes 24 if its eFuses use the 3/4 coding scheme. */
const KEY_LENGTHS: Readonly<Record<FlashEncryptionScheme, readonly number[]>> = {
  esp32: [32, 24],
  'xts-aes-128': [32],
  'xts-aes-256': [64],
  'xts-aes-128-derived': [16],
};

/**
 * The scheme of a key of this length on a chip: the schemes of a chip have different key lengths.
 * Errors: chips.unknown, flash-encryption.key-length.
 */
export function flashEncryptionScheme(chip: string, keyLength: number): FlashEncryptionScheme {
  const { name, flashEncryption } = findChip(chip);
  const scheme = flashEncryption.find((candidate) => KEY_LENGTHS[candidate].includes(keyLength));
  if (scheme !== undefined) return scheme;
  const allowed = flashEncryption.flatMap((candidate) => KEY_LENGTHS[candidate]);
  throw flashEncryptionErrors.error('flash-encryption.key-length', {
    scheme: name,
    length: keyLength,
    allowed,
  });
}

/** All problems of a key. Equal halves: FIPS 140-2 Implementation Guidance, A.9; OpenSSL rejects them too. */
export function keyFindings(scheme: FlashEncryptionScheme, key: Uint8Array): Finding[] {
  const allowed = KEY_LENGTHS[scheme];
  if (!allowed.includes(key.length)) {
    return [finding('flash-encryption.key-length', { scheme, length: key.length, allowed })];
  }
  const [first = 0] = key;
  if ((first === 0x00 || first === 0xff) && key.every((byte) => byte === first)) {
    return [finding('flash-encryption.key-blank', { byte: first })];
  }
  const isXtsPair = scheme === 'xts-aes-128' || scheme === 'xts-aes-256';
  if (isXtsPair && key.subarray(key.length / 2).every((byte, index) => byte === key[index])) {
    return [finding('flash-encryption.key-halves-equal', { scheme })];
  }
  return [];
}

/** The key of the cipher in a new buffer, extended or derived as the hardware does it. */
export function cipherKey(scheme: FlashEncryptionScheme, key: Uint8Array): Uint8Array {
  if (scheme === 'xts-aes-128-derived') return sha256(key);
  const extended = new Uint8Array(key.length === 24 ? 32 : key.length);
  extended.set(key);
  // 3/4 coding scheme: the last quarter of the key repeats the second
  if (key.length === 24) extended.set(key.subarray(8, 16), 24);
  return extended;
}
