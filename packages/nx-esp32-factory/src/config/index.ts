export { formatPath, type Path } from './document';
export { descriptionOf } from './fields';
export {
  configFromObject,
  type LoadedConfig,
  type LoadOptions,
  loadConfig,
} from './load';
export { OVERRIDES, type OverrideName } from './overrides';
export type { ConfigReference } from './references';
export { type ResolveOptions, resolveConfig, resolveField } from './resolve';
export { configSchema, type FactoryConfig, type ResolvedFactoryConfig } from './schema';
export { inlineSecrets } from './secrets';
export { listReferences, type ReadFile } from './source';
export type { KeyMaterial, NvsKey } from './values/credential';
export type { Dynamic, Folder, Random } from './values/forms';
export type { JsonSchema } from './values/record';
export { Reference, type Resolved } from './values/reference';
export { isConfigName, variantOf } from './variant';
