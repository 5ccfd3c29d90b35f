/** What is to be done to a board: files at addresses, and keys to burn. Nothing is written, and no program is started. */
import { dirname, join } from 'node:path';
import { type FlashJob, flashJobOf, needsBurning } from '../artifacts';
import { type LoadedConfig, loadConfig } from '../config';
import { factoryErrors } from '../errors';
import { KEY_FOLDER, readConfigFile } from '../files';
import { type Firmware, firmwareOf } from '../firmware';
import { appOf } from '../inputs';
import { type AppFiles, appFilesOf } from './app-files';
import { type Burning, burningOf } from './burning';
import type { BoardOptions, BoardPaths } from './options';

export interface BoardJob extends FlashJob {
  /** The firmware, if it is written, too. */
  readonly app: AppFiles | undefined;
  readonly burning: Burning | undefined;
  /** The image needs keys in eFuses. */
  readonly needsKeys: boolean;
}

/** Reads and checks everything on disk. Errors: those of loadConfig, firmwareOf, appFilesOf, flashJobOf and burningOf. */
export function boardJobOf(options: BoardOptions, { config, folder }: BoardPaths): BoardJob {
  const loaded = loadConfig(config, { readFile: readConfigFile });
  const firmware = readFirmware(options, config, loaded);
  const keyFolder = join(dirname(config), KEY_FOLDER);
  const app =
    options.withFirmware === true && firmware !== undefined
      ? appFilesOf(firmware, options.buildFolder)
      : undefined;
  const job = flashJobOf(folder, firmware, keyFolder, app);
  const chip = options.chip ?? job.chip;
  const needsKeys = needsBurning(folder);
  // Last, because it reads keys.
  const burning = burningOf(options, { folder, keyFolder, loaded, chip });
  return { ...job, chip, app, needsKeys, burning };
}

/** The app of the config; a given build folder decides as that of the config would. Errors: factory.option-invalid. */
function readFirmware(
  { chip, withFirmware, buildFolder }: BoardOptions,
  config: string,
  loaded: LoadedConfig,
): Firmware | undefined {
  if (buildFolder !== undefined && withFirmware !== true) {
    const params = { option: 'buildFolder', value: buildFolder, must: 'given together with --withFirmware' };
    throw factoryErrors.error('factory.option-invalid', params);
  }
  const app = appOf(config, loaded, chip ?? loaded.config.chip);
  const named = buildFolder === undefined ? app.named : { ...app.named, buildFolder };
  return firmwareOf({ ...app, named }, { env: process.env });
}
