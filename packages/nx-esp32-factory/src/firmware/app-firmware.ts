import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { lazy, readInput } from '../files';
import type { Firmware, readFirmware } from './firmware';
import { isEspIdfProject } from './project';

const firmwareModule = lazy(() => require('./firmware') as typeof import('./firmware'));

/** The ESP-IDF app in a folder, if any; the code that reads it is loaded only then. */
export function firmwareOf(
  folder: string,
  target: string | undefined,
  variant?: string,
): Firmware | undefined {
  const app = appIn(folder, target, variant);
  return app && firmwareModule().readFirmware(...app);
}

/** Only the NVS encryption of that app. */
export function firmwareEncryptionOf(
  folder: string,
  target: string | undefined,
  variant?: string,
): Pick<Firmware, 'encryption' | 'inputs'> | undefined {
  const app = appIn(folder, target, variant);
  return app && firmwareModule().readFirmwareEncryption(...app);
}

function appIn(
  folder: string,
  target: string | undefined,
  variant: string | undefined,
): Parameters<typeof readFirmware> | undefined {
  const root = relative('.', folder) || '.';
  const files = { readFile: readOptional };
  if (!isEspIdfProject(root, files)) return undefined;
  const options = {
    ...(target === undefined ? {} : { target }),
    ...(variant === undefined ? {} : { variant }),
  };
  return [root, files, options];
}

function readOptional(path: string): Uint8Array | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readInput(path) : undefined;
}
