export * from './cli';
export * from './config';
export * from './factory';
export * from './files';
export * from './firmware';
export * from './flash';
export * from './init';
export * from './inspect';
