export * from './cached-target';
export * from './digest';
export * from './digest-command';
export * from './digested';
export * from './exact-outputs';
export { patternIn, patternReason } from './glob';
export * from './image-policy';
export { nxStart } from './nx-process';
export * from './output-clash';
export {
  CACHE_READERS,
  type Cached,
  type CachePolicy,
  cachePolicyOf,
  policyOfSource,
  readCachePolicy,
  readPolicySource,
  type Uncached,
} from './policy';
export * from './printed-digests';
export * from './unchanged';
