import { errorTable, hex, oneOf, row } from 'nvs-core';

/** A line to add or change, as the findings carry it (firmware/fixes.ts says more). */
type Fix = {
  readonly file: string;
  readonly line: string;
};

/** Common to findings that a line in an sdkconfig file puts right. */
type Fixable = {
  readonly fixes: readonly Fix[];
};

const set = ({ fixes }: Fixable, why = '') => {
  const lines = [...new Set(fixes.map(({ line }) => line))].join(' and ');
  const files = [...new Set(fixes.map(({ file }) => file))].join(' and ');
  return fixes.length === 0 ? why : `set ${lines} in ${files}${why === '' ? '' : `: ${why}`}`;
};
const list = (items: readonly string[]) =>
  items.length > 4 ? `${items.slice(0, 3).join(', ')} and ${items.length - 3} more` : items.join(', ');

const FLASH_FIRST =
  'the scheme "flash" needs flash encryption (CONFIG_SECURE_FLASH_ENC_ENABLED=y), which burns eFuses for good: turn it on, or make the image otherwise';

export const firmwareErrors = errorTable({
  // Reading the configuration
  'firmware.line-ignored': row<{ written: string }>(
    (p) => `"${p.written}" is no setting, and ESP-IDF ignores the line`,
    () => 'write CONFIG_NAME=value without spaces around the =, strings in double quotes',
  ),
  'firmware.value-ignored': row<{ symbol: string; written: string; wants: string }>(
    (p) => `CONFIG_${p.symbol} is set to "${p.written}", which ESP-IDF ignores; it must be ${p.wants}`,
    () => 'correct the value: until then the one before it, or the default, counts',
  ),
  'firmware.defaults-missing': row<{ file: string }>(
    (p) => `the list of sdkconfig defaults names ${p.file}, which does not exist`,
    () => 'create the file, or take it out of the list',
  ),
  'firmware.defaults-unknown': row(
    () => 'CMakeLists.txt sets SDKCONFIG_DEFAULTS by conditions or variables, which only a build knows',
    () => 'sdkconfig.defaults is assumed; build once, so that the sdkconfig of the build says what is used',
  ),
  'firmware.sdkconfig-skipped': row<{ variant: string; file: string }>(
    (p) => `${p.file} is not read for the variant ${p.variant}: it may be another variant's build`,
    () => 'the defaults of the variant count; what menuconfig changed is not seen',
  ),
  'firmware.sdkconfig-other-chip': row<{ built: string; expected: string }>(
    (p) => `the sdkconfig is one for ${p.built}, but the app is for ${p.expected}`,
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
    (p) => `the build uses CONFIG_${p.symbol}=${p.used}, but ${p.file}:${p.line} says ${p.expected}`,
    () =>
      'delete the sdkconfig and build again, so that the defaults count, or change it with idf.py menuconfig',
  ),
  'firmware.chip-unknown': row<{ target: string; known: readonly string[]; suggestion?: string }>(
    (p) => `the target "${p.target}" is no chip that this tool knows`,
    (p) => `${p.suggestion === undefined ? '' : `did you mean ${p.suggestion}? `}known are ${oneOf(p.known)}`,
  ),
  'firmware.table-missing': row<{ file: string; symbol: string }>(
    (p) => `the partition table ${p.file} that CONFIG_${p.symbol} chooses does not exist`,
    () => 'create the file, or name the right one with CONFIG_PARTITION_TABLE_CUSTOM_FILENAME',
  ),
  'firmware.table-name-computed': row<{ written: string; used: string } & Fixable>(
    (p) =>
      `CONFIG_PARTITION_TABLE_FILENAME="${p.written}" is ignored: ESP-IDF computes it, and takes "${p.used}"`,
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
    (p) => `the partition ${p.label} is ${p.type}/${p.subtype}; factory data needs data/nvs`,
    () => 'change its type and subtype columns to data, nvs, or name another partition',
  ),
  'firmware.partition-encrypted': row<{ label: string }>(
    (p) => `the partition ${p.label} is flagged encrypted, but NVS does not work in encrypted flash`,
    () => 'remove the flag: NVS encrypts its entries by itself',
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
      `flashing the factory data wipes what the app stored: ${p.label} also holds ${p.symbols.length === 0 ? 'what the app keeps in the default partition' : `the data of ${list(p.symbols.map((symbol) => `CONFIG_${symbol}`))}`}`,
    (p) =>
      set(
        p,
        'a partition of its own keeps fabrics, Wi-Fi credentials and attributes: add a fctry row if there is none',
      ),
  ),
  'firmware.partition-readonly-written': row<{ label: string; symbol: string }>(
    (p) => `the partition ${p.label} is flagged readonly, but the firmware writes it (CONFIG_${p.symbol})`,
    () => 'remove the readonly flag, or give the factory data a partition of its own',
  ),
  'firmware.partition-not-readonly': row<{ label: string }>(
    (p) =>
      `the image leaves no page blank, but the partition ${p.label} is not flagged readonly: the firmware cannot mount it`,
    () => 'add the flag readonly to its row, or turn partition.readOnly off in the configuration',
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
      `the partition ${p.name} is ${p.encrypted ? '' : 'not '}flagged encrypted under flash encryption; whether that is right depends on how the device was provisioned`,
    () => 'flash the image the way the flag says: the firmware reads the partition accordingly',
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
    (p) => set(p, 'or take the declaration out of the configuration'),
  ),
  'firmware.test-setup-params': row<{ symbol: string } & Fixable>(
    (p) =>
      `CONFIG_${p.symbol} is on: the firmware keeps the public test passcode and prints the test QR code`,
    (p) => set(p),
  ),
  'firmware.provider-elsewhere': row<{ chosen: string; expected: string; keys: readonly string[] } & Fixable>(
    (p) =>
      `CONFIG_${p.chosen} is chosen: the firmware does not read ${list(p.keys)} from where they are written`,
    (p) => set(p),
  ),
  'firmware.provider-custom': row<{ chosen: string; keys: readonly string[] }>(
    (p) => `CONFIG_${p.chosen} is chosen: only the app's own code knows whether it reads ${list(p.keys)}`,
    () => 'make sure that the code passed to esp_matter::set_custom_* reads the factory data',
  ),
  'firmware.data-missing': row<{ chosen: string; keys: readonly string[] }>(
    (p) => `CONFIG_${p.chosen} makes the firmware read ${list(p.keys)}, which the image does not hold`,
    () => 'add the data to the configuration, or choose another provider',
  ),
  'firmware.key-too-long': row<{ key: string; length: number; max: number }>(
    (p) => `the key ${p.key} is ${p.length} characters long; the firmware's buffer holds ${p.max}`,
    () => 'use a lower endpoint number or fewer entries: the key holds both in hexadecimal',
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
        : `the private key is to be in an eFuse, but ${p.target} has no ECDSA peripheral`,
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
    (p) => `set encryption to "${p.scheme}" in the configuration, or set CONFIG_NVS_ENCRYPTION=n`,
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
      `the image's keys are those of the scheme "${p.expected}", the firmware uses "${p.used}"${p.isDefault && !p.needsFlash ? ' (the default of this chip in current ESP-IDF; before 5.2 there is only "flash")' : ''}`,
    (p) => (p.needsFlash ? FLASH_FIRST : set(p)),
  ),
  'firmware.encryption-unavailable': row<{ target: string }>(
    (p) =>
      `CONFIG_NVS_ENCRYPTION is on without flash encryption, which ${p.target} needs for it: ESP-IDF turns it off`,
    () => 'set CONFIG_SECURE_FLASH_ENC_ENABLED=y, or leave the image plain',
  ),
  'firmware.keys-partition-missing': row<{ table: string }>(
    (p) => `the firmware takes its NVS keys from an nvs_keys partition, which ${p.table} does not have`,
    () => 'add the row "nvs_keys, data, nvs_keys, , 0x1000"',
  ),
  'firmware.hmac-unsupported': row<{ target: string }>(
    (p) => `${p.target} has no HMAC peripheral: NVS keys cannot be derived from an eFuse`,
    () => 'use the scheme "flash" on this chip, in the firmware and in the configuration',
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
      `flash encryption is on, but ${p.label} is not encrypted: NVS partitions need NVS encryption, so the DAC key lies readable in flash`,
    () => 'set CONFIG_NVS_ENCRYPTION=y and encrypt the image',
  ),

  // What no file can say
  'firmware.not-built': row<{ files: readonly string[] }>(
    (p) =>
      `there is no sdkconfig of a build: the values are those of ${p.files.length === 0 ? "ESP-IDF's defaults" : list(p.files)}, as Kconfig would take them`,
    () =>
      'build once for a check against what the firmware really has: menuconfig and components can change it',
  ),
  'firmware.efuse-unknown': row<{ what: string }>(
    (p) => `whether ${p.what} cannot be read from any file`,
    () => 'check the device with espefuse before flashing',
  ),
});
