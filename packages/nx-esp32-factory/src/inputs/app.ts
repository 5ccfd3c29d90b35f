import { dirname } from 'node:path';
import { type LoadedConfig, variantOf } from '../config';
import { type AppLocation, namedFirmware } from '../firmware';

/** The app of a config file. */
export function appOf(
  path: string,
  { config, absolute, where }: LoadedConfig,
  target: string | undefined = config.chip,
): AppLocation {
  return {
    folder: dirname(path),
    target,
    variant: variantOf(path),
    named: namedFirmware(config.firmware, { absolute, where }),
  };
}
