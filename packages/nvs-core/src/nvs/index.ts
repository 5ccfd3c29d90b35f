export { classifyNvs } from './classify';
export { checkCsvItems, parseNvsCsv } from './csv';
export { formatNvsCsv } from './csv-format';
export { decodeNvs, type NvsDecoded, type NvsDecodedEntry } from './decode';
export { encodeNvs, type NvsEncoded, type NvsLayout } from './encode';
export { decryptNvs, encryptNvs } from './encryption';
export { formatFloat, parseFloatText } from './float-text';
export { toNvsItems } from './items';
export {
  decodeKeysPartition,
  deriveHmacKeys,
  encodeKeysPartition,
  generateHmacKey,
  generateNvsKeys,
  type NvsKeys,
  wipeNvsKeys,
} from './keys';
export {
  ENTRIES_PER_PAGE,
  inlineLength,
  KEY_MAX_LENGTH,
  type NvsFloatType,
  type NvsTypeName,
  PAGE_LENGTH,
  STRING_MAX_LENGTH,
  WRITABLE_MIN_LENGTH,
} from './layout';
export type { NvsEntry, NvsItem, NvsValue } from './values';
