import { errorTable, hex, oneOf, row } from 'nvs-core/errors';

/** A line to add or change, as part of a finding (see firmware/fixes.ts). */
type Fix = {
  readonly file: string;
  readonly line: string;
};

/** Parameters of findings that a line in an sdkconfig file fixes. */
type Fixable = {
  readonly fixes: readonly Fix[];
};

const set = ({ fixes }: Fixable, why = '') => {
  const lines = [...new Set(fixes.map(({ line }) => line))].join(' and ');
  const files = [...new Set(fixes.map(({ file }) => file))].join(' and ');
  return fixes.length === 0 ? why : `set ${lines} in ${files}${why === '' ? '' : `: ${why}`}`;
};
/** Where the firmware reads esp_secure_cert, the data may move there: often the firmware is right. */
const elsewhere = (p: { readonly chosen: string; readonly expected: string } & Fixable) => {
  if (!p.chosen.startsWith('SEC_CERT_') || p.expected.startsWith('SEC_CERT_')) return set(p);
  const moved =
    p.chosen === 'SEC_CERT_DAC_PROVIDER'
      ? '"attestation": "secure-cert"'
      : '"attestation": "secure-cert", "commissioning": "secure-cert"';
  const fixes = set(p);
  const other = fixes === '' ? '' : `; or keep them in NVS, and ${fixes}`;
  return `write "storage": {${moved}} into the config, which makes the esp_secure_cert image that this firmware reads${other}`;
};
const list = (items: readonly string[]) =>
  items.length > 4 ? `${items.slice(0, 3).join(', ')} and ${items.length - 3} more` : items.join(', ');

const FLASH_FIRST =
  'the scheme "flash" requires flash encryption (CONFIG_SECURE_FLASH_ENC_ENABLED=y), which burns eFuses permanently: turn it on, or make the image without it';

export const firmwareErrors = errorTable({
  // Reading the configuration
  'firmware.line-ignored': row<{ written: string }>(
    (p) => `"${p.written}" is not a setting, and ESP-IDF ignores the line`,
    () => 'write CONFIG_NAME=value without spaces around the =, strings in double quotes',
  ),
  'firmware.value-ignored': row<{ symbol: string; written: string; must: string }>(
    (p) => `CONFIG_${p.symbol} is set to "${p.written}", which ESP-IDF ignores; it must be ${p.must}`,
    () => 'correct the value: until then ESP-IDF uses an earlier one, or the default',
  ),
  'firmware.defaults-missing': row<{ file: string }>(
    (p) => `the list of sdkconfig defaults names ${p.file}, which does not exist`,
    () => 'create the file, or remove it from the list',
  ),
  'firmware.build-unresolved': row<{ variable: string; reason: string }>(
    (p) => `which ${p.variable} the build uses is not known: ${p.reason}`,
    () =>
      'name the files that the build uses in the config: "firmware": {"sdkconfigDefaults": ["sdkconfig.defaults"]} or {"sdkconfig": "build/sdkconfig"}; or build once: the sdkconfig of a build is read',
  ),
  'firmware.presets-invalid': row<{ what: string; reason: string }>(
    (p) => `${p.what} is not read: ${p.reason}`,
    () => 'correct the file; "cmake --list-presets" shows whether CMake can read it',
  ),
  'firmware.preset-unknown': row<{ preset: string; known: readonly string[] }>(
    (p) => `IDF_PRESET names the preset "${p.preset}", which CMakePresets.json does not have`,
    (p) => `presets there are ${list(p.known)}; correct the environment variable IDF_PRESET`,
  ),
  'firmware.presets-differ': row<{ taken: string; others: readonly string[] }>(
    (p) =>
      `the preset "${p.taken}" of CMakePresets.json is read, as idf.py does; there are also ${list(p.others)}`,
    () =>
      'give a variant the name of its preset (factory.NAME.config.json), set IDF_PRESET, or name its build in the config: "firmware": {"buildFolder": "build/NAME"}',
  ),
  'firmware.environments-differ': row<{ taken: string; others: readonly string[] }>(
    (p) => `the environment "${p.taken}" of platformio.ini is read; there are also ${list(p.others)}`,
    (p) =>
      `give a variant the name of its environment (factory.NAME.config.json), or name its sdkconfig in the config: "firmware": {"sdkconfig": "sdkconfig.${p.taken}"}`,
  ),
  'firmware.environment-used': row<{ variable: string; value: string }>(
    (p) => `${p.variable}="${p.value}" of the environment decides which sdkconfig is read`,
    (p) => `unset ${p.variable} if it is left over from another build`,
  ),
  'firmware.sdkconfig-missing': row<{ file: string }>(
    (p) => `the sdkconfig ${p.file} does not exist`,
    () => 'build the app, or name the right sdkconfig in the section "firmware" of the config',
  ),
  'firmware.build-missing': row<{ folder: string }>(
    (p) => `${p.folder} has no project_description.json, which a build of ESP-IDF writes`,
    () => 'build the app, or name the folder of its build in the section "firmware" of the config',
  ),
  'firmware.build-invalid': row<{ file: string }>(
    (p) => `${p.file} is not a JSON object: this build is not read`,
    () => 'build the app again, or name another build in the section "firmware" of the config',
  ),
  'firmware.build-outside': row<{ name: string; path: string }>(
    (p) => `the build records "${p.path}" as ${p.name}, which is outside of the project: it is not read`,
    () => 'name the sdkconfig and its defaults in the section "firmware" of the config',
  ),
  'firmware.builds-differ': row<{ taken: string; others: readonly string[] }>(
    (p) =>
      `the build in ${p.taken} is read, the newest one; ${list(p.others)} ${p.others.length === 1 ? 'has' : 'have'} other settings`,
    (p) => `name the build that the image is for in the config: "firmware": {"buildFolder": "${p.taken}"}`,
  ),
  'firmware.not-checked': row<{ folder: string }>(
    (p) => `the firmware is not checked: ${p.folder} is not a project of ESP-IDF`,
    () =>
      'what is looked for: a CMakeLists.txt that includes tools/cmake/project.cmake or tools/cmakev2/idf.cmake of ESP-IDF, or a platformio.ini with "framework = espidf"; if the project is in another folder, name it in the config: "firmware": {"project": "../app"}',
  ),
  'firmware.nvs-scheme-unknown': row<{ files: readonly string[] } & Fixable>(
    () =>
      'NVS is encrypted, but no file says how its keys are protected: by flash encryption before ESP-IDF 6.0, by the HMAC peripheral from 6.0',
    (p) =>
      p.fixes.length > 0
        ? set(p)
        : `set CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y or CONFIG_NVS_SEC_KEY_PROTECT_USING_HMAC=y in ${p.files.join(' and ')}, or the version in the config: "firmware": {"idfVersion": "5.5"}`,
  ),
  'firmware.table-named-missing': row<{ file: string }>(
    (p) => `the partition table ${p.file} does not exist`,
    () => 'correct "firmware.partitionTable" in the config, or remove it: the sdkconfig names the table',
  ),
  'firmware.sdkconfig-skipped': row<{ file: string; variant?: string }>(
    (p) =>
      p.variant === undefined
        ? `${p.file} is not read beside the defaults that the config names: it may belong to another build`
        : `${p.file} is not read for the variant ${p.variant}: it may belong to another variant's build`,
    () =>
      'only defaults are used, so changes made in menuconfig are not seen; the sdkconfig of the build can be named in the config: "firmware": {"sdkconfig": "sdkconfig"}',
  ),
  'firmware.sdkconfig-other-chip': row<{ built: string; expected: string }>(
    (p) => `the sdkconfig is for ${p.built}, but the app is for ${p.expected}`,
    (p) =>
      `run "idf.py set-target ${p.expected}", or correct the target; the sdkconfig is not read until then`,
  ),
  'firmware.target-differs': row<{ expected: string; written: string }>(
    (p) => `the configuration is for ${p.expected}, but the app's defaults are for ${p.written}`,
    (p) => `correct one of the two, or build with "idf.py set-target ${p.expected}"`,
  ),
  'firmware.sdkconfig-stale': row<{
    symbol: string;
    used: string;
    expected: string;
    file: string;
    line: number;
  }>(
    (p) => `the build uses CONFIG_${p.symbol}=${p.used}, but ${p.file}:${p.line} sets ${p.expected}`,
    () =>
      'delete the sdkconfig and build again, so that the defaults apply, or change it with idf.py menuconfig',
  ),
  'firmware.chip-unknown': row<{ target: string; known: readonly string[]; suggestion?: string }>(
    (p) => `the target "${p.target}" is not a supported chip`,
    (p) =>
      `${p.suggestion === undefined ? '' : `did you mean ${p.suggestion}? `}it must be ${oneOf(p.known)}`,
  ),
  'firmware.table-missing': row<{ file: string; by: string }>(
    (p) => `the partition table ${p.file}, which ${p.by} selects, does not exist`,
    () => 'create the file, or name the right one with CONFIG_PARTITION_TABLE_CUSTOM_FILENAME',
  ),
  'firmware.table-of-platformio': row<{ file: string }>(
    (p) =>
      `the sdkconfig selects ${p.file}, but PlatformIO flashes the table of board_build.partitions, which is not set: that of the board, or partitions_singleapp.csv`,
    (p) => `write board_build.partitions = ${p.file.split('/').at(-1)} into the section of platformio.ini`,
  ),
  'firmware.table-name-computed': row<{ written: string; used: string } & Fixable>(
    (p) =>
      `CONFIG_PARTITION_TABLE_FILENAME="${p.written}" is ignored: ESP-IDF computes it, and uses "${p.used}"`,
    (p) => set(p),
  ),

  // The partition
  'firmware.label-differs': row<{ expected: string; label: string } & Fixable>(
    (p) => `the image is for the partition ${p.expected}, but the firmware reads ${p.label}`,
    (p) => set(p),
  ),
  'firmware.partition-missing': row<{ label: string; table: string; found: readonly string[] } & Fixable>(
    (p) => `the firmware reads the partition ${p.label}, which ${p.table} does not have`,
    (p) =>
      set(
        p,
        `${p.found.length === 0 ? 'the table has no NVS partition: ' : `NVS partitions there are ${list(p.found)}; or `}add a row ${p.label}, data, nvs, , 0x6000`,
      ),
  ),
  'firmware.partition-type': row<{ label: string; type: string; subtype: string }>(
    (p) => `the partition ${p.label} is ${p.type}/${p.subtype}; factory data requires data/nvs`,
    () => 'change its type and subtype columns to data, nvs, or name another partition',
  ),
  'firmware.partition-encrypted': row<{ label: string }>(
    (p) => `the partition ${p.label} is flagged encrypted, but NVS does not work in encrypted flash`,
    () => 'remove the flag: NVS has its own encryption',
  ),
  'firmware.partition-too-small': row<{ label: string; size: number; imageSize: number }>(
    (p) => `the image of ${hex(p.imageSize)} bytes does not fit the partition ${p.label} of ${hex(p.size)}`,
    (p) => `set the image size to ${hex(p.size)}, or make the partition larger`,
  ),
  'firmware.partition-larger': row<{ label: string; size: number; imageSize: number }>(
    (p) =>
      `the image of ${hex(p.imageSize)} bytes leaves the rest of ${p.label} (${hex(p.size)}) as it is: old pages there stay readable`,
    (p) => `set the image size to ${hex(p.size)}, or erase the partition before flashing`,
  ),
  'firmware.partition-shared': row<{ label: string; symbols: readonly string[] } & Fixable>(
    (p) =>
      `flashing the factory data wipes the app's own data: ${p.label} also holds ${p.symbols.length === 0 ? 'what the app stores in the default partition' : `the data of ${list(p.symbols.map((symbol) => `CONFIG_${symbol}`))}`}`,
    (p) =>
      set(
        p,
        'a separate partition keeps fabrics, Wi-Fi credentials and attributes: add a fctry row if there is none',
      ),
  ),
  'firmware.partition-readonly-written': row<{ label: string; symbol: string }>(
    (p) => `the partition ${p.label} is flagged readonly, but the firmware writes to it (CONFIG_${p.symbol})`,
    () => 'remove the readonly flag, or give the factory data its own partition',
  ),
  'firmware.partition-not-readonly': row<{ label: string }>(
    (p) =>
      `the image has no blank page, but the partition ${p.label} is not flagged readonly: the firmware cannot mount it`,
    () => 'add the readonly flag to its row, or remove partition.readOnly from the config',
  ),
  'firmware.secure-cert-partition-missing': row<{ table: string }>(
    (p) => `an esp_secure_cert image is made, but ${p.table} has no esp_secure_cert partition`,
    () => 'add the row "esp_secure_cert, 0x3F, , 0xD000, 0x2000" (with CONFIG_PARTITION_TABLE_OFFSET=0xC000)',
  ),
  'firmware.secure-cert-too-small': row<{ name: string; size: number; imageSize: number }>(
    (p) =>
      `the esp_secure_cert image of ${hex(p.imageSize)} bytes does not fit the partition ${p.name} of ${hex(p.size)}`,
    () => 'make the partition larger: 0x2000 is usual',
  ),
  'firmware.secure-cert-encrypted': row<{ name: string; encrypted: boolean }>(
    (p) =>
      `the partition ${p.name} is ${p.encrypted ? '' : 'not '}flagged encrypted, and flash encryption is on; whether that is right depends on how the device was provisioned`,
    () => 'flash the image as the flag has it: the firmware reads the partition accordingly',
  ),

  // Which data the firmware reads
  'firmware.factory-provider-off': row<{ symbol: string } & Fixable>(
    (p) => `CONFIG_${p.symbol} is off: the firmware reads nothing of the factory data`,
    (p) => set(p),
  ),
  'firmware.instance-provider-off': row<{ symbol: string; keys: readonly string[] } & Fixable>(
    (p) => `CONFIG_${p.symbol} is off: the firmware does not read ${list(p.keys)}`,
    (p) => set(p),
  ),
  'firmware.device-info-provider-off': row<{ symbol: string; keys: readonly string[] } & Fixable>(
    (p) => `CONFIG_${p.symbol} is off: the firmware does not read ${list(p.keys)}`,
    (p) => set(p),
  ),
  'firmware.device-info-deprecated': row<{ keys: readonly string[] }>(
    (p) =>
      `the Matter SDK will deprecate reading device information from the factory partition (${list(p.keys)})`,
    () =>
      'a product that already reads it there may go on; a new one should set it in its app: StaticESP32DeviceInfoProvider, with its Set...() functions',
  ),
  'firmware.location-capability-off': row<{ symbol: string } & Fixable>(
    (p) => `CONFIG_${p.symbol} is off: the firmware does not read loc-capability`,
    (p) => set(p),
  ),
  'firmware.rotating-id-off': row<{ symbol: string } & Fixable>(
    (p) => `CONFIG_${p.symbol} is off: the firmware does not use rd-id-uid`,
    (p) => set(p, 'it also needs Bluetooth (CONFIG_BT_ENABLED)'),
  ),
  'firmware.declaration-overridden': row<{ symbol: string } & Fixable>(
    (p) => `CONFIG_${p.symbol} is on: the firmware ignores the Certification Declaration of the factory data`,
    (p) => set(p, 'or remove the declaration from the config'),
  ),
  'firmware.test-setup-params': row<{ symbol: string } & Fixable>(
    (p) =>
      `CONFIG_${p.symbol} is on: the firmware keeps the public test passcode and prints the test QR code`,
    (p) => set(p),
  ),
  'firmware.provider-elsewhere': row<{ chosen: string; expected: string; keys: readonly string[] } & Fixable>(
    (p) =>
      `CONFIG_${p.chosen} is selected: the firmware does not read ${list(p.keys)} from where the image stores them`,
    (p) => elsewhere(p),
  ),
  'firmware.provider-custom': row<{ chosen: string; keys: readonly string[] }>(
    (p) =>
      `CONFIG_${p.chosen} is selected: whether the firmware reads ${list(p.keys)} depends on the app's own code`,
    () => 'make sure that the provider passed to esp_matter::set_custom_* reads the factory data',
  ),
  'firmware.discovery-without-ble': row<{ symbol: string; discovery: number }>(
    (p) =>
      `the firmware is commissioned over Bluetooth LE (CONFIG_${p.symbol}), but the QR code names on-network discovery only`,
    () =>
      'a phone that reads the code does not look for the device over Bluetooth LE: set commissioning.discovery to ["ble", "on-network"], unless the device always gets into the network by other means',
  ),
  'firmware.data-missing': row<{ chosen: string; keys: readonly string[] }>(
    (p) => `CONFIG_${p.chosen} makes the firmware read ${list(p.keys)}, which the image does not have`,
    () => 'add the data to the config, or select another provider',
  ),
  'firmware.key-too-long': row<{ key: string; length: number; max: number }>(
    (p) => `the key ${p.key} is ${p.length} characters long; the firmware's buffer holds ${p.max}`,
    () => 'use a lower endpoint number or fewer entries: the key contains both in hexadecimal',
  ),
  'firmware.ds-peripheral': row<{ symbol: string } & Fixable>(
    (p) =>
      `CONFIG_${p.symbol} is on: the firmware looks for the private key in the DS peripheral, not in esp_secure_cert`,
    (p) => set(p),
  ),
  'firmware.ecdsa-peripheral': row<{ target: string; supported: boolean } & Fixable>(
    (p) =>
      p.supported
        ? 'the private key is in an eFuse, but the firmware does not use the ECDSA peripheral'
        : `the private key must be in an eFuse, but ${p.target} has no ECDSA peripheral`,
    (p) => set(p, p.supported ? '' : 'keep the private key in the partition on this chip'),
  ),
  'firmware.vendor-id-differs': row<
    { symbol: string; written: number; used: number; isDefault: boolean } & Fixable
  >(
    (p) =>
      `the factory data is for vendor id ${hex(p.written, 4)}, but CONFIG_${p.symbol} is ${hex(p.used, 4)}${p.isDefault ? ' by default' : ''}`,
    (p) => set(p),
  ),
  'firmware.product-id-differs': row<
    { symbol: string; written: number; used: number; isDefault: boolean } & Fixable
  >(
    (p) =>
      `the factory data is for product id ${hex(p.written, 4)}, but CONFIG_${p.symbol} is ${hex(p.used, 4)}${p.isDefault ? ' by default' : ''}`,
    (p) => set(p),
  ),

  // Encryption
  'firmware.encryption-missing': row<{ scheme: string; label: string }>(
    (p) =>
      `the firmware expects ${p.label} encrypted (CONFIG_NVS_ENCRYPTION, on by default under flash encryption), but the image is plain: the device would erase every entry, silently`,
    (p) => `set the encryption scheme to "${p.scheme}" in the config, or set CONFIG_NVS_ENCRYPTION=n`,
  ),
  'firmware.encryption-unexpected': row<{ label: string; needsFlash: boolean } & Fixable>(
    (p) =>
      `the image is encrypted, but the firmware reads ${p.label} plain: the device would erase every entry, silently`,
    (p) => (p.needsFlash ? FLASH_FIRST : set(p, 'or make the image without encryption')),
  ),
  'firmware.encryption-scheme': row<
    { expected: string; used: string; isDefault: boolean; needsFlash: boolean } & Fixable
  >(
    (p) =>
      `the image is encrypted with the scheme "${p.expected}", but the firmware uses "${p.used}"${p.isDefault && !p.needsFlash ? ' (the default of this chip from ESP-IDF 6.0)' : ''}`,
    (p) => (p.needsFlash ? FLASH_FIRST : set(p)),
  ),
  'firmware.encryption-unavailable': row<{ target: string }>(
    (p) =>
      `CONFIG_NVS_ENCRYPTION is on without flash encryption, which ${p.target} requires for it: ESP-IDF turns it off`,
    () => 'set CONFIG_SECURE_FLASH_ENC_ENABLED=y, or leave the image plain',
  ),
  'firmware.keys-partition-missing': row<{ table: string }>(
    (p) => `the firmware reads its NVS keys from an nvs_keys partition, which ${p.table} does not have`,
    () => 'add the row "nvs_keys, data, nvs_keys, , 0x1000"',
  ),
  'firmware.hmac-unsupported': row<{ target: string }>(
    (p) => `${p.target} has no HMAC peripheral: NVS keys cannot be derived from an eFuse`,
    () => 'use the scheme "flash" on this chip, in the firmware and in the config',
  ),
  'firmware.hmac-key-id-missing': row<{ symbol: string } & Fixable>(
    (p) => `CONFIG_${p.symbol} is not set: the firmware has no eFuse key to derive the NVS keys from`,
    (p) => set(p, 'the number is that of the eFuse block BLOCK_KEY0 to 5'),
  ),
  'firmware.hmac-key-id-differs': row<{ expected: number; used: number } & Fixable>(
    (p) =>
      `the image's HMAC key belongs in eFuse key block ${p.expected}, but the firmware uses block ${p.used}`,
    (p) => set(p),
  ),
  'firmware.hmac-matter-sdk': row(
    () =>
      'the Matter SDK opens its partitions with the keys of the nvs_keys partition whatever the scheme: stock firmware cannot read this image',
    () => 'use the scheme "flash", or firmware that derives the keys itself',
  ),
  'firmware.secrets-plain': row<{ label: string }>(
    (p) =>
      `flash encryption is on, but ${p.label} is not encrypted: NVS partitions need NVS encryption, so the DAC key is readable in flash`,
    () => 'set CONFIG_NVS_ENCRYPTION=y and encrypt the image',
  ),

  // What no file contains
  'firmware.not-built': row<{ files: readonly string[] }>(
    (p) =>
      `there is no sdkconfig of a build: the values come from ${p.files.length === 0 ? "ESP-IDF's defaults" : list(p.files)}, as Kconfig would read them`,
    () => 'build once to check against the real firmware: menuconfig and components can change values',
  ),
  'firmware.efuse-unknown': row<{ what: string }>(
    (p) => `no file shows whether ${p.what}`,
    () => 'check the device with espefuse before flashing',
  ),
});
