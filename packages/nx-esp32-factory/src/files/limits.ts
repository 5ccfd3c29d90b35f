/**
 * The largest files that are read, in bytes: a file of the wrong kind is rejected before its bytes are in memory. That
 * of a credential is nvs-core's MAX_CREDENTIAL_LENGTH.
 */
const KIB = 1024;
const MIB = 1024 * KIB;

export const INPUT_LIMIT = {
  /** A factory config. */
  config: MIB,
  /** project.json and package.json. */
  project: 4 * MIB,
  /** sdkconfig files, CMake files and partition tables. */
  firmware: MIB,
  /** What a build writes about itself, and CMake presets. */
  build: 16 * MIB,
  /** What a config refers to: values, credentials, keys. */
  reference: MIB,
  /** A revocation set: as much as nvs-core reads. */
  revocationSet: 16 * MIB,
  /** NVS keys: a keys partition, or an HMAC key. */
  key: MIB,
  /** onboarding.json. */
  codes: 64 * KIB,
  passcode: KIB,
  /** An NVS CSV, an image, a flash dump. */
  dump: 64 * MIB,
} as const;

/** The most entries of a folder of certificates. */
export const FOLDER_LIMIT = 4096;
