import { join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { readInput } from '../files';
import { type Manifest, parseManifest } from './manifest';
import { FIXED_NAMES } from './names';

/** The manifest of a folder as it is now; undefined if there is none that this version can read. */
export function parseManifestFile(folder: string): Manifest | undefined {
  try {
    const parsed = parseManifest(new TextDecoder().decode(readInput(join(folder, FIXED_NAMES.manifest))));
    return 'manifest' in parsed ? parsed.manifest : undefined;
  } catch (error) {
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
}
