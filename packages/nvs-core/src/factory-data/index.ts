export { checkFactoryData } from './check';
export * from './choices';
export * from './data';
export { type DecodedFactoryData, decodeFactoryData } from './decode';
export { encodeFactoryData } from './encode';
export {
  FACTORY_FIELDS,
  type FactoryField,
  type FactoryRow,
  type FactorySection,
  factoryField,
  type ValueOf,
} from './fields';
export type { FactoryKeyOrder } from './items';
export {
  describeFactoryKey,
  ENDPOINT,
  FACTORY_NAMESPACE,
  type FactoryKeyDescription,
  LIST_KEY_MAX_LENGTH,
  LIST_KEYS,
  listKey,
} from './keys';
export type { FactoryNvsType, FieldKind } from './kinds';
