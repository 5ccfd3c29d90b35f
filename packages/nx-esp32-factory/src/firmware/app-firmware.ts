import { relative } from 'node:path';
import { DISK, INPUT_LIMIT, type InputReader } from '../files';
import { type Firmware, readFirmware } from './firmware';
import { isEspIdfProject } from './project';

/** The ESP-IDF app in a folder, if there is one. Errors: those of readInput for its files. */
export function firmwareOf(
  folder: string,
  target: string | undefined,
  variant?: string,
  { readOptional }: Pick<InputReader, 'readOptional'> = DISK,
): Firmware | undefined {
  const root = relative('.', folder) || '.';
  const files = { readFile: (path: string) => readOptional(path, INPUT_LIMIT.firmware) };
  if (!isEspIdfProject(root, files)) return undefined;
  return readFirmware(root, files, {
    ...(target === undefined ? {} : { target }),
    ...(variant === undefined ? {} : { variant }),
  });
}
