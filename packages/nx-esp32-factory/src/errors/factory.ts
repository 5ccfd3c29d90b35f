import { errorTable, row } from 'nvs-core/errors';

/** The help for a target that must not be cached: the field of the config, and the places that may contradict it. */
const TURN_OFF =
  'write "output": {"cache": false} into the config, and take "cache": true out of project.json and of targetDefaults in nx.json if this target has it there';

export const factoryErrors = errorTable({
  'factory.inline-secret': row<{ field: string; env: string }>(
    (p) => `${p.field} of a production device is an inline secret of the config`,
    (p) =>
      `use a reference, {"env": "${p.env}"} or {"file": "path"}, and keep the secret out of version control`,
  ),
  'factory.production': row<{ reasons: readonly string[] }>(
    (p) => `this counts as production: ${p.reasons.join('; ')}`,
    () =>
      'in production an inline secret, and credentials that a commissioner rejects, are errors; with test vendor ids (0xFFF1 to 0xFFF4) throughout, and a declaration under the public test key, they are not',
  ),
  'factory.secret-on-command-line': row<{ field: string }>(
    (p) =>
      `${p.field} of a production device is on the command line, where other users and the shell history can see it`,
    () => 'write -p env:NAME or -p file:PATH, or use a config file with references to its secrets',
  ),
  'factory.cached-without-digest': row<{ config: string; outputPath: string; input: string }>(
    (p) =>
      `this target is cached, but its inputs do not have the digest of ${p.config} for the output folder ${p.outputPath}: a change in what the config refers to, and old files in the folder, would go unnoticed`,
    (p) =>
      `add ${p.input} to the inputs of the target, take "cache" out of it, or make this image with "npx esp32-factory image"`,
  ),
  'factory.cached-though-off': row<{ reason: string }>(
    (p) => `Nx caches this target, but must not: ${p.reason}`,
    () =>
      'take "cache": true out of the target in project.json and out of targetDefaults in nx.json; if it is in neither, the project graph is older than the config: run "nx reset"',
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
  'factory.use-cached': row<{ project: string; target: string }>(
    (p) =>
      `Nx caches ${p.project}:${p.target}, but must not: on a hit nothing would be done, and its outputs could hold secrets of the image`,
    () =>
      'take "cache": true out of the target in project.json and out of targetDefaults, and its name out of cacheableOperations, in nx.json',
  ),
  'factory.configuration': row<{
    project: string;
    target: string;
    configuration: string;
    variantTarget: string | undefined;
    file: string;
  }>(
    (p) =>
      `${p.project}:${p.target} was run with the configuration "${p.configuration}", which does not change its config file: variants of a config are targets`,
    (p) =>
      p.variantTarget === undefined
        ? `there is no variant "${p.configuration}" yet: write ${p.file} with "extends": "factory.config.json" and what differs, and it gets its own targets`
        : `run the target of the variant: nx ${p.variantTarget} ${p.project}`,
  ),
  'factory.cached-glob': row<{ path: string; character: string }>(
    (p) =>
      `Nx caches this target, but must not: its output folder ${p.path} has "${p.character}" in its name, which is a pattern in the outputs of a target`,
    () =>
      'rename the folder, give another "outputPath" without patterns, or take "cache": true out of the target in project.json and out of targetDefaults in nx.json',
  ),
  'factory.output-cached': row<{ folder: string; project: string; target: string; output: string }>(
    (p) =>
      `Nx caches ${p.project}:${p.target} with its output ${p.output}, which would take the secrets in ${p.folder} along, and bring old ones back`,
    (p) =>
      `write "outputs" of ${p.project}:${p.target} that are clear of ${p.folder} (such as ["{projectRoot}/dist"]), or "cache": false into that target`,
  ),
  'factory.output-shared': row<{ folder: string; project: string; target: string; output: string }>(
    (p) => `${p.project}:${p.target} writes an image to ${p.output}, as this target would in ${p.folder}`,
    () => 'give one of the targets another "outputPath", or its config another variant name',
  ),
  'factory.output-outside': row<{ folder: string }>(
    (p) => `the output folder ${p.folder} is outside of the workspace, or a link leads there`,
    () =>
      'leave "outputPath" out, or give a folder in the workspace; "npx esp32-factory image" writes anywhere',
  ),
  'factory.output-reserved': row<{ folder: string; name: string }>(
    (p) => `the output folder ${p.folder} is ${p.name} or in it, which belongs to another program`,
    () => 'leave "outputPath" out, or give a folder of its own, such as "factory-output/mine"',
  ),
  'factory.output-in-project': row<{ folder: string; project: string; relation: 'is in' | 'contains' }>(
    (p) =>
      `the output folder ${p.folder} ${p.relation} the project ${p.project}, whose own targets may have Nx cache and replace what is there`,
    () => 'leave "outputPath" out, or give a folder outside of every project, such as "factory-output/mine"',
  ),
  'factory.output-has-sources': row<{ folder: string; file: string; tracked: boolean }>(
    (p) =>
      `the output folder ${p.folder} has a file that is not ours: ${p.file}${p.tracked ? ', which git tracks' : ''}`,
    () => 'leave "outputPath" out, or give a new folder, such as "factory-output/mine"',
  ),
  'factory.inputs-changed': row<{ config: string }>(
    (p) =>
      `what ${p.config} refers to changed while this task ran, or differs from what another run of Nx reads; the image would be cached for inputs that it was not made from`,
    () =>
      'run it again, when nothing else writes these files or runs it with other environment values; if it stays so, Nx may be unable to run the "cache-digest" command of the target\'s inputs ("nx show project" prints it): "node" must be on the PATH of Nx and of its daemon ("nx reset" restarts it); with Nx 20 or 21, move the variables from the .env of the app to that of the workspace',
  ),
  'factory.inputs-unrecorded': row<{ config: string; file: string }>(
    (p) => `nothing tells which inputs of ${p.config} Nx has hashed: there is no usable record ${p.file}`,
    () =>
      'run it again; if it stays so, let this user write to that folder, or write "output": {"cache": false} into the config',
  ),
  'factory.keys-kept': row<{ file: string; kept: string }>(
    (p) => `${p.file} does not hold the keys of this image; they are kept, plain, in ${p.kept}`,
    (p) =>
      `copy ${p.kept} to ${p.file}; where the host encrypts it, set it as encryption.key {"file": path} and make the image again`,
  ),
  'factory.dac-shared': row<{ apps: readonly string[] }>(
    (p) =>
      `the last image of ${p.apps.length > 3 ? `${p.apps.slice(0, 3).join(', ')} and ${p.apps.length - 3} more` : p.apps.join(', ')} has the same DAC: nobody can tell the devices apart`,
    () =>
      'give each app credentials of its own: for development, remove the folder of one, and make it anew with init and --credentials',
  ),
  'factory.development-credentials-missing': row<{ files: readonly string[]; command: string }>(
    (p) => `there is no ${p.files.join(', ')}: development credentials that the config names`,
    (p) =>
      `development keys are committed with the app: see whether git has them; where each clone has its own (init --keys local), make them anew, with the ids of this config: ${p.command}`,
  ),
  'factory.manifest-missing': row<{ path: string }>(
    (p) => `there is no manifest ${p.path}: no image was made in this folder`,
    () =>
      'make the image first (nx run <project>:factory-image, or esp32-factory image CONFIG), or give the folder that has it',
  ),
  'factory.manifest-invalid': row<{ path: string; problem: string }>(
    (p) => `${p.path} is not a manifest that this version can read: ${p.problem}`,
    () => 'make the image again: nx run <project>:factory-image',
  ),
  'factory.image-changed': row<{ file: string }>(
    (p) => `${p.file} is not the file that its manifest describes`,
    () => 'make the image again: nx run <project>:factory-image',
  ),
  'factory.codes-invalid': row<{ reason: string }>(
    (p) => `the onboarding codes cannot be read: ${p.reason}`,
    () => 'give the onboarding.json that was made with the image',
  ),
  'factory.qr-code-serial-number': row(
    () => 'commissioning.qrCode.serialNumber is true, but the device has no serial number',
    () => 'set deviceInstanceInfo.serialNumber, or give --serialNumber; {"random": true} generates one',
  ),
  'factory.discovery-new': row(
    () =>
      'many commissioners refuse the QR code: its discovery has "nfc" or "thread", which they do not know',
    () =>
      'the Matter SDK up to 2025.7.0 refuses the whole code; name only "ble", "on-network", "soft-ap" and "wifi-paf" unless newer commissioners are the only ones, or use the manual code',
  ),
  'factory.qr-code-matter-js': row(
    () => 'matter.js up to 0.17.9, and commissioners made with it, cannot read a QR code of this length',
    () =>
      'choose a serial number of one character more or less, or leave it out of the code; other commissioners read it',
  ),
  'factory.no-partition-table': row(
    () => 'there is no ESP-IDF app next to the config, so the partition table is unknown',
    () =>
      'move the config to the folder of the app, next to its CMakeLists.txt, sdkconfig and partitions.csv',
  ),
  'factory.label-unknown': row<{ file: string }>(
    (p) => `${p.file} was made for an unknown partition`,
    () =>
      'set partition.label in the config, or add the partition to the partition table; then make the image again',
  ),
  'factory.image-not-of-table': row<{ file: string; size: string; label: string; partitionSize: string }>(
    (p) =>
      `${p.file} has ${p.size} bytes, but its partition "${p.label}" has ${p.partitionSize}: old pages would stay in the rest`,
    () =>
      'remove partition.size from the config, so that the partition table gives the size; then make the image again',
  ),
  'factory.serial-number-needed': row<{ folder: string }>(
    (p) => `the keys in ${p.folder} are named after serial numbers, and this device has none`,
    () => 'set deviceInstanceInfo.serialNumber, or refer to the key with {"file": path}',
  ),
  'factory.address-unknown': row<{ image: string }>(
    (p) => `${p.image} is encrypted for its address in flash, but it is not in a partition table here`,
    (p) =>
      `put the config next to the app, with a row for ${p.image} in its partitions.csv, or let the device encrypt ("mode": "device")`,
  ),
  'factory.flash-encryption-off': row(
    () => 'flashEncryption is set to "host", but the firmware has flash encryption off',
    () => 'set CONFIG_SECURE_FLASH_ENC_ENABLED=y as on the device, or remove flashEncryption from the config',
  ),
  'factory.production-plain': row<{ hmac: boolean; ecdsa: boolean }>(
    () => 'the private key of this product is in plain NVS: whoever has a device can read it from the flash',
    (p) => {
      const ways = [
        '"encryption": {"scheme": "flash"} with flash encryption in the firmware (CONFIG_SECURE_FLASH_ENC_ENABLED=y, CONFIG_NVS_ENCRYPTION=y)',
        ...(p.hmac
          ? [
              '"encryption": {"scheme": "hmac", "keyId": 0, "firmwareDerivesKeys": true} with firmware that derives the NVS keys from an eFuse',
            ]
          : []),
        ...(p.ecdsa
          ? [
              '"storage": {"attestation": "secure-cert", "ecdsaPeripheral": {"keyId": 0}}, which burns the key into an eFuse',
            ]
          : []),
      ];
      return `what protects it: ${ways.join('; or ')} (docs/guide/secure-storage.md); "output": {"allowPlainProduction": true} accepts it`;
    },
  ),
  'factory.plain-accepted': row(
    () =>
      'the private key of this product is in plain NVS, which output.allowPlainProduction accepts: whoever has a device can read it from the flash',
    () => 'remove output.allowPlainProduction to see what would protect it',
  ),
  'factory.hmac-key-new': row(
    () =>
      'each run generates a new HMAC key and replaces hmac_key.bin: a device with an earlier key burned cannot read this image',
    () =>
      'earlier keys stay in factory-keys next to the config; for anything beyond a first try, keep one key per device: "key": {"folder": "keys"}',
  ),
  'factory.nothing-to-encrypt': row(
    () =>
      'flashEncryption is set to "host", but the firmware reads no image of this run through flash encryption',
    () => 'NVS has its own encryption: remove flashEncryption, or set the encryption scheme to "flash"',
  ),
  'factory.option-invalid': row<{ option: string; value: string; must: string }>(
    (p) => `--${p.option} is "${p.value}"; it must be ${p.must}`,
    () => 'see --help',
  ),
});
