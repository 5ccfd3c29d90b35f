export * from './config';
export * from './firmware';
export * from './flash';
export * from './factory';
export * from './cli';
export * from './files';
