/** What the files of an output folder are called. */
import { EFUSE_COMMANDS_FILE, EFUSE_KEY_FILES } from '../device';

/** How the outputs are called. */
export interface OutputNames {
  readonly image: string;
  readonly keys: string;
  readonly secureCert: string;
  /** The codes as the Matter SDK's script writes them, if wanted. */
  readonly codesCsv?: string;
}

/** The names of the executor. */
export const EXECUTOR_NAMES: OutputNames = {
  image: 'partition.bin',
  keys: 'nvs_keys.bin',
  secureCert: 'esp_secure_cert.bin',
};

/** The names of the Matter SDK's script. */
export const SCRIPT_NAMES: OutputNames = {
  image: 'factory_partition.bin',
  keys: 'keys/nvs_key_partition.bin',
  // Spelt as the script spells it: build files refer to it.
  secureCert: 'esp_secure_cert_partititon.bin',
  codesCsv: 'onboarding_codes.csv',
};

/** The names that are always the same. */
export const FIXED_NAMES = {
  manifest: 'manifest.json',
  codesText: 'onboarding.txt',
  codesJson: 'onboarding.json',
  qrCodeSvg: 'qr-code.svg',
  qrCodePng: 'qr-code.png',
  csv: 'nvs_partition.csv',
  inspectPage: 'inspect.html',
} as const;

/** Every name, paths from the folder: what this tool may remove there. */
export const ALL_NAMES: readonly string[] = [
  ...[EXECUTOR_NAMES, SCRIPT_NAMES].flatMap((names) => Object.values(names)),
  ...Object.values(FIXED_NAMES),
  ...EFUSE_KEY_FILES,
  EFUSE_COMMANDS_FILE,
];
