export * from './errno';
export * from './kept-keys';
export * from './key-folder';
export { lazy } from './lazy';
export * from './read';
export { openStaging, removeStaging, removeStaleStaging, stageFile } from './staging';
export * from './trust-folder';
export * from './write';
