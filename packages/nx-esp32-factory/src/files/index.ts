export * from './errno';
export * from './kept-keys';
export { folderKeyStore } from './key-folder';
export * from './limits';
export * from './read';
export { openStaging, removeStaging, removeStaleStaging, stageFile } from './staging';
export * from './trust-folder';
export * from './write';
