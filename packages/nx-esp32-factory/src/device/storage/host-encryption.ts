/** Images encrypted on this host, for a device whose serial download no longer encrypts. */
import {
  encryptFlash,
  FactoryError,
  type Finding,
  flashEncryptionScheme,
  type Partition,
  within,
} from 'nvs-core';
import type { LoadedConfig, NvsKey, Resolved, ResolvedFactoryConfig } from '../../config';
import { efuseErrors, factoryErrors } from '../../errors';
import { readKeyOfFolder } from '../../files';
import type { Firmware } from '../../firmware';

/** The images as they lie in encrypted flash; undefined where the host encrypts nothing. */
export interface HostEncrypted {
  readonly keysPartition: Uint8Array | undefined;
  readonly secureCert: Uint8Array | undefined;
  readonly findings: readonly Finding[];
}

export interface HostEncryptionContext {
  readonly loaded: LoadedConfig;
  readonly firmware: Firmware | undefined;
  readonly chip: string | undefined;
  readonly serialNumber: string | undefined;
}

interface PlainImages {
  readonly keysPartition: Uint8Array | undefined;
  readonly secureCert: Uint8Array | undefined;
}

/** Whether the firmware reads esp_secure_cert through flash encryption: the config says it, else the flag in the table. */
export function isSecureCertEncrypted(
  { storage }: Pick<ResolvedFactoryConfig, 'storage'>,
  firmware: Firmware | undefined,
): boolean {
  return storage.secureCert?.encrypted ?? firmware?.secureCertPartition?.encrypted ?? false;
}

/**
 * Encrypts what the firmware reads through flash encryption, at the addresses of its partition table.
 * Errors: factory.address-unknown, factory.flash-encryption-off, factory.serial-number-needed, efuse.chip-unknown,
 * files.*, those of encryptFlash.
 */
export function encryptOnHost(
  config: ResolvedFactoryConfig,
  plain: PlainImages,
  context: HostEncryptionContext,
): HostEncrypted {
  const none = { keysPartition: undefined, secureCert: undefined, findings: [] };
  const { loaded, firmware, chip } = context;
  const given = config.flashEncryption?.mode === 'host' ? config.flashEncryption.key : undefined;
  if (given === undefined) return none;
  const at = loaded.where(['flashEncryption', 'mode']);
  const wantsSecureCert = plain.secureCert !== undefined && isSecureCertEncrypted(config, firmware);
  if (plain.keysPartition === undefined && !wantsSecureCert) {
    return { ...none, findings: [factoryErrors.finding('factory.nothing-to-encrypt', {}, at, 'warning')] };
  }
  if (firmware !== undefined && !firmware.encryption.flash.value) {
    throw factoryErrors.error('factory.flash-encryption-off', {}, at);
  }
  if (chip === undefined)
    throw efuseErrors.error('efuse.chip-unknown', { what: 'the flash encryption key' }, at);
  const places = [
    ...(plain.keysPartition === undefined ? [] : [{ image: 'nvs_keys', partition: firmware?.keysPartition }]),
    ...(wantsSecureCert ? [{ image: 'esp_secure_cert', partition: firmware?.secureCertPartition }] : []),
  ];
  const unknown = places.filter(({ partition }) => partition === undefined);
  if (unknown.length > 0) {
    throw new FactoryError(
      unknown.map(({ image }) => factoryErrors.finding('factory.address-unknown', { image }, at)),
    );
  }
  return within(loaded.where(['flashEncryption', 'key']), () => {
    const key = flashKeyOf(given, context);
    flashEncryptionScheme(chip, key.length);
    const encrypt = (data: Uint8Array | undefined, partition: Partition | undefined) =>
      data === undefined || partition === undefined
        ? undefined
        : encryptFlash({ chip, key, address: partition.offset, data });
    return {
      keysPartition: encrypt(plain.keysPartition, firmware?.keysPartition),
      secureCert: wantsSecureCert ? encrypt(plain.secureCert, firmware?.secureCertPartition) : undefined,
      findings: [],
    };
  });
}

function flashKeyOf(given: Resolved<NvsKey>, { loaded, serialNumber }: HostEncryptionContext): Uint8Array {
  if (given instanceof Uint8Array) return given;
  // The schema takes the forms of every key; rules.ts refuses to generate this one.
  if (!('folder' in given)) throw new TypeError('a flash encryption key is never generated');
  return readKeyOfFolder(loaded.absolute(['flashEncryption', 'key', 'folder'], given.folder), serialNumber);
}
