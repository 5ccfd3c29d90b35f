/** The names of output files that differ between the executor and the Matter SDK's script. */
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
  // Spelt as the script spells it: build files refer to it.
  secureCert: 'esp_secure_cert_partititon.bin',
  codesCsv: 'onboarding_codes.csv',
};

export const MANIFEST_FILE = 'manifest.json';
