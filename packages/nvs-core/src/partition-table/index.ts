export * from './binary';
export { checkPartitions, type PartitionCheckOptions } from './checks';
export { parsePartitionsCsv, safeParsePartitionsCsv } from './csv';
export * from './default-tables';
export * from './format';
export * from './insertion';
export {
  APP_TYPE,
  DATA_SUBTYPE,
  DATA_TYPE,
  DEFAULT_TABLE_OFFSET,
  type ExtraSubtypes,
  NVS_RW_MIN_LENGTH,
  subtypeName,
  typeName,
} from './layout';
export * from './parse';
export * from './partition';
export type { PartitionTableOptions } from './row';
