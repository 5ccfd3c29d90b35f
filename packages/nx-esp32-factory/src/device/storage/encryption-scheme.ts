import { FactoryError } from 'nvs-core';
import type { ResolvedFactoryConfig } from '../../config';
import { explainedErrors, type Firmware, schemeUnknown } from '../../firmware';

export type NvsEncryption = NonNullable<ResolvedFactoryConfig['encryption']>;

/**
 * The encryption of a config; without that section, the encryption of the firmware, with a generated key.
 * Errors: firmware.nvs-scheme-unknown.
 */
export function encryptionOf(
  config: Pick<ResolvedFactoryConfig, 'encryption'>,
  firmware: Pick<Firmware, 'encryption' | 'config' | 'findings'> | undefined,
): NvsEncryption {
  if (config.encryption !== undefined) return config.encryption;
  const scheme = firmware?.encryption.nvs.value === true ? firmware.encryption.scheme.value : 'none';
  if (firmware === undefined || scheme === 'none') return { scheme: 'none' };
  if (scheme === 'unknown') {
    const unknown = schemeUnknown(firmware, 'error');
    throw new FactoryError(explainedErrors(firmware, [unknown, ...firmware.findings]));
  }
  const key = { generate: true } as const;
  if (scheme === 'flash') return { scheme, key };
  return { scheme, key, keyId: firmware.encryption.hmacKeyId.value, firmwareDerivesKeys: false };
}
