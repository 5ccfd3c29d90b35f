export * from './cached-target';
export * from './digest';
export * from './digest-command';
export * from './digested';
export * from './exact-outputs';
export { patternIn, patternReason } from './glob';
export * from './image-policy';
export * from './output-clash';
export * from './policy';
