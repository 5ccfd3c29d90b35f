/** The names of the files in an output folder. */
import type { EfusePurpose } from '../efuse';

/** The names that differ between the executor and the Matter SDK's script. */
export interface OutputNames {
  readonly image: string;
  readonly keys: string;
  readonly secureCert: string;
  /** The codes as the Matter SDK's script writes them. */
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
  // Misspelt as in the script: build files refer to it.
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
  nfcTag: 'onboarding.ndef',
  csv: 'nvs_partition.csv',
  efuseCommands: 'efuse-commands.txt',
} as const;

/** The names of the files with the codes, written unless the firmware generates its passcode. */
export const CODE_NAMES: readonly string[] = [
  FIXED_NAMES.codesText,
  FIXED_NAMES.codesJson,
  FIXED_NAMES.qrCodeSvg,
  FIXED_NAMES.qrCodePng,
];

/** The names of keys that are burned. */
export const EFUSE_KEY_NAMES: Readonly<Record<EfusePurpose, string>> = {
  HMAC_UP: 'hmac_key.bin',
  ECDSA_KEY: 'ecdsa_key.pem',
};

/** Every name, as a path from the folder: what this tool may remove there. */
export const ALL_NAMES: readonly string[] = [
  ...[EXECUTOR_NAMES, SCRIPT_NAMES].flatMap((names) => Object.values(names)),
  ...Object.values(FIXED_NAMES),
  ...Object.values(EFUSE_KEY_NAMES),
];
