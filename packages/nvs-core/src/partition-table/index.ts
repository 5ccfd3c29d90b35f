export { encodePartitionTable, isBinaryTable } from './binary';
export { DEFAULT_TABLE_CHOICES, defaultTableCsv, defaultTableName } from './default-tables';
export { formatPartitionsCsv } from './format';
export { insertPartition, type NewPartition } from './insertion';
export { DATA_SUBTYPE, DATA_TYPE, subtypeName, typeName } from './layout';
export { parsePartitionTable } from './parse';
export {
  type Column,
  columnAt,
  dataPartitions,
  findPartition,
  type Partition,
  type PartitionTable,
} from './partition';
export type { PartitionTableOptions } from './row';
