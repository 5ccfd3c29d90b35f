import { relative } from 'node:path';
import { DISK, INPUT_LIMIT, type InputReader } from '../files';
import { type Firmware, readFirmware } from './firmware';
import type { NamedFirmware } from './named';
import { isEspIdfProject } from './project';

/** Where an app is, and what is known of its firmware. */
export interface AppLocation {
  /** The folder of the config. */
  readonly folder: string;
  /** The chip, if the config or an option names it. */
  readonly target: string | undefined;
  readonly variant: string | undefined;
  /** The section `firmware` of the config. */
  readonly named: NamedFirmware;
}

export type FirmwareReader = Pick<InputReader, 'readOptional' | 'foldersOf' | 'modifiedAt'>;

export interface FirmwareSources {
  /** The environment of the process, which a build may read, too. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files?: FirmwareReader;
}

/** The ESP-IDF app of a config, if there is one. Errors: those of readInput for its files. */
export function firmwareOf(
  { folder, target, variant, named }: AppLocation,
  { env, files: { readOptional, foldersOf, modifiedAt } = DISK }: FirmwareSources,
): Firmware | undefined {
  const root = named.project ?? (relative('.', folder) || '.');
  const files = {
    readFile: (path: string) => readOptional(path, firmwareLimit(path)),
    foldersOf,
    modifiedAt,
  };
  if (!isEspIdfProject(root, files) && !namesBuild(named)) return undefined;
  return readFirmware(root, files, {
    named,
    environment: (name) => env[name],
    ...(target === undefined ? {} : { target }),
    ...(variant === undefined ? {} : { variant }),
  });
}

/** Whether a config names what its firmware is built with: then the project needs no files that ESP-IDF knows. */
function namesBuild({ buildFolder, sdkconfig, sdkconfigDefaults }: NamedFirmware): boolean {
  return (buildFolder ?? sdkconfig ?? sdkconfigDefaults) !== undefined;
}

/** The description of a build lists every source file of every component. */
export function firmwareLimit(path: string): number {
  return path.endsWith('.json') ? INPUT_LIMIT.build : INPUT_LIMIT.firmware;
}
