/** An output folder that Nx puts into its cache as it is, with whatever earlier runs left there. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { FactoryError, type Finding } from 'nvs-core';
import { factoryErrors } from '../errors';
import { keepKey, removeFile, removeStaleStaging, settleOutputs } from '../files';
import { entryOf } from '../files/set-folder';
import type { ManifestImage } from './manifest';
import { ALL_NAMES, EFUSE_KEY_NAMES, EXECUTOR_NAMES, FIXED_NAMES, SCRIPT_NAMES } from './names';
import { readManifest } from './output-folder';

export interface ClearOptions {
  /** Names that stay: those that are written next. */
  readonly keep?: readonly string[];
  /** Where keys go that no other file holds. */
  readonly keyFolder: string;
}

/**
 * Removes the files of earlier runs from an output folder; other files stay. A key that no other file holds is moved
 * to the key folder; the findings name the new path. Errors: files.*.
 */
export function clearOutputs(folder: string, { keep = [], keyFolder }: ClearOptions): Finding[] {
  if (!existsSync(folder)) return [];
  settleOutputs([join(folder, FIXED_NAMES.manifest)]);
  removeStaleStaging(folder);
  const names = ALL_NAMES.filter((name) => !keep.includes(name) && isFile(join(folder, name)));
  const isOnlyCopy = onlyCopiesIn(folder);
  const keys = names.filter(isOnlyCopy);
  for (const name of names) if (!keys.includes(name)) removeFile(join(folder, name));
  return keys.map((name) => {
    const file = join(folder, name);
    const params = { file: relative('.', file), to: keepKey(file, keyFolder) };
    return factoryErrors.finding('factory.key-moved', params, {}, 'warning');
  });
}

/** Or a link, which is removed and not followed. */
function isFile(path: string): boolean {
  const entry = entryOf(path);
  return entry?.isFile() === true || entry?.isSymbolicLink() === true;
}

/** Which files hold keys of their own; a keys partition does unless the manifest shows otherwise. */
function onlyCopiesIn(folder: string): (name: string) => boolean {
  const images = imagesIn(folder);
  const keysPartitions = [EXECUTOR_NAMES.keys, SCRIPT_NAMES.keys];
  return (name) => {
    if (entryOf(join(folder, name))?.isFile() !== true) return false;
    if (!keysPartitions.includes(name)) return Object.values(EFUSE_KEY_NAMES).includes(name);
    const image = images.find(({ kind, file }) => kind === 'nvs-keys' && file === name);
    return image === undefined || image.isOnlyCopy === true;
  };
}

function imagesIn(folder: string): readonly ManifestImage[] {
  try {
    return readManifest(folder).images;
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return [];
  }
}
