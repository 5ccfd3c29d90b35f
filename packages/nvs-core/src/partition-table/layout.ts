/**
 * Names and numbers of ESP-IDF's partition table: ESP-IDF Programming Guide, "Partition Tables", and
 * components/partition_table/gen_esp32part.py (version 1.5).
 */

export const APP_TYPE = 0x00;
export const DATA_TYPE = 0x01;
export const BOOTLOADER_TYPE = 0x02;
export const PARTITION_TABLE_TYPE = 0x03;

/** Default of CONFIG_PARTITION_TABLE_OFFSET. */
export const DEFAULT_TABLE_OFFSET = 0x8000;
/** Flash that the table occupies: one sector. */
export const TABLE_SECTOR_LENGTH = 0x1000;
/** Length of the file: the rest of the sector is for a signature. */
export const TABLE_LENGTH = 0xc00;
export const ROW_LENGTH = 32;
/** Bytes of a name; one of 16 has no NUL in the table, and gets one on the device (label[17]). */
export const MAX_NAME_LENGTH = 16;
export const SECTOR_LENGTH = 0x1000;
/** A smaller NVS partition can only be mounted read-only. */
export const NVS_RW_MIN_LENGTH = 0x3000;
export const OTADATA_LENGTH = 0x2000;
/** An nvs_keys partition needs at least one sector. */
export const NVS_KEYS_MIN_LENGTH = 0x1000;

/** ESP-IDF's subtypes of data partitions. */
export const DATA_SUBTYPE = {
  ota: 0x00,
  phy: 0x01,
  nvs: 0x02,
  coredump: 0x03,
  nvs_keys: 0x04,
  efuse: 0x05,
  undefined: 0x06,
  esphttpd: 0x80,
  fat: 0x81,
  spiffs: 0x82,
  littlefs: 0x83,
  tee_ota: 0x90,
  tee_sec_stg: 0x91,
} as const;

/** An empty subtype of anything but an app is read as this. */
export const EMPTY_SUBTYPE = DATA_SUBTYPE.undefined;

/** The subtype of the bootloader and of the table itself, which exist without a row. */
export const PRIMARY_SUBTYPE = 0x00;
export const RECOVERY_SUBTYPE = 0x02;

export const TYPES: Readonly<Record<string, number>> = {
  app: APP_TYPE,
  data: DATA_TYPE,
  bootloader: BOOTLOADER_TYPE,
  partition_table: PARTITION_TABLE_TYPE,
};

const slots = (prefix: string, first: number, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, slot) => [`${prefix}${slot}`, first + slot]));

const SUBTYPES: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  [APP_TYPE]: { factory: 0x00, test: 0x20, ...slots('ota_', 0x10, 16), ...slots('tee_', 0x30, 2) },
  [DATA_TYPE]: DATA_SUBTYPE,
  [BOOTLOADER_TYPE]: { primary: PRIMARY_SUBTYPE, ota: 0x01, recovery: RECOVERY_SUBTYPE },
  [PARTITION_TABLE_TYPE]: { primary: PRIMARY_SUBTYPE, ota: 0x01 },
};

/** Subtypes defined by components, in addition to ESP-IDF's own: type number -> name -> number. */
export type ExtraSubtypes = Readonly<Record<number, Readonly<Record<string, number>>>>;

/** Names of the subtypes of a type, empty for a type that has none. */
export function subtypesOf(type: number, extra: ExtraSubtypes = {}): Readonly<Record<string, number>> {
  return { ...SUBTYPES[type], ...extra[type] };
}

/** Every subtype name of every type. */
export const SUBTYPE_NAMES: ReadonlySet<string> = new Set(Object.values(SUBTYPES).flatMap(Object.keys));

/** "data", or the decimal number if the type has no name. */
export function typeName(type: number): string {
  return keyOf(TYPES, type) ?? String(type);
}

/** "nvs", or the decimal number if the subtype has no name. */
export function subtypeName(type: number, subtype: number): string {
  return keyOf(SUBTYPES[type] ?? {}, subtype) ?? String(subtype);
}

/** Alignment of the offset in bytes: apps are mapped in 64 KiB pages, the rest is erased in sectors. */
export function offsetAlignment(type: number): number {
  return type === APP_TYPE ? 0x10000 : SECTOR_LENGTH;
}

/** Flags and their bits, in the order in which they are written. */
export const FLAGS = { encrypted: 0x1, readonly: 0x2 } as const;

function keyOf(names: Readonly<Record<string, number>>, value: number): string | undefined {
  return Object.keys(names).find((name) => names[name] === value);
}
