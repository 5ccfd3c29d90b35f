export * from './cached-target';
export * from './digest';
export * from './digest-command';
export * from './digested';
export * from './image-policy';
export * from './policy';
