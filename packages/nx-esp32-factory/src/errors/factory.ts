import { errorTable, row } from 'nvs-core';

/** Where a target must not be cached: what the config says, and what else may say the reverse. */
const TURN_OFF =
  'write "output": {"cache": false} into the config, and take "cache": true out of project.json and of targetDefaults in nx.json if this target has it there';

export const factoryErrors = errorTable({
  'factory.inline-secret': row<{ field: string; env: string }>(
    (p) => `${p.field} of a production device is written in the config itself`,
    (p) => `refer to it: {"env": "${p.env}"} or {"file": "path"}, and keep it out of version control`,
  ),
  'factory.secret-on-command-line': row<{ field: string }>(
    (p) =>
      `${p.field} of a production device stands on the command line, where other users and the shell history see it`,
    () => 'write -p env:NAME or -p file:PATH, or use a config file, which refers to all of its secrets',
  ),
  'factory.cached-without-digest': row<{ config: string; input: string }>(
    (p) =>
      `this target is cached, but its inputs do not have the digest of ${p.config}: a change in what that refers to would go unnoticed`,
    (p) =>
      `add ${p.input} to the inputs of the target, take "cache" out of it, or make this image with "npx esp32-factory image"`,
  ),
  'factory.cached-though-off': row<{ reason: string }>(
    (p) => `Nx caches this target, but must not: ${p.reason}`,
    () =>
      'take "cache": true out of the target in project.json and out of targetDefaults in nx.json; if it stands in neither, the project graph is older than the config: run "nx reset"',
  ),
  'factory.cached-generated': row<{ reason: string }>(
    (p) => `Nx caches this target, but must not: ${p.reason}`,
    () => `${TURN_OFF}; or give the value`,
  ),
  'factory.cached-secrets': row<{ reason: string }>(
    (p) => `Nx caches this target, but must not: ${p.reason}`,
    () => `${TURN_OFF}; or allow it with "output": {"cache": true}`,
  ),
  'factory.cached-firmware-encryption': row<{ reason: string; section: string }>(
    (p) => `Nx caches this target, but must not: ${p.reason}`,
    (p) => `write ${p.section} into the config, so that Nx knows of it before the run`,
  ),
  'factory.key-moved': row<{ file: string; to: string }>(
    (p) => `${p.file} of an earlier run would have come into Nx's cache, and is now ${p.to}`,
    () => 'no other file holds this key: keep it for the device that has it',
  ),
  'factory.manifest-missing': row<{ path: string }>(
    (p) => `there is no manifest ${p.path}: nothing was made here that could be flashed`,
    () => 'make the image first: nx run <project>:factory-image',
  ),
  'factory.manifest-invalid': row<{ path: string; problem: string }>(
    (p) => `${p.path} is not a manifest of this version: ${p.problem}`,
    () => 'make the image again: nx run <project>:factory-image',
  ),
  'factory.image-changed': row<{ file: string }>(
    (p) => `${p.file} is not the file that its manifest tells of`,
    () => 'make the image again: nx run <project>:factory-image',
  ),
  'factory.codes-invalid': row<{ reason: string }>(
    (p) => `the onboarding codes cannot be read: ${p.reason}`,
    () => 'give the onboarding.json that was made with the image',
  ),
  'factory.no-partition-table': row(
    () => 'there is no ESP-IDF app beside the config, so that nobody knows where its partitions are',
    () =>
      'put the config into the folder of the app, beside its CMakeLists.txt, sdkconfig and partitions.csv',
  ),
  'factory.label-unknown': row<{ file: string }>(
    (p) => `${p.file} was made without knowing its partition`,
    () =>
      'name the label in partition.label of the config, or add the partition to the table; then make the image again',
  ),
  'factory.image-not-of-table': row<{ file: string; size: string; label: string; partitionSize: string }>(
    (p) =>
      `${p.file} has ${p.size} bytes, but its partition "${p.label}" has ${p.partitionSize}: the rest would keep old pages`,
    () => 'make the image again, with the size of the partition table: take partition.size out of the config',
  ),
  'factory.serial-number-needed': row<{ folder: string }>(
    (p) => `the keys of ${p.folder} are named after serial numbers, and this device has none`,
    () => 'give deviceInstanceInfo.serialNumber, or refer to the key with {"file": path}',
  ),
  'factory.address-unknown': row<{ image: string }>(
    (p) => `${p.image} is encrypted for its address in flash, which no partition table here tells`,
    (p) =>
      `put the config beside the app, with a row for ${p.image} in its partitions.csv, or let the device encrypt ("mode": "device")`,
  ),
  'factory.flash-encryption-off': row(
    () => 'this host is to encrypt for a device with flash encryption, but the firmware has it off',
    () => 'set CONFIG_SECURE_FLASH_ENC_ENABLED=y as on the device, or take flashEncryption out of the config',
  ),
  'factory.hmac-key-new': row(
    () =>
      'each run makes a new HMAC key and replaces hmac_key.bin: a device that has an earlier one burned cannot read this image',
    () => 'for more than a first try keep one key per device: "key": {"folder": "keys"}',
  ),
  'factory.nothing-to-encrypt': row(
    () => 'flashEncryption is set to "host", but no image of this run is read through flash encryption',
    () => 'NVS does its own encryption: take flashEncryption out, or set encryption to the scheme "flash"',
  ),
  'factory.option-invalid': row<{ option: string; value: string; must: string }>(
    (p) => `--${p.option} is "${p.value}"; it must be ${p.must}`,
    () => 'see --help of the target',
  ),
});
