/** The files of an image that are flashed: made here, named in the manifest, and found again by who flashes them. */
import { join } from 'node:path';
import { sha256, toHex, within } from 'nvs-core';
import type { FactoryImage } from '../device';
import { factoryErrors } from '../errors';
import { readInput, settleOutputs } from '../files';
import { SECURE_CERT_NAME } from '../firmware';
import type { PartEncryption } from '../flash';
import { FIXED_NAMES, type OutputNames } from './names';

/** A file that goes into one partition, as the manifest tells of it. */
export interface FlashFile {
  readonly kind: 'nvs' | 'nvs-keys' | 'secure-cert';
  /** Name in the output folder. */
  readonly file: string;
  /** Label of its partition; null where no partition table was found. */
  readonly label: string | null;
  /**
   * Where the partition table does not decide: "host" for a file that is encrypted already, "device" or "none" where
   * the config says how the device reads the partition.
   */
  readonly encryption?: PartEncryption;
  /** Bytes. */
  readonly size: number;
  /** Null where a passcode could be guessed from it. */
  readonly sha256: string | null;
  /** The keys in it were generated with the image, and no other file holds them. */
  readonly isOnlyCopy?: boolean;
}

/** The files that are flashed, with their contents, keys first. */
export function flashFilesOf(
  made: FactoryImage,
  names: OutputNames,
): (FlashFile & { readonly data: Uint8Array })[] {
  const { image, keysPartition, secureCert, hostEncrypted, partition, config, firmware } = made;
  const fileOf = (
    kind: FlashFile['kind'],
    file: string,
    label: string | null,
    data: Uint8Array,
    encryption?: PartEncryption,
    isOnlyCopy = false,
  ) => ({
    kind,
    file,
    label,
    ...(encryption === undefined ? {} : { encryption }),
    size: data.length,
    sha256: isGuessable(made, kind) ? null : fingerprint(data),
    ...(isOnlyCopy ? { isOnlyCopy } : {}),
    data,
  });
  const host = (encrypted: Uint8Array | undefined) => (encrypted === undefined ? undefined : 'host');
  const provisioned = config.storage.secureCert?.encrypted;
  const said = provisioned === undefined ? undefined : provisioned ? 'device' : 'none';
  const keysLabel = firmware?.keysPartition?.name ?? null;
  const secureCertLabel =
    firmware === undefined ? SECURE_CERT_NAME : (firmware.secureCertPartition?.name ?? null);
  return [
    ...(keysPartition === undefined
      ? []
      : [
          fileOf(
            'nvs-keys',
            names.keys,
            keysLabel,
            hostEncrypted.keysPartition ?? keysPartition,
            host(hostEncrypted.keysPartition),
            config.encryption?.scheme === 'flash' && 'generate' in config.encryption.key,
          ),
        ]),
    ...(secureCert === undefined
      ? []
      : [
          fileOf(
            'secure-cert',
            names.secureCert,
            secureCertLabel,
            hostEncrypted.secureCert ?? secureCert,
            host(hostEncrypted.secureCert) ?? said,
          ),
        ]),
    fileOf('nvs', names.image, partition?.name ?? config.partition.label ?? null, image),
  ];
}

/**
 * A digest of an image gives eight digits away to who knows the rest of it, and the device tells its salt to anybody:
 * it is told only where a key of 256 bits is digested with them.
 */
function isGuessable({ config, credentials }: FactoryImage, kind: FlashFile['kind']): boolean {
  const { encryption, storage } = config;
  const isKeyInSecureCert = storage.attestation === 'secure-cert';
  if (kind === 'nvs-keys') return false;
  if (kind === 'secure-cert') return storage.ecdsaPeripheral !== undefined;
  const isEncrypted = encryption !== undefined && encryption.scheme !== 'none';
  return !isEncrypted && (isKeyInSecureCert || credentials.dacKey === undefined);
}

/**
 * The files that an output folder has to flash, checked against its manifest.
 * Errors: factory.manifest-missing, factory.manifest-invalid, factory.image-changed, files.*.
 */
export function readFlashFiles(folder: string): FlashFile[] {
  const path = join(folder, FIXED_NAMES.manifest);
  settleOutputs([path]);
  const files = manifestFiles(path);
  for (const { file, size, sha256: digest } of files) {
    const data = within({ file: join(folder, file) }, () => readInput(join(folder, file)));
    if (data.length !== size || (digest !== null && fingerprint(data) !== digest)) {
      throw factoryErrors.error('factory.image-changed', { file }, { file: join(folder, file) });
    }
  }
  return files;
}

/** The files that a manifest names. Errors: factory.manifest-missing, factory.manifest-invalid. */
export function manifestFiles(path: string): FlashFile[] {
  let text: string;
  try {
    text = new TextDecoder().decode(readInput(path));
  } catch {
    throw factoryErrors.error('factory.manifest-missing', { path });
  }
  try {
    const { images } = JSON.parse(text) as { images: FlashFile[] };
    if (images.every(isFlashFile)) return images;
  } catch {
    // Said below.
  }
  throw factoryErrors.error('factory.manifest-invalid', { path });
}

function isFlashFile(value: unknown): value is FlashFile {
  const { file, label, encryption, size, sha256: digest } = (value ?? {}) as Partial<FlashFile>;
  return (
    (encryption === undefined || ['none', 'device', 'host'].includes(encryption)) &&
    typeof file === 'string' &&
    !file.includes('..') &&
    (label === null || typeof label === 'string') &&
    typeof size === 'number' &&
    (digest === null || typeof digest === 'string')
  );
}

function fingerprint(data: Uint8Array): string {
  return toHex(sha256(data));
}
