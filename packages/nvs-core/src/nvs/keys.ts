/**
 * The keys of an encrypted NVS partition: ESP-IDF, docs/en/api-reference/storage/nvs_encryption.rst ("NVS Key
 * Partition", "NVS Encryption: HMAC Peripheral-Based Scheme").
 */
import { nvsCrc32 } from '../bytes/nvs-crc32';
import { hmacSha256 } from '../crypto/hash';
import { type RandomBytes, randomBytes } from '../crypto/random';
import { nvsErrors } from '../errors/nvs';
import { PAGE_LENGTH } from './layout';

/** AES-256-XTS keys, 32 bytes each. */
export interface NvsKeys {
  readonly encryptionKey: Uint8Array;
  readonly tweakKey: Uint8Array;
}

const KEY_LENGTH = 32;
const KEYS_LENGTH = 2 * KEY_LENGTH;
const CRC_LENGTH = 4;
const SEED_LENGTH = 32;

/** Four bytes per key; repeated, they are the HMAC message. */
const HMAC_SEED = {
  encryptionKey: [0x5a, 0x5a, 0xbe, 0xae],
  tweakKey: [0xa5, 0xa5, 0xde, 0xce],
} as const;

/** New keys. Errors: nvs.keys-equal, which means that `random` is broken. */
export function generateNvsKeys(random: RandomBytes = randomBytes): NvsKeys {
  return assertNvsKeys({ encryptionKey: random(KEY_LENGTH), tweakKey: random(KEY_LENGTH) });
}

/** A new 32-byte key for the HMAC peripheral, to burn into an eFuse block with purpose HMAC_UP. */
export function generateHmacKey(random: RandomBytes = randomBytes): Uint8Array {
  return random(KEY_LENGTH);
}

/** The keys that the device derives from the 32-byte key in its eFuse. Errors: nvs.hmac-key-length. */
export function deriveHmacKeys(hmacKey: Uint8Array): NvsKeys {
  if (hmacKey.length !== KEY_LENGTH) {
    throw nvsErrors.error('nvs.hmac-key-length', { length: hmacKey.length });
  }
  const derive = (seed: readonly number[]) => {
    const message = Uint8Array.from({ length: SEED_LENGTH }, (_, index) => seed[index % seed.length] ?? 0);
    return hmacSha256(hmacKey, message);
  };
  return { encryptionKey: derive(HMAC_SEED.encryptionKey), tweakKey: derive(HMAC_SEED.tweakKey) };
}

/** The 4096 bytes of an nvs_keys partition. Errors: nvs.key-half-length, nvs.keys-equal. */
export function encodeKeysPartition(keys: NvsKeys): Uint8Array {
  const { encryptionKey, tweakKey } = assertNvsKeys(keys);
  const partition = new Uint8Array(PAGE_LENGTH).fill(0xff);
  partition.set(encryptionKey);
  partition.set(tweakKey, KEY_LENGTH);
  new DataView(partition.buffer).setUint32(KEYS_LENGTH, nvsCrc32(partition.subarray(0, KEYS_LENGTH)), true);
  return partition;
}

/**
 * The keys of an nvs_keys partition (or its first 68 bytes), checked as the device does.
 * Errors: nvs.keys-length, nvs.keys-blank, nvs.keys-crc, nvs.keys-equal.
 */
export function decodeKeysPartition(partition: Uint8Array): NvsKeys {
  const { length } = partition;
  const content = partition.subarray(0, KEYS_LENGTH + CRC_LENGTH);
  if (content.length < KEYS_LENGTH + CRC_LENGTH) throw nvsErrors.error('nvs.keys-length', { length });
  if (content.every((byte) => byte === 0xff)) throw nvsErrors.error('nvs.keys-blank', {});
  const stored = new DataView(content.buffer, content.byteOffset).getUint32(KEYS_LENGTH, true);
  const keys = content.subarray(0, KEYS_LENGTH);
  if (stored !== nvsCrc32(keys)) throw nvsErrors.error('nvs.keys-crc', {});
  return assertNvsKeys({
    encryptionKey: Uint8Array.from(keys.subarray(0, KEY_LENGTH)),
    tweakKey: Uint8Array.from(keys.subarray(KEY_LENGTH)),
  });
}

/** `keys`, if they are valid for XTS. Errors: nvs.key-half-length, nvs.keys-equal. */
export function assertNvsKeys(keys: NvsKeys): NvsKeys {
  const { encryptionKey, tweakKey } = keys;
  for (const [what, { length }] of [
    ['encryption key', encryptionKey],
    ['tweak key', tweakKey],
  ] as const) {
    if (length !== KEY_LENGTH) throw nvsErrors.error('nvs.key-half-length', { what, length });
  }
  if (encryptionKey.every((byte, index) => byte === tweakKey[index])) {
    throw nvsErrors.error('nvs.keys-equal', {});
  }
  return keys;
}

/** Overwrites keys that are no longer needed. */
export function wipeNvsKeys(keys: NvsKeys): void {
  keys.encryptionKey.fill(0);
  keys.tweakKey.fill(0);
}
