/** NVS encryption of one device: its keys, and what must be flashed or burned for it. */
import {
  decodeKeysPartition,
  deriveHmacKeys,
  encodeKeysPartition,
  encryptNvs,
  generateHmacKey,
  generateNvsKeys,
  type NvsKeys,
  wipeNvsKeys,
} from 'nvs-core';
import { hex, within } from 'nvs-core/errors';
import type { LoadedConfig, NvsKey, Resolved } from '../../config';
import { efuseErrors, firmwareErrors } from '../../errors';
import type { DeviceContext } from '../context';
import type { SecretBuffers } from '../secrets';
import type { DeviceSettings } from '../settings';
import type { DeviceEfuseKey } from './efuse';

export interface EncryptedNvs {
  /** As it is flashed. */
  readonly image: Uint8Array;
  /** The nvs_keys partition, plain, for the scheme "flash". */
  readonly keysPartition: Uint8Array | undefined;
  /** The HMAC key to burn, for the scheme "hmac". */
  readonly efuseKey: DeviceEfuseKey | undefined;
}

interface KeyContext extends Pick<DeviceContext, 'random' | 'keyStore'> {
  readonly loaded: LoadedConfig;
  readonly serialNumber: string | undefined;
  readonly secrets: SecretBuffers;
}

/**
 * Encrypts a plain image according to the settings. Errors: those of encryptNvs, decodeKeysPartition and the key store;
 * efuse.key-length, efuse.key-blank; firmware.hmac-matter-sdk if no firmware is known to derive the keys.
 */
export function encryptNvsPartition(
  plain: Uint8Array,
  { config: { encryption }, loaded, firmware }: DeviceSettings,
  { random, keyStore }: Pick<DeviceContext, 'random' | 'keyStore'>,
  { serialNumber, secrets }: { readonly serialNumber: string | undefined; readonly secrets: SecretBuffers },
): EncryptedNvs {
  if (encryption.scheme === 'none') return { image: plain, keysPartition: undefined, efuseKey: undefined };
  if (encryption.scheme === 'hmac' && !encryption.firmwareDerivesKeys && firmware === undefined) {
    throw firmwareErrors.error('firmware.hmac-matter-sdk', {}, loaded.where(['encryption', 'scheme']));
  }
  const context = { loaded, random, keyStore, serialNumber, secrets };
  return within(loaded.where(['encryption', 'key']), () => {
    if (encryption.scheme === 'flash') {
      return withKeys(nvsKeysOf(encryption.key, context), (keys) => ({
        image: encryptNvs(plain, keys),
        keysPartition: secrets.keep(encodeKeysPartition(keys)),
        efuseKey: undefined,
      }));
    }
    const { data, file, isOutput } = hmacKeyOf(encryption.key, context);
    const efuseKey: DeviceEfuseKey = { block: encryption.keyId, purpose: 'HMAC_UP', data, file, isOutput };
    return withKeys(deriveHmacKeys(data), (keys) => ({
      image: encryptNvs(plain, keys),
      keysPartition: undefined,
      efuseKey,
    }));
  });
}

function withKeys<T>(keys: NvsKeys, work: (keys: NvsKeys) => T): T {
  try {
    return work(keys);
  } finally {
    wipeNvsKeys(keys);
  }
}

const HALF_LENGTH = 32;

/** Both keys: from 64 raw bytes, from a keys partition with its CRC, from a key folder, or generated. */
function nvsKeysOf(given: Resolved<NvsKey>, context: KeyContext): NvsKeys {
  const { loaded, serialNumber, random, keyStore } = context;
  if (given instanceof Uint8Array) return nvsKeysIn(given);
  if (!('folder' in given)) return generateNvsKeys(random);
  const folder = loaded.absolute(['encryption', 'key', 'folder'], given.folder);
  const { path, data } = keyStore.keyOf(folder, serialNumber, () =>
    withKeys(generateNvsKeys(random), encodeKeysPartition),
  );
  try {
    return within({ file: path }, () => nvsKeysIn(data));
  } finally {
    data.fill(0);
  }
}

function nvsKeysIn(data: Uint8Array): NvsKeys {
  if (data.length !== 2 * HALF_LENGTH) return decodeKeysPartition(data);
  return { encryptionKey: data.slice(0, HALF_LENGTH), tweakKey: data.slice(HALF_LENGTH) };
}

function hmacKeyOf(
  given: Resolved<NvsKey>,
  { loaded, serialNumber, random, keyStore, secrets }: KeyContext,
): Pick<DeviceEfuseKey, 'data' | 'file' | 'isOutput'> {
  if (given instanceof Uint8Array) {
    // A copy: the outputs are wiped, but the key of the config is not ours to wipe.
    return { data: assertHmacKey(secrets.keep(given.slice())), file: keyFileOf(loaded), isOutput: false };
  }
  if (!('folder' in given)) {
    return { data: secrets.keep(generateHmacKey(random)), file: undefined, isOutput: true };
  }
  const folder = loaded.absolute(['encryption', 'key', 'folder'], given.folder);
  const { path, data } = keyStore.keyOf(folder, serialNumber, () => generateHmacKey(random));
  secrets.keep(data);
  return within({ file: path }, () => ({ data: assertHmacKey(data), file: path, isOutput: false }));
}

/** The file that the config reads the key from, if any. */
function keyFileOf(loaded: LoadedConfig): string | undefined {
  const { encryption } = loaded.config;
  if (encryption?.scheme !== 'hmac' || !('file' in encryption.key)) return undefined;
  const { file } = encryption.key;
  return file === undefined ? undefined : loaded.absolute(['encryption', 'key', 'file'], file);
}

/** Returns the key if it has 32 bytes and is not an empty eFuse block. Errors: efuse.key-length, efuse.key-blank. */
export function assertHmacKey(key: Uint8Array): Uint8Array {
  const what = 'the HMAC key';
  const { length } = key;
  if (length !== HALF_LENGTH)
    throw efuseErrors.error('efuse.key-length', { what, length, must: HALF_LENGTH });
  const [first = 0] = key;
  if ((first === 0 || first === 0xff) && key.every((byte) => byte === first)) {
    throw efuseErrors.error('efuse.key-blank', { what, byte: hex(first, 2) });
  }
  return key;
}
