/** The keys of a device that go into its eFuses: where they stand, and the file with the commands that burn them. */
import { relative } from 'node:path';
import { type EfuseKey, type EfuseKeyFile, type EfusePurpose, efuseCommandsText } from '../../efuse';

/** A key to burn, in memory. */
export interface DeviceEfuseKey extends EfuseKey {
  /** 32 raw bytes for HMAC_UP; PEM for ECDSA_KEY. */
  readonly data: Uint8Array;
  /** Absolute path of the file that keeps it, where that is none of the outputs. */
  readonly file: string | undefined;
  /** It is written with the outputs, because nothing else has it in the form that espefuse reads. */
  readonly isOutput: boolean;
}

/** A key to burn, as the manifest tells of it. */
export interface ManifestEfuseKey extends EfuseKey {
  /** Name in the output folder; null where the config refers to the key. */
  readonly file: string | null;
}

const NAMES: Readonly<Record<EfusePurpose, string>> = {
  HMAC_UP: 'hmac_key.bin',
  ECDSA_KEY: 'ecdsa_key.pem',
};

/** What a key that is an output may be called. */
export const EFUSE_KEY_FILES: readonly string[] = Object.values(NAMES);

export const EFUSE_COMMANDS_FILE = 'efuse-commands.txt';

/** The keys that are outputs themselves, by their names. */
export function keyFilesOf(keys: readonly DeviceEfuseKey[]): { name: string; data: Uint8Array }[] {
  return keys.filter(({ isOutput }) => isOutput).map(({ purpose, data }) => ({ name: NAMES[purpose], data }));
}

export function manifestKeysOf(keys: readonly DeviceEfuseKey[]): ManifestEfuseKey[] {
  return keys.map(({ block, purpose, isOutput }) => ({
    block,
    purpose,
    file: isOutput ? NAMES[purpose] : null,
  }));
}

/** The file with the commands, for one who burns by hand in the output folder. */
export function efuseCommands(chip: string, keys: readonly DeviceEfuseKey[], folder: string): string {
  const files = keys.map(
    ({ block, purpose, file, isOutput }): EfuseKeyFile => ({
      block,
      purpose,
      file: isOutput || file === undefined ? NAMES[purpose] : fromFolder(folder, file),
    }),
  );
  const absent = keys.filter(({ isOutput, file }) => !isOutput && file === undefined);
  return efuseCommandsText(
    chip,
    files,
    absent.map(
      ({ purpose }) =>
        `${NAMES[purpose]} is not here: the config takes the key from an environment variable. Write its bytes there, and remove the file afterwards.`,
    ),
  );
}

/** Relative, so that the text does not tell whose machine it was, and a cached one fits every machine. */
function fromFolder(folder: string, file: string): string {
  return relative(folder, file).replaceAll('\\', '/');
}
