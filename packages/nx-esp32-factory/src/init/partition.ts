import {
  DATA_SUBTYPE,
  DATA_TYPE,
  defaultTableCsv,
  FactoryError,
  findPartition,
  insertPartition,
  type NewPartition,
  WRITABLE_MIN_LENGTH,
} from 'nvs-core';
import {
  choiceFixes,
  type Firmware,
  fixesFor,
  formatSetting,
  joinPath,
  type SdkconfigFix,
} from '../firmware';
import type { Draft } from './draft';

/** Label of a new partition for factory data. */
export const DEFAULT_LABEL = 'fctry';

/** Sizes to try if none is requested: Espressif's default first, then smaller ones. */
const SIZES = [0x6000, 0x5000, 0x4000, 0x3000, 0x2000, 0x1000] as const;

export interface PartitionPlan {
  readonly label: string;
  readonly size: number;
  /** Flagged readonly, because it is too small for writing. */
  readonly readOnly: boolean;
  /** Lines that make the build use the table, if it used one of ESP-IDF's own. */
  readonly fixes: readonly SdkconfigFix[];
}

/** The requested label, or else the one that the firmware reads, unless that is "nvs", or else the default. */
export function labelOf(firmware: Firmware, requested: string | undefined): string {
  if (requested !== undefined) return requested;
  const { value, origin } = firmware.label;
  return origin === 'default' || value === 'nvs' ? DEFAULT_LABEL : value;
}

export interface PartitionRequest {
  readonly label: string;
  readonly size?: number | undefined;
  /** Whether the image is for a read-only partition; "if small" lets the size decide. */
  readonly readOnly: boolean | 'if small';
  /** Whether the firmware requires a partition for NVS keys. */
  readonly keys: boolean;
}

/**
 * Plans the partition of the requested label: its existing row, or a new one in free flash, and one for the NVS keys
 * if the firmware requires it. Errors: partition-table.no-space.
 */
export function planPartition(firmware: Firmware, draft: Draft, request: PartitionRequest): PartitionPlan {
  const { label, keys } = request;
  const missing: NewPartition[] =
    keys && firmware.keysPartition === undefined
      ? [{ name: 'nvs_keys', type: DATA_TYPE, subtype: DATA_SUBTYPE.nvs_keys, size: 0x1000, encrypted: true }]
      : [];
  const existing = findPartition(firmware.table.partitions, label);
  if (existing !== undefined && missing.length === 0) {
    return { label, size: request.size ?? existing.size, readOnly: existing.readonly, fixes: [] };
  }

  const { file, text, fixes } = tableOf(firmware, draft);
  const options = { ...readOptionsOf(firmware), file };
  let table = missing.reduce((current, row) => insertPartition(current, row, options).text, text);
  let { size, readonly: readOnly } = existing ?? { size: 0, readonly: false };
  size = request.size ?? size;
  if (existing === undefined) {
    const inserted = insertFitting(table, request, options);
    table = inserted.text;
    ({ size, readonly: readOnly } = inserted.partition);
  }
  draft.write(file, table);
  return { label, size, readOnly, fixes };
}

type InsertOptions = Parameters<typeof insertPartition>[2];

/** Inserts a row of the first size that fits; throws the error of the last size if none does. */
function insertFitting(
  text: string,
  { label: name, size: requested, readOnly }: PartitionRequest,
  options: InsertOptions,
) {
  const possible = SIZES.filter((size) => readOnly !== false || size >= WRITABLE_MIN_LENGTH);
  const sizes = requested === undefined ? possible : [requested];
  for (const [index, size] of sizes.entries()) {
    const readonly = readOnly === true || size < WRITABLE_MIN_LENGTH;
    const row = { name, type: DATA_TYPE, subtype: DATA_SUBTYPE.nvs, size, readonly };
    try {
      return insertPartition(text, row, options);
    } catch (error) {
      const isFull = error instanceof FactoryError && error.code === 'partition-table.no-space';
      if (!isFull || index === sizes.length - 1) throw error;
    }
  }
  throw new TypeError('there must be a size to try');
}

function readOptionsOf({ table, flashSize, chip }: Firmware) {
  return {
    tableOffset: table.offset.value,
    flashSize: flashSize.value,
    ...(chip === undefined ? {} : { primaryBootloaderOffset: chip.bootloaderOffset }),
  };
}

/** The text of the app's table; one of ESP-IDF's own is copied to a file of the app. */
function tableOf(
  firmware: Firmware,
  draft: Draft,
): { file: string; text: string; fixes: readonly SdkconfigFix[] } {
  const { table, root, config } = firmware;
  if (!table.builtIn) return { file: table.file, text: draft.readText(table.file) ?? '', fixes: [] };
  const names = ['partitions.csv', 'partitions_fctry.csv', 'partitions_factory_data.csv'];
  const name = names.find((candidate) => !draft.has(joinPath(root, candidate))) ?? 'partitions.csv';
  const { chosenBy } = table;
  const header = `# Name, Type, SubType, Offset, Size, Flags\n# ESP-IDF's ${table.file}, with a partition for the factory data\n`;
  const own = (defaultTableCsv(table.file) ?? '').replaceAll(',', ', ').split('\n');
  const rows = own.map((row) => row.trimEnd()).join('\n');
  const fileName = 'PARTITION_TABLE_CUSTOM_FILENAME';
  return {
    file: joinPath(root, name),
    text: header + rows,
    fixes: [
      ...choiceFixes(config, chosenBy, 'PARTITION_TABLE_CUSTOM'),
      ...fixesFor(config, fileName, formatSetting(fileName, name)),
    ],
  };
}
