/** Partitions encrypted on this host, for devices that no longer encrypt in serial download mode. */
import { encryptFlash, FactoryError, type Finding, flashEncryptionScheme, type Partition } from 'nvs-core';
import { within } from 'nvs-core/errors';
import type { LoadedConfig, NvsKey, Resolved, ResolvedFactoryConfig } from '../../config';
import { efuseErrors, factoryErrors } from '../../errors';
import type { Firmware } from '../../firmware';
import type { DeviceSettings } from '../settings';
import type { KeyStore } from './key-store';

/** The partitions as encrypted flash contains them; undefined if the host does not encrypt them. */
export interface HostEncrypted {
  readonly keysPartition: Uint8Array | undefined;
  readonly secureCert: Uint8Array | undefined;
  readonly findings: readonly Finding[];
}

interface PlainPartitions {
  readonly keysPartition: Uint8Array | undefined;
  readonly secureCert: Uint8Array | undefined;
}

/** Whether the firmware reads esp_secure_cert through flash encryption: set by the config, or else by the flag of the table. */
export function isSecureCertEncrypted(
  { storage }: Pick<ResolvedFactoryConfig, 'storage'>,
  firmware: Firmware | undefined,
): boolean {
  return storage.secureCert?.encrypted ?? firmware?.secureCertPartition?.encrypted ?? false;
}

/**
 * Encrypts the partitions that the firmware reads through flash encryption, for their addresses in its partition table.
 * Errors: factory.address-unknown, factory.flash-encryption-off, factory.serial-number-needed, efuse.chip-unknown,
 * files.*, those of encryptFlash.
 */
export function encryptOnHost(
  plain: PlainPartitions,
  { config, loaded, firmware, chip }: DeviceSettings,
  { keyStore, serialNumber }: { readonly keyStore: KeyStore; readonly serialNumber: string | undefined },
): HostEncrypted {
  const none = { keysPartition: undefined, secureCert: undefined, findings: [] };
  const given = config.flashEncryption?.mode === 'host' ? config.flashEncryption.key : undefined;
  if (given === undefined) return none;
  const at = loaded.where(['flashEncryption', 'mode']);
  const isSecureCert = plain.secureCert !== undefined && isSecureCertEncrypted(config, firmware);
  if (plain.keysPartition === undefined && !isSecureCert) {
    return { ...none, findings: [factoryErrors.finding('factory.nothing-to-encrypt', {}, at, 'warning')] };
  }
  if (firmware !== undefined && !firmware.encryption.flash.value) {
    throw factoryErrors.error('factory.flash-encryption-off', {}, at);
  }
  if (chip === undefined)
    throw efuseErrors.error('efuse.chip-unknown', { what: 'the flash encryption key' }, at);
  const targets = [
    ...(plain.keysPartition === undefined ? [] : [{ image: 'nvs_keys', partition: firmware?.keysPartition }]),
    ...(isSecureCert ? [{ image: 'esp_secure_cert', partition: firmware?.secureCertPartition }] : []),
  ];
  const unknown = targets.filter(({ partition }) => partition === undefined);
  if (unknown.length > 0) {
    throw new FactoryError(
      unknown.map(({ image }) => factoryErrors.finding('factory.address-unknown', { image }, at)),
    );
  }
  return within(loaded.where(['flashEncryption', 'key']), () => {
    const { key, isOurs } = flashKeyOf(given, { loaded, keyStore, serialNumber });
    const encrypt = (data: Uint8Array | undefined, partition: Partition | undefined) =>
      data === undefined || partition === undefined
        ? undefined
        : encryptFlash({ chip, key, address: partition.offset, data });
    try {
      flashEncryptionScheme(chip, key.length);
      return {
        keysPartition: encrypt(plain.keysPartition, firmware?.keysPartition),
        secureCert: isSecureCert ? encrypt(plain.secureCert, firmware?.secureCertPartition) : undefined,
        findings: [],
      };
    } finally {
      if (isOurs) key.fill(0);
    }
  });
}

/** The key, and whether it was read here: the key of a config is not ours to wipe. */
function flashKeyOf(
  given: Resolved<NvsKey>,
  {
    loaded,
    keyStore,
    serialNumber,
  }: {
    readonly loaded: LoadedConfig;
    readonly keyStore: KeyStore;
    readonly serialNumber: string | undefined;
  },
): { readonly key: Uint8Array; readonly isOurs: boolean } {
  if (given instanceof Uint8Array) return { key: given, isOurs: false };
  // The schema allows the forms of every key; rules.ts rejects a generated one here.
  if (!('folder' in given)) throw new TypeError('a flash encryption key is never generated');
  const folder = loaded.absolute(['flashEncryption', 'key', 'folder'], given.folder);
  return { key: keyStore.existingKey(folder, serialNumber), isOurs: true };
}
