export * from './burn-job';
export * from './flash-files';
export * from './flash-job';
export * from './manifest';
export * from './names';
export * from './outputs';
export * from './summary';
export * from './version';
