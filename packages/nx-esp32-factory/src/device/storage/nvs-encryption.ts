/** NVS encryption of an image: which scheme, with which keys, and what has to be burned for it. */
import {
  decodeKeysPartition,
  deriveHmacKeys,
  encodeKeysPartition,
  encryptNvs,
  generateHmacKey,
  generateNvsKeys,
  hex,
  type NvsKeys,
  type RandomBytes,
  wipeNvsKeys,
  within,
} from 'nvs-core';
import type { LoadedConfig, NvsKey, Resolved } from '../../config';
import { efuseErrors, firmwareErrors } from '../../errors';
import { keyOfFolder } from '../../files';
import type { Firmware } from '../../firmware';
import type { DeviceEfuseKey } from './efuse-keys';
import type { NvsEncryption } from './encryption-scheme';

export interface EncryptedNvs {
  /** As it is flashed. */
  readonly image: Uint8Array;
  /** The nvs_keys partition, plain; of the scheme "flash". */
  readonly keysPartition: Uint8Array | undefined;
  /** The HMAC key that is burned, in the scheme "hmac". */
  readonly efuseKey: DeviceEfuseKey | undefined;
}

/** What encryption needs to know of the device and the run. */
export interface EncryptionContext {
  readonly loaded: LoadedConfig;
  readonly firmware: Firmware | undefined;
  readonly serialNumber: string | undefined;
  readonly random: RandomBytes;
}

/**
 * Encrypts a plain image as wanted. Errors: those of encryptNvs, decodeKeysPartition and keyOfFolder; efuse.key-length,
 * efuse.key-blank; firmware.hmac-matter-sdk where nothing is known of the firmware and it is not said to derive keys.
 */
export function encryptAsConfigured(
  plain: Uint8Array,
  encryption: NvsEncryption,
  context: EncryptionContext,
): EncryptedNvs {
  const where = context.loaded.where(['encryption', 'key']);
  if (encryption.scheme === 'none') return { image: plain, keysPartition: undefined, efuseKey: undefined };
  if (encryption.scheme === 'flash') {
    return within(where, () => {
      const keys = nvsKeysOf(encryption.key, context);
      try {
        return {
          image: encryptNvs(plain, keys),
          keysPartition: encodeKeysPartition(keys),
          efuseKey: undefined,
        };
      } finally {
        wipeNvsKeys(keys);
      }
    });
  }
  if (!encryption.firmwareDerivesKeys && context.firmware === undefined) {
    throw firmwareErrors.error(
      'firmware.hmac-matter-sdk',
      {},
      context.loaded.where(['encryption', 'scheme']),
    );
  }
  return within(where, () => {
    const { data, file, isOutput } = hmacKeyOf(encryption.key, context);
    const keys = deriveHmacKeys(data);
    try {
      const image = encryptNvs(plain, keys);
      const efuseKey = { block: encryption.keyId, purpose: 'HMAC_UP', data, file, isOutput } as const;
      return { image, keysPartition: undefined, efuseKey };
    } finally {
      wipeNvsKeys(keys);
    }
  });
}

const HALF_LENGTH = 32;

/** Both keys: of 64 raw bytes, of a keys partition with its CRC, of a folder, or new ones. */
function nvsKeysOf(given: Resolved<NvsKey>, context: EncryptionContext): NvsKeys {
  const { loaded, serialNumber, random } = context;
  if (given instanceof Uint8Array) return nvsKeysIn(given);
  if (!('folder' in given)) return generateNvsKeys(random);
  const folder = loaded.absolute(['encryption', 'key', 'folder'], given.folder);
  const make = () => {
    const keys = generateNvsKeys(random);
    const partition = encodeKeysPartition(keys);
    wipeNvsKeys(keys);
    return partition;
  };
  const { path, data } = keyOfFolder(folder, serialNumber, make);
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

interface HmacKey {
  readonly data: Uint8Array;
  /** Path of the file that holds it, where there is one beside the outputs. */
  readonly file: string | undefined;
  /** It is nowhere else: the outputs have it. */
  readonly isOutput: boolean;
}

function hmacKeyOf(given: Resolved<NvsKey>, { loaded, serialNumber, random }: EncryptionContext): HmacKey {
  if (given instanceof Uint8Array) {
    const { encryption } = loaded.config;
    const written =
      encryption?.scheme === 'hmac' && 'file' in encryption.key ? encryption.key.file : undefined;
    const file = written === undefined ? undefined : loaded.absolute(['encryption', 'key', 'file'], written);
    // A copy: the outputs are wiped, what the config holds is not ours.
    return { data: checkHmacKey(given.slice()), file, isOutput: false };
  }
  if (!('folder' in given)) return { data: generateHmacKey(random), file: undefined, isOutput: true };
  const folder = loaded.absolute(['encryption', 'key', 'folder'], given.folder);
  const { path, data } = keyOfFolder(folder, serialNumber, () => generateHmacKey(random));
  return within({ file: path }, () => ({ data: checkHmacKey(data), file: path, isOutput: false }));
}

/** Returns an HMAC key of 32 bytes that is no empty eFuse block. Errors: efuse.key-length, efuse.key-blank. */
export function checkHmacKey(key: Uint8Array): Uint8Array {
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
