/** The files of an image that are flashed: made here, named in the manifest, and found again by who flashes them. */
import { join } from 'node:path';
import { sha256, toHex, within } from 'nvs-core';
import { factoryErrors } from '../errors';
import { readInput } from '../files';
import type { FactoryImage } from './image';
import type { OutputNames } from './outputs';

/** A file that goes into one partition, as the manifest tells of it. */
export interface FlashFile {
  readonly kind: 'nvs' | 'nvs-keys';
  /** Name in the output folder. */
  readonly file: string;
  /** Label of its partition; null where no partition table was found. */
  readonly label: string | null;
  /** Bytes. */
  readonly size: number;
  /** Null where a passcode could be guessed from it. */
  readonly sha256: string | null;
}

/** The files that are flashed, with their contents, keys first. */
export function flashFilesOf(
  made: FactoryImage,
  names: OutputNames,
): (FlashFile & { readonly data: Uint8Array })[] {
  const { image, keysPartition, partition, config, firmware, credentials } = made;
  const keys =
    keysPartition === undefined
      ? []
      : [
          {
            kind: 'nvs-keys' as const,
            file: names.keys,
            label: firmware?.keysPartition?.name ?? null,
            size: keysPartition.length,
            sha256: fingerprint(keysPartition),
            data: keysPartition,
          },
        ];
  // A digest of the image gives eight digits away to who knows the rest of it, and the device tells its salt to
  // anybody: it is told only where a key of 256 bits is digested with them.
  const isGuessable = keysPartition === undefined && credentials.dacKey === undefined;
  const label = partition?.name ?? config.partition.label ?? null;
  const nvs = { kind: 'nvs' as const, file: names.image, label, size: image.length };
  return [...keys, { ...nvs, sha256: isGuessable ? null : fingerprint(image), data: image }];
}

/**
 * The files that an output folder has to flash, checked against its manifest.
 * Errors: factory.manifest-missing, factory.manifest-invalid, factory.image-changed, files.*.
 */
export function readFlashFiles(folder: string): FlashFile[] {
  const path = join(folder, 'manifest.json');
  const files = manifestFiles(path);
  for (const { file, size, sha256: digest } of files) {
    const data = within({ file: join(folder, file) }, () => readInput(join(folder, file)));
    if (data.length !== size || (digest !== null && fingerprint(data) !== digest)) {
      throw factoryErrors.error('factory.image-changed', { file }, { file: join(folder, file) });
    }
  }
  return files;
}

function manifestFiles(path: string): FlashFile[] {
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
  const { file, label, size, sha256: digest } = (value ?? {}) as Partial<FlashFile>;
  return (
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
