export * from './burn';
export * from './command';
export * from './key';
export { withKeyFiles } from './key-files';
export * from './summary';
export * from './text';
