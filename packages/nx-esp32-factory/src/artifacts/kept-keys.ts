/** Keys of an image that exist nowhere else: they are kept next to the config before any output is written. */
import { join } from 'node:path';
import type { DeviceArtifacts } from '../device';
import { type KeyToKeep, keepKey } from '../files';

/** Names in the key folder, by use. */
export type KeptKeys = { readonly [use in 'HMAC_UP' | 'ECDSA_KEY' | 'nvs-keys']?: string };

/**
 * Keeps the generated keys of an image: the HMAC key, the NVS keys, and the key of a DAC that was issued for the ECDSA
 * peripheral. Keys that the config refers to are the user's. Errors: files.*.
 */
export function keepKeys(made: DeviceArtifacts, folder: string, now: Date): KeptKeys {
  return Object.fromEntries(keysToKeep(made).map(([use, key]) => [use, keepKey(key, folder, now)]));
}

function keysToKeep({ efuseKeys, keysPartition, config, credentials }: DeviceArtifacts) {
  const keys: [keyof KeptKeys, KeyToKeep][] = [];
  for (const { purpose, data, isOutput } of efuseKeys) {
    if (purpose === 'HMAC_UP' && isOutput)
      keys.push([purpose, { stem: 'hmac_key', extension: '.bin', data }]);
    if (purpose === 'ECDSA_KEY' && credentials.issuedDacPem !== undefined)
      keys.push([purpose, { stem: 'ecdsa_key', extension: '.pem', data }]);
  }
  const { encryption } = config;
  if (keysPartition !== undefined && encryption?.scheme === 'flash' && 'generate' in encryption.key)
    keys.push(['nvs-keys', { stem: 'nvs_keys', extension: '.bin', data: keysPartition }]);
  return keys;
}

/** The paths of kept keys. */
export function keptPaths(kept: KeptKeys, folder: string): string[] {
  return Object.values(kept).map((name) => join(folder, name));
}
