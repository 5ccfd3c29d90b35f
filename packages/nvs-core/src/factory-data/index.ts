export { checkFactoryData } from './check';
export { PRODUCT_COLORS, PRODUCT_FINISHES } from './choices';
export type { DeviceInstanceInfoData, FactoryData } from './data';
export { type DecodedFactoryData, decodeFactoryData } from './decode';
export { type EncodedFactoryData, encodeFactoryData } from './encode';
export {
  FACTORY_FIELDS,
  type FactoryField,
  type FactoryRow,
  type FactorySection,
  factoryField,
  type ValueOf,
} from './fields';
export {
  describeFactoryKey,
  ENDPOINT,
  FACTORY_NAMESPACE,
  LIST_KEY_MAX_LENGTH,
  LIST_KEYS,
  listKey,
} from './keys';
export type { FieldKind } from './kinds';
