export { classifyNvs, type NvsImageKind } from './classify';
export * from './csv';
export * from './encode';
export * from './encryption';
export * from './keys';
export {
  BLOB_MAX_LENGTH,
  integerRange,
  KEY_MAX_LENGTH,
  type NvsIntegerType,
  type NvsPageState,
  type NvsTypeName,
  type NvsVersion,
  PAGE_LENGTH,
  STRING_MAX_LENGTH,
  WRITABLE_MIN_LENGTH,
} from './layout';
export * from './values';
