/** An output folder, read back: its manifest and the files listed there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { within } from 'nvs-core/errors';
import { factoryErrors } from '../errors';
import { readInput, settleOutputs } from '../files';
import { type Manifest, type ManifestImage, parseManifest } from './manifest';
import { FIXED_NAMES } from './names';

/**
 * The manifest of an output folder. If a killed run left a set of files unfinished, it is finished first.
 * Errors: factory.manifest-missing, factory.manifest-invalid, files.*.
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, FIXED_NAMES.manifest);
  settleOutputs([path]);
  if (!existsSync(path)) throw factoryErrors.error('factory.manifest-missing', { path });
  const parsed = parseManifest(new TextDecoder().decode(readInput(path)));
  if ('manifest' in parsed) return parsed.manifest;
  throw factoryErrors.error('factory.manifest-invalid', { path, problem: parsed.problem });
}

/**
 * The images in the manifest of an output folder, each compared with its file.
 * Errors: those of readManifest; factory.image-changed, files.*.
 */
export function readPartitionImages(folder: string): readonly ManifestImage[] {
  const { images } = readManifest(folder);
  for (const { file, size, sha256: digest } of images) {
    const path = join(folder, file);
    const data = within({ file: path }, () => readInput(path));
    if (data.length !== size || (digest !== null && toHex(sha256(data)) !== digest)) {
      throw factoryErrors.error('factory.image-changed', { file }, { file: path });
    }
  }
  return images;
}
