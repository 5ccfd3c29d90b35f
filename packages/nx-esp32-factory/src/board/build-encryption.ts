/** Whether a build has flash encryption as the sdkconfig does, which may be newer. */
import type { Finding } from 'nvs-core';
import { boardErrors } from '../errors';
import { INPUT_LIMIT, readOptional } from '../files';
import { type Firmware, parseSdkconfigJson } from '../firmware';
import type { BuiltFile } from './flasher-args';

/** Errors: board.encryption-differs, files.*. */
export function encryptionFindings(files: readonly BuiltFile[], firmware: Firmware): Finding[] {
  const { flash, release } = firmware.encryption;
  const isBuilt = builtWith(firmware) ?? listedWith(files, flash.value && release.value);
  if (isBuilt === undefined || isBuilt === flash.value) return [];
  return [boardErrors.finding('board.encryption-differs', { isBuilt })];
}

/** What config/sdkconfig.json of the build says: the values that it was compiled with. */
function builtWith({ build }: Firmware): boolean | undefined {
  const data = build === undefined ? undefined : readOptional(build.values, INPUT_LIMIT.build);
  if (build === undefined || data === undefined) return undefined;
  const settings = parseSdkconfigJson(new TextDecoder().decode(data), build.values);
  return settings?.some(({ symbol, value }) => symbol === 'SECURE_FLASH_ENC_ENABLED' && value === 'y');
}

/** What flasher_args.json says, which is "false" for every file in release mode. */
function listedWith(files: readonly BuiltFile[], isRelease: boolean): boolean | undefined {
  return isRelease ? undefined : files.find(({ name }) => name === 'app')?.isEncrypted;
}
