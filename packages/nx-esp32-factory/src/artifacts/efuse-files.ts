/** The eFuse files of an output folder: keys that are stored nowhere else, and the commands that burn them. */
import { join, relative } from 'node:path';
import type { DeviceArtifacts, DeviceEfuseKey } from '../device';
import { type EfuseKeyFile, efuseCommandsText } from '../efuse';
import type { OutputFile } from '../files';
import { EFUSE_KEY_NAMES, FIXED_NAMES } from './names';

/** The name of a key's file in the output folder; null if the key is stored elsewhere. */
export function keyFileName({ purpose, isOutput }: DeviceEfuseKey): string | null {
  return isOutput ? EFUSE_KEY_NAMES[purpose] : null;
}

export function efuseFiles({ chip, efuseKeys }: DeviceArtifacts, folder: string): OutputFile[] {
  if (chip === undefined || efuseKeys.length === 0) return [];
  const keys = efuseKeys
    .filter(({ isOutput }) => isOutput)
    .map(({ purpose, data }) => ({ path: join(folder, EFUSE_KEY_NAMES[purpose]), data, secret: true }));
  const commands = commandsText(chip, efuseKeys, folder);
  return [...keys, { path: join(folder, FIXED_NAMES.efuseCommands), data: commands, secret: false }];
}

/** For burning by hand in the output folder. */
function commandsText(chip: string, keys: readonly DeviceEfuseKey[], folder: string): string {
  const files = keys.map(
    ({ block, purpose, file, isOutput }): EfuseKeyFile => ({
      block,
      purpose,
      file: isOutput || file === undefined ? EFUSE_KEY_NAMES[purpose] : fromFolder(folder, file),
    }),
  );
  const absent = keys.filter(({ isOutput, file }) => !isOutput && file === undefined);
  return efuseCommandsText(
    chip,
    files,
    absent.map(
      ({ purpose }) =>
        `${EFUSE_KEY_NAMES[purpose]} is not in this folder: the config reads the key from an environment variable. Write its bytes to the file, and delete it afterwards.`,
    ),
  );
}

/** Relative, so that the text names no machine, and a cached one is right on every machine. */
function fromFolder(folder: string, file: string): string {
  return relative(folder, file).replaceAll('\\', '/');
}
