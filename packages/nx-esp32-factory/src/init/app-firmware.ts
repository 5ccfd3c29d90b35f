import { FactoryError } from 'nvs-core';
import type { LoadedConfig } from '../config';
import { initErrors } from '../errors';
import {
  explainedErrors,
  type Firmware,
  type FirmwareOptions,
  namedFirmware,
  readFirmware,
} from '../firmware';
import type { App } from './app-folder';
import type { Draft } from './draft';

/** What a build may read of the environment. */
export const environment = (name: string) => process.env[name];

/** Where the firmware of a config is, and what the config says about it: its chip and its section `firmware`. */
export function locateFirmware(app: App, draft: Draft, { config, absolute, where }: LoadedConfig) {
  const inDraft: LoadedConfig['absolute'] = (path, written) => {
    const file = absolute(path, written);
    return draft.inWorkspace(file) ?? file;
  };
  const named = namedFirmware(config.firmware, { absolute: inDraft, where });
  const options: FirmwareOptions = {
    named,
    environment,
    ...(config.chip === undefined ? {} : { target: config.chip }),
  };
  return { root: named.project ?? app.root, options };
}

/** The firmware of an app without a config. Errors: init.chip-differs, firmware.*, partition-table.*. */
export function readApp(app: App, draft: Draft, requested: string | undefined): Firmware {
  const plain = readFirmware(app.root, draft, { environment });
  const { target } = plain;
  if (requested !== undefined && target.origin !== 'default' && target.value !== requested)
    throw initErrors.error('init.chip-differs', { chip: requested, found: target.value }, target.origin);
  return withoutErrors(
    requested === undefined ? plain : readFirmware(app.root, draft, { environment, target: requested }),
  );
}

/** The firmware, if reading it gave no errors. Errors: firmware.*, partition-table.*. */
export function withoutErrors(firmware: Firmware): Firmware {
  const errors = explainedErrors(firmware, firmware.findings);
  if (errors.length > 0) throw new FactoryError(errors);
  return firmware;
}
