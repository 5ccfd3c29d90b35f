import type { Finding, Where } from '../errors/factory-error';
import { BOOTLOADER_TYPE, DATA_TYPE, PARTITION_TABLE_TYPE, PRIMARY_SUBTYPE } from './layout';

/** The columns of partitions.csv, in their order. */
export const COLUMNS = ['name', 'type', 'subtype', 'offset', 'size', 'flags'] as const;
export type Column = (typeof COLUMNS)[number];

/** One row of a table, offset and size resolved, in bytes. */
export interface Partition {
  readonly name: string;
  readonly type: number;
  readonly subtype: number;
  readonly offset: number;
  readonly size: number;
  readonly encrypted: boolean;
  readonly readonly: boolean;
  /** Source location of the row. */
  readonly source?: PartitionSource;
}

/** A line of a CSV with the one-based column of each field, or the byte offset of a binary row. */
export interface PartitionSource {
  readonly line?: number;
  readonly columns?: readonly number[];
  readonly offset?: number;
}

/** A table and the findings about it. */
export interface PartitionTable {
  readonly partitions: readonly Partition[];
  /** Errors, warnings and information. */
  readonly findings: readonly Finding[];
}

/** Source location of a field of a partition. */
export function columnAt(source: PartitionSource | undefined, column: Column): Where {
  if (source === undefined) return {};
  const at = source.columns?.[COLUMNS.indexOf(column)];
  return {
    ...(source.line === undefined ? {} : { line: source.line }),
    ...(at === undefined ? {} : { column: at }),
    ...(source.offset === undefined ? {} : { offset: source.offset }),
  };
}

/** End of a partition: the first byte after it. */
export function endOf(partition: Pick<Partition, 'offset' | 'size'>): number {
  return partition.offset + partition.size;
}

/** Whether a row is that of the primary bootloader or table, which are below every other partition. */
export function isPrimary({ type, subtype }: Pick<Partition, 'type' | 'subtype'>): boolean {
  return (type === BOOTLOADER_TYPE || type === PARTITION_TABLE_TYPE) && subtype === PRIMARY_SUBTYPE;
}

/** The partition with that name. */
export function findPartition(table: readonly Partition[], name: string): Partition | undefined {
  return table.find((partition) => partition.name === name);
}

/** The data partitions of a subtype, in the order of the table. */
export function dataPartitions(table: readonly Partition[], subtype: number): readonly Partition[] {
  return table.filter((partition) => partition.type === DATA_TYPE && partition.subtype === subtype);
}
