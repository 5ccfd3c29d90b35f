/** An output folder, read back: its manifest and the files listed there. */
import { join } from 'node:path';
import { sha256 } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { within } from 'nvs-core/errors';
import { factoryErrors } from '../errors';
import { displayPath, entryOf, readInput, settleOutputs } from '../files';
import { type Manifest, type ManifestImage, parseManifest } from './manifest';
import { FIXED_NAMES } from './names';

/**
 * The manifest of an output folder. If a killed run left a set of files unfinished, it is finished first.
 * Errors: factory.manifest-missing, factory.manifest-invalid, files.*.
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, FIXED_NAMES.manifest);
  settleOutputs([path]);
  if (entryOf(path) === undefined) throw factoryErrors.error('factory.manifest-missing', { path });
  const parsed = parseManifest(new TextDecoder().decode(readInput(path)));
  if ('manifest' in parsed) return parsed.manifest;
  throw factoryErrors.error('factory.manifest-invalid', { path, problem: parsed.problem });
}

/**
 * The images in the manifest of an output folder, each compared with its file. If the keys are not those of the image,
 * the error says where the key folder has them. Errors: those of readManifest; factory.image-changed,
 * factory.keys-kept, files.*.
 */
export function readPartitionImages(folder: string, keyFolder?: string): readonly ManifestImage[] {
  const { images } = readManifest(folder);
  for (const image of images) {
    try {
      assertImage(image, join(folder, image.file));
    } catch (error) {
      throw keptElsewhere(image, folder, keyFolder) ?? error;
    }
  }
  return images;
}

function assertImage({ file, size, sha256: digest }: ManifestImage, path: string): void {
  const data = within({ file: path }, () => readInput(path));
  if (data.length !== size || (digest !== null && toHex(sha256(data)) !== digest)) {
    throw factoryErrors.error('factory.image-changed', { file }, { file: path });
  }
}

function keptElsewhere({ file, kept }: ManifestImage, folder: string, keyFolder: string | undefined) {
  if (kept === undefined || keyFolder === undefined) return undefined;
  const path = join(keyFolder, kept);
  if (entryOf(path)?.isFile() !== true) return undefined;
  const params = { file, kept: displayPath(path) };
  return factoryErrors.error('factory.keys-kept', params, { file: join(folder, file) });
}
