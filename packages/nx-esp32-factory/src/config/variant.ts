import { basename } from 'node:path';

/** The name of a config file: factory.config.json, and factory.<variant>.config.json for a variant, which is no hidden file. */
/** The config of an app; that of a variant has its name before "config". */
export const CONFIG_FILE = 'factory.config.json';

const CONFIG_NAME = /^factory(?:\.([^.].*))?\.config\.json$/;

/** Whether a file is a config by its name. */
export function isConfigName(path: string): boolean {
  return CONFIG_NAME.test(basename(path));
}

/** The variant that a config file is: "production" for factory.production.config.json. */
export function variantOf(path: string): string | undefined {
  return CONFIG_NAME.exec(basename(path))?.[1];
}
