export { classifyNvs, type NvsImageKind } from './classify';
export * from './csv';
export * from './csv-format';
export * from './decode';
export * from './encode';
export { decryptNvs, encryptNvs } from './encryption';
export * from './items';
export * from './keys';
export {
  BLOB_MAX_LENGTH,
  ENTRIES_PER_PAGE,
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
export type { NvsNamespaceEntry } from './namespace-reader';
export type { NvsPage, NvsSlot } from './page-reader';
export type { NvsSlotPlace } from './value-reader';
export * from './values';
