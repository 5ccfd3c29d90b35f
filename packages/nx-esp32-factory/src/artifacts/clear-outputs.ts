/** An output folder that Nx puts into its cache as it is, with whatever earlier runs left there. */
import { join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { assertNoLinks, entryOf, removeFile, removeStaleStaging, settleOutputs } from '../files';
import { ALL_NAMES, FIXED_NAMES } from './names';

/**
 * Removes the files of earlier runs from an output folder, except the names to keep; other files stay. No key is lost:
 * those that exist nowhere else are in the key folder. Errors: files.*.
 */
export function clearOutputs(folder: string, keep: readonly string[] = []): void {
  if (entryOf(folder)?.isDirectory() !== true) return;
  settleOutputs([join(folder, FIXED_NAMES.manifest)]);
  removeStaleStaging(folder);
  for (const name of ALL_NAMES) {
    if (!keep.includes(name) && isOurs(folder, name)) removeFile(join(folder, name));
  }
}

/** Anything but a folder, in the folder itself: a link is removed and not followed. */
function isOurs(folder: string, name: string): boolean {
  const path = join(folder, name);
  try {
    assertNoLinks(folder, path);
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'files.link') return false;
    throw error;
  }
  return entryOf(path)?.isDirectory() === false;
}
