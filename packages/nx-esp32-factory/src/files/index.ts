export * from './errno';
export { folderKeyStore } from './key-folder';
export * from './read';
export { openStaging, removeStaging, stageFile } from './staging';
export * from './trust-folder';
export * from './write';
