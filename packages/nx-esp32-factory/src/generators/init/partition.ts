import {
  DATA_SUBTYPE,
  DATA_TYPE,
  defaultTableCsv,
  FactoryError,
  findPartition,
  insertPartition,
  type NewPartition,
  NVS_RW_MIN_LENGTH,
} from 'nvs-core';
import {
  choiceFixes,
  type Firmware,
  fixesFor,
  formatSetting,
  joinPath,
  type SdkconfigFix,
} from '../../firmware';
import type { Draft } from './draft';

/** Label of a partition that is made for factory data. */
export const DEFAULT_LABEL = 'fctry';

/** Sizes to try where none is asked for: Espressif's default first, then what the flash still has. */
const SIZES = [0x6000, 0x5000, 0x4000, 0x3000, 0x2000, 0x1000] as const;

export interface PartitionPlan {
  readonly label: string;
  readonly size: number;
  /** Flagged readonly, because it is too small to be written. */
  readonly readOnly: boolean;
  /** Lines that make the build use the table, where it used one of ESP-IDF's own. */
  readonly fixes: readonly SdkconfigFix[];
}

/** The label that the firmware reads already, if it is one of its own; else the default one. */
export function labelOf(firmware: Firmware, asked: string | undefined): string {
  if (asked !== undefined) return asked;
  const { value, origin } = firmware.label;
  return origin === 'default' || value === 'nvs' ? DEFAULT_LABEL : value;
}

export interface WantedPartition {
  readonly label: string;
  readonly size?: number | undefined;
  /** Whether the image is one for a read-only partition; "if small" where that is still to be decided. */
  readonly readOnly: boolean | 'if small';
  /** Whether the firmware needs a partition for NVS keys. */
  readonly keys: boolean;
}

/**
 * Plans the partition of that label: the row that is there, or a new one in free flash, and one for the NVS keys
 * where the firmware wants them. Errors: partition-table.no-space.
 */
export function planPartition(firmware: Firmware, draft: Draft, wanted: WantedPartition): PartitionPlan {
  const { label, keys } = wanted;
  const missing: NewPartition[] =
    keys && firmware.keysPartition === undefined
      ? [{ name: 'nvs_keys', type: DATA_TYPE, subtype: DATA_SUBTYPE.nvs_keys, size: 0x1000, encrypted: true }]
      : [];
  const standing = findPartition(firmware.table.partitions, label);
  if (standing !== undefined && missing.length === 0) {
    return { label, size: wanted.size ?? standing.size, readOnly: standing.readonly, fixes: [] };
  }

  const { file, text, fixes } = tableOf(firmware, draft);
  const options = { ...readOptionsOf(firmware), file };
  let table = missing.reduce((current, row) => insertPartition(current, row, options).text, text);
  let { size, readonly: readOnly } = standing ?? { size: 0, readonly: false };
  size = wanted.size ?? size;
  if (standing === undefined) {
    const inserted = insertFitting(table, wanted, options);
    table = inserted.text;
    ({ size, readonly: readOnly } = inserted.partition);
  }
  draft.write(file, table);
  return { label, size, readOnly, fixes };
}

type InsertOptions = Parameters<typeof insertPartition>[2];

/** The first size that has a place; the error of the last one where none has. */
function insertFitting(
  text: string,
  { label: name, size: asked, readOnly }: WantedPartition,
  options: InsertOptions,
) {
  const possible = SIZES.filter((size) => readOnly !== false || size >= NVS_RW_MIN_LENGTH);
  const sizes = asked === undefined ? possible : [asked];
  for (const [index, size] of sizes.entries()) {
    const readonly = readOnly === true || size < NVS_RW_MIN_LENGTH;
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

/** The text of the app's table; one of ESP-IDF's own becomes a file of the app. */
function tableOf(
  firmware: Firmware,
  draft: Draft,
): { file: string; text: string; fixes: readonly SdkconfigFix[] } {
  const { table, root, config } = firmware;
  if (!table.builtIn) return { file: table.file, text: draft.readText(table.file) ?? '', fixes: [] };
  const names = ['partitions.csv', 'partitions_fctry.csv', 'partitions_factory_data.csv'];
  const name = names.find((candidate) => !draft.has(joinPath(root, candidate))) ?? 'partitions.csv';
  const { chosenBy } = table;
  const header = `# Name, Type, SubType, Offset, Size, Flags\n# ESP-IDF's ${table.file}, and a partition for the factory data\n`;
  const rows = (defaultTableCsv(table.file) ?? '').replaceAll(',', ', ').replace(/ +$/gm, '');
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
