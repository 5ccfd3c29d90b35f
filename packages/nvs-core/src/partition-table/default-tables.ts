/** ESP-IDF's own tables (components/partition_table/partitions_*.csv) and the Kconfig symbols that select them. */

type Row = readonly [name: string, type: string, subtype: string, size: string, flags?: string];

const NVS: Row = ['nvs', 'data', 'nvs', '0x6000'];
const NVS_WITH_OTA: Row = ['nvs', 'data', 'nvs', '0x4000'];
const OTADATA: Row = ['otadata', 'data', 'ota', '0x2000'];
const PHY: Row = ['phy_init', 'data', 'phy', '0x1000'];
const KEYS: Row = ['nvs_key', 'data', 'nvs_keys', '0x1000', 'encrypted'];
const COREDUMP: Row = ['coredump', 'data', 'coredump', '64K'];
const factory = (size: string): Row => ['factory', 'app', 'factory', size];
const ota = (slot: number, size: string): Row => [`ota_${slot}`, 'app', `ota_${slot}`, size];
const TWO_OTA: readonly Row[] = [NVS_WITH_OTA, OTADATA, PHY, factory('1M')];

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  'partitions_singleapp.csv': [NVS, PHY, factory('1M')],
  'partitions_singleapp_coredump.csv': [NVS, PHY, factory('1M'), COREDUMP],
  'partitions_singleapp_encr_nvs.csv': [NVS, PHY, factory('1M'), KEYS],
  'partitions_singleapp_large.csv': [NVS, PHY, factory('1500K')],
  'partitions_singleapp_large_coredump.csv': [NVS, PHY, factory('1500K'), COREDUMP],
  'partitions_singleapp_large_encr_nvs.csv': [NVS, PHY, factory('1500K'), KEYS],
  'partitions_two_ota.csv': [...TWO_OTA, ota(0, '1M'), ota(1, '1M')],
  'partitions_two_ota_coredump.csv': [...TWO_OTA, COREDUMP, ota(0, '1M'), ota(1, '1M')],
  'partitions_two_ota_encr_nvs.csv': [...TWO_OTA, ota(0, '1M'), ota(1, '1M'), KEYS],
  'partitions_two_ota_large.csv': [NVS, OTADATA, PHY, ota(0, '1700K'), ota(1, '1700K')],
};

/** CONFIG_PARTITION_TABLE_<key> -> the file without and with CONFIG_ESP_COREDUMP_ENABLE_TO_FLASH. */
const CHOICES: Readonly<Record<string, readonly [plain: string, coredump?: string]>> = {
  SINGLE_APP: ['partitions_singleapp.csv', 'partitions_singleapp_coredump.csv'],
  SINGLE_APP_LARGE: ['partitions_singleapp_large.csv', 'partitions_singleapp_large_coredump.csv'],
  TWO_OTA: ['partitions_two_ota.csv', 'partitions_two_ota_coredump.csv'],
  TWO_OTA_LARGE: ['partitions_two_ota_large.csv'],
  SINGLE_APP_ENCRYPTED_NVS: ['partitions_singleapp_encr_nvs.csv'],
  SINGLE_APP_LARGE_ENC_NVS: ['partitions_singleapp_large_encr_nvs.csv'],
  TWO_OTA_ENCRYPTED_NVS: ['partitions_two_ota_encr_nvs.csv'],
};

/** Values of the CONFIG_PARTITION_TABLE_* choice besides CUSTOM, without that prefix; the first is the default. */
export const DEFAULT_TABLE_CHOICES: readonly string[] = Object.keys(CHOICES);

/** File names of ESP-IDF's own tables. */
export const DEFAULT_TABLE_NAMES: readonly string[] = Object.keys(TABLES);

/** The file that a choice selects; undefined for CUSTOM or an unknown choice. */
export function defaultTableName(choice: string, coredumpToFlash = false): string | undefined {
  const [plain, coredump] = CHOICES[choice] ?? [];
  return coredumpToFlash ? (coredump ?? plain) : plain;
}

/** The text of one of ESP-IDF's own tables, with its blank offsets; undefined for any other name. */
export function defaultTableCsv(name: string): string | undefined {
  const rows = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined;
  return rows
    ?.map(
      ([partition, type, subtype, size, flags = '']) => `${partition},${type},${subtype},,${size},${flags}\n`,
    )
    .join('');
}
