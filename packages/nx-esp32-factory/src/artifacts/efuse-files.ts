/** The eFuse files of an output folder: keys that are stored nowhere else, and the commands that burn them. */
import { join, relative } from 'node:path';
import type { DeviceArtifacts, DeviceEfuseKey } from '../device';
import { type EfuseKeyFile, type EfusePurpose, efuseCommandsText } from '../efuse';
import type { OutputFile } from '../files';

const KEY_FILES: Readonly<Record<EfusePurpose, string>> = {
  HMAC_UP: 'hmac_key.bin',
  ECDSA_KEY: 'ecdsa_key.pem',
};

export const EFUSE_COMMANDS_FILE = 'efuse-commands.txt';

/** The name of a key's file in the output folder; null if the key is stored elsewhere. */
export function keyFileName({ purpose, isOutput }: DeviceEfuseKey): string | null {
  return isOutput ? KEY_FILES[purpose] : null;
}

export function efuseFiles({ chip, efuseKeys }: DeviceArtifacts, folder: string): OutputFile[] {
  if (chip === undefined || efuseKeys.length === 0) return [];
  const keys = efuseKeys
    .filter(({ isOutput }) => isOutput)
    .map(({ purpose, data }) => ({ path: join(folder, KEY_FILES[purpose]), data, secret: true }));
  const commands = commandsText(chip, efuseKeys, folder);
  return [...keys, { path: join(folder, EFUSE_COMMANDS_FILE), data: commands, secret: false }];
}

/** For burning by hand in the output folder. */
function commandsText(chip: string, keys: readonly DeviceEfuseKey[], folder: string): string {
  const files = keys.map(
    ({ block, purpose, file, isOutput }): EfuseKeyFile => ({
      block,
      purpose,
      file: isOutput || file === undefined ? KEY_FILES[purpose] : fromFolder(folder, file),
    }),
  );
  const absent = keys.filter(({ isOutput, file }) => !isOutput && file === undefined);
  return efuseCommandsText(
    chip,
    files,
    absent.map(
      ({ purpose }) =>
        `${KEY_FILES[purpose]} is not in this folder: the config reads the key from an environment variable. Write its bytes to the file, and delete it afterwards.`,
    ),
  );
}

/** Relative, so that the text names no machine, and a cached one is right on every machine. */
function fromFolder(folder: string, file: string): string {
  return relative(folder, file).replaceAll('\\', '/');
}
