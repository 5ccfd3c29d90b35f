export * from './cached-target';
export * from './digest';
export * from './digest-command';
export * from './digested';
export * from './image-policy';
export { nxStart } from './nx-process';
export * from './policy';
export * from './printed-digests';
export * from './unchanged';
