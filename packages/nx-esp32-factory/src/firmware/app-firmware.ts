import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { readInput } from '../files';
import { type Firmware, readFirmware, readFirmwareEncryption } from './firmware';
import { isEspIdfProject } from './project';

/** The ESP-IDF app in a folder, if there is one. */
export function firmwareOf(
  folder: string,
  target: string | undefined,
  variant?: string,
): Firmware | undefined {
  const app = appIn(folder, target, variant);
  return app && readFirmware(...app);
}

/** What of that app decides about NVS encryption, and nothing else of it. */
export function firmwareEncryptionOf(
  folder: string,
  target: string | undefined,
  variant?: string,
): Pick<Firmware, 'encryption' | 'inputs'> | undefined {
  const app = appIn(folder, target, variant);
  return app && readFirmwareEncryption(...app);
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
