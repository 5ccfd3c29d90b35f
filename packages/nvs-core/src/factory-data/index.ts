export { checkFactoryData } from './check';
export * from './choices';
export * from './data';
export { type DecodedFactoryData, decodeFactoryData } from './decode';
export { encodeFactoryData } from './encode';
export type { FactoryKeyOrder } from './items';
export {
  describeFactoryKey,
  FACTORY_FIELDS,
  FACTORY_NAMESPACE,
  type FactoryField,
  type FactoryGroup,
  type FactoryKeyDescription,
  LIST_KEY_MAX_LENGTH,
} from './keys';
export type { FactoryNvsType } from './kinds';
