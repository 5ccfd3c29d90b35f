/**
 * Old files in an output folder. On a hit Nx replaces the files that are in the cache entry, and leaves all others. So
 * the digest must not hit where files of an earlier run would stay beside the image.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifestFile } from '../artifacts/manifest-file';
import { ALL_NAMES } from '../artifacts/names';
import { readSource } from '../config/source';
import { entryOf, isUnfinished, readInput } from '../files';
import { replacedNames } from './cached-names';

export interface Outputs {
  /** The config file. */
  readonly config: string;
  /** The output folder. */
  readonly folder: string;
}

/** The digest of a config, or a value that was never seen before if a hit would leave old files in its output folder. */
export function digestForFolder(digest: string, outputs: Outputs): string {
  return leavesOldFiles(digest, outputs) ? randomBytes(32).toString('hex') : digest;
}

function leavesOldFiles(digest: string, { config, folder }: Outputs): boolean {
  if (namesIn(folder).some(isUnfinished)) return true;
  const present = ALL_NAMES.filter((name) => entryOf(join(folder, name)) !== undefined);
  if (present.length === 0) return false;
  const inputs = parseManifestFile(folder)?.inputs;
  // Of a run that Nx did not cache: production, or anything else that must not stay.
  if (inputs === undefined) return true;
  if (inputs === digest) return false;
  const replaced = replacedNames(codeFilesOf(config));
  return present.some((name) => !replaced.includes(name));
}

/** Whether each image of a config has codes (unless the firmware generates its passcode), and the content of a tag. */
function codeFilesOf(config: string): { readonly codes: boolean; readonly nfcTag: boolean } {
  try {
    const { commissioning } = readSource(config, readInput).value as {
      commissioning?: { passcode?: { dynamic?: unknown }; nfcTag?: unknown };
    };
    const codes = commissioning?.passcode?.dynamic !== true;
    return { codes, nfcTag: codes && commissioning?.nfcTag === true };
  } catch {
    // The run fails for it.
    return { codes: false, nfcTag: false };
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
