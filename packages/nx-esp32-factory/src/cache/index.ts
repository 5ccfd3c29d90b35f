export * from './digest';
export * from './digest-command';
export * from './digested';
export * from './policy';
