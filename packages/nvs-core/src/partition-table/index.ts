export * from './binary';
export { type CheckOptions, checkPartitions } from './checks';
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
export * from './partition';
export * from './read';
export type { ReadOptions } from './row';
