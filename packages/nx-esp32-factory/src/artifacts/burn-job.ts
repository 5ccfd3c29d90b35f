/** The keys to burn for an output folder, each checked against the image that was made with it. */
import { join } from 'node:path';
import {
  decodeSecureCert,
  decryptNvs,
  deriveHmacKeys,
  FactoryError,
  parseCertificate,
  parsePrivateKey,
  secureCertContents,
  wipeNvsKeys,
} from 'nvs-core';
import { within } from 'nvs-core/errors';
import { type LoadedConfig, resolveField } from '../config';
import { assertHmacKey, type KeyStore } from '../device';
import { assertEfuseKeys, type EfuseKey } from '../efuse';
import { efuseErrors } from '../errors';
import { displayPath, readInput, readReference } from '../files';
import type { Manifest, ManifestEfuse, ManifestImage } from './manifest';
import { readManifest, readPartitionImages } from './output-folder';

/** A key with its bytes: 32 raw ones for HMAC_UP, PEM for ECDSA_KEY. */
export interface BurnKey extends EfuseKey {
  readonly data: Uint8Array;
  /** The name of its file. */
  readonly name: string;
  /** The file in the key folder that has it, if the output folder does not. */
  readonly keptAt: string | undefined;
}

export interface BurnJobOptions {
  readonly loaded: LoadedConfig;
  /** Target name, such as "esp32c6". */
  readonly chip: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keyStore: KeyStore;
  /** Where generated keys are kept. */
  readonly keyFolder: string;
}

/**
 * The keys that the manifest of an output folder lists; a key that is not an output comes from the config, and one
 * that is gone or not that of the image from the key folder.
 * Errors: factory.manifest-*, factory.image-changed, efuse.key-missing, efuse.key-not-of-image, efuse.key-length,
 * efuse.key-blank, those of assertEfuseKeys and of resolving the config, files.*.
 */
export function burnKeysOf(folder: string, options: BurnJobOptions): BurnKey[] {
  const manifest = readManifest(folder);
  const images = { folder, images: readPartitionImages(folder) };
  assertEfuseKeys(options.chip, manifest.efuses);
  const keys: BurnKey[] = [];
  try {
    for (const efuse of manifest.efuses) {
      keys.push(
        efuse.file === null
          ? checkedKey(efuse, { data: keyOfConfig(efuse, manifest, options), name: 'hmac_key.bin' }, images)
          : keyOfFiles(efuse, efuse.file, images, options.keyFolder),
      );
    }
    return keys;
  } catch (error) {
    for (const { data } of keys) data.fill(0);
    throw error;
  }
}

interface OutputImages {
  readonly folder: string;
  readonly images: readonly ManifestImage[];
}

function keyOfFiles(efuse: ManifestEfuse, file: string, outputs: OutputImages, keyFolder: string): BurnKey {
  const keyAt = (path: string, keptAt?: string) =>
    checkedKey(efuse, { data: readInput(path), name: file, keptAt }, outputs);
  try {
    return keyAt(join(outputs.folder, file));
  } catch (error) {
    if (!(error instanceof FactoryError) || efuse.kept === undefined) throw error;
    const kept = join(keyFolder, efuse.kept);
    try {
      return keyAt(kept, displayPath(kept));
    } catch {
      throw error;
    }
  }
}

/** The key, if it is the one that the image was made with. */
function checkedKey(
  { block, purpose }: ManifestEfuse,
  { data, name, keptAt }: { data: Uint8Array; name: string; keptAt?: string | undefined },
  { folder, images }: OutputImages,
): BurnKey {
  try {
    if (purpose === 'HMAC_UP') assertHmacImage({ block, purpose }, assertHmacKey(data), folder, images);
    else assertDac({ block, purpose }, data, folder, images);
    return { block, purpose, data, name, keptAt };
  } catch (error) {
    data.fill(0);
    throw error;
  }
}

/** Whether an output folder requires keys to be burned. Errors: those of readManifest. */
export function needsBurning(folder: string): boolean {
  return readManifest(folder).efuses.length > 0;
}

function keyOfConfig(
  { purpose }: ManifestEfuse,
  { entries }: Manifest,
  { loaded, env, keyStore }: BurnJobOptions,
): Uint8Array {
  const { encryption } = loaded.config;
  if (purpose !== 'HMAC_UP' || encryption?.scheme !== 'hmac') {
    throw efuseErrors.error('efuse.key-missing', { purpose });
  }
  const path = ['encryption', 'key'];
  const key = resolveField(loaded, path, { readFile: readReference, env });
  if (key instanceof Uint8Array) return key;
  const { key: written } = encryption;
  if (!('folder' in written)) throw efuseErrors.error('efuse.key-missing', { purpose }, loaded.where(path));
  const serialNumber = entries.find((entry) => entry.key === 'serial-num')?.value;
  return keyStore.existingKey(
    loaded.absolute([...path, 'folder'], written.folder),
    typeof serialNumber === 'string' ? serialNumber : undefined,
  );
}

/** With a wrong key the device would erase every entry, and the key could never be changed. */
function assertHmacImage(
  efuse: EfuseKey,
  hmacKey: Uint8Array,
  folder: string,
  images: readonly ManifestImage[],
): void {
  const nvs = images.find(({ kind }) => kind === 'nvs');
  if (nvs === undefined) return;
  const keys = deriveHmacKeys(hmacKey);
  try {
    decryptNvs(readInput(join(folder, nvs.file)), keys).fill(0);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    throw notOfImage(efuse, join(folder, nvs.file));
  } finally {
    wipeNvsKeys(keys);
  }
}

/** Skips an image that this host encrypted: its DAC cannot be read here. */
function assertDac(efuse: EfuseKey, pem: Uint8Array, folder: string, images: readonly ManifestImage[]): void {
  const image = images.find(({ kind }) => kind === 'secure-cert');
  if (image === undefined || image.encryption === 'host') return;
  const path = join(folder, image.file);
  const { dac } = secureCertContents(decodeSecureCert(readInput(path)).tlvs);
  const { publicKey, raw } = within({ file: path }, () => parsePrivateKey(pem));
  raw.fill(0);
  if (dac === undefined || Buffer.compare(parseCertificate(dac).publicKey.data, publicKey) !== 0) {
    throw notOfImage(efuse, path);
  }
}

function notOfImage({ purpose, block }: EfuseKey, file: string): FactoryError {
  return efuseErrors.error('efuse.key-not-of-image', { purpose, block }, { file });
}
