/** What is to be done to a board: files at addresses, and keys to burn. Nothing is written, and no program is started. */
import { dirname, join } from 'node:path';
import { type FlashJob, flashJobOf, needsBurning } from '../artifacts';
import { loadConfig } from '../config';
import { KEY_FOLDER, readConfigFile } from '../files';
import { firmwareOf } from '../firmware';
import { appOf } from '../inputs';
import { type Burning, burningOf } from './burning';
import type { BoardOptions, BoardPaths } from './options';

export interface BoardJob extends FlashJob {
  readonly burning: Burning | undefined;
  /** The image needs keys in eFuses. */
  readonly needsKeys: boolean;
}

/** Reads and checks everything on disk. Errors: those of loadConfig, firmwareOf, flashJobOf and burningOf. */
export function boardJobOf(options: BoardOptions, { config, folder }: BoardPaths): BoardJob {
  const loaded = loadConfig(config, { readFile: readConfigFile });
  const firmware = firmwareOf(appOf(config, loaded, options.chip ?? loaded.config.chip), {
    env: process.env,
  });
  const keyFolder = join(dirname(config), KEY_FOLDER);
  const job = flashJobOf(folder, firmware, keyFolder);
  const chip = options.chip ?? job.chip;
  return {
    ...job,
    chip,
    burning: burningOf(options, { folder, keyFolder, loaded, chip }),
    needsKeys: needsBurning(folder),
  };
}
