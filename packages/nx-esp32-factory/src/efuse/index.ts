export * from './burn';
export * from './command';
export * from './key';
export * from './summary';
export * from './text';
