export { displayPath } from './display-path';
export * from './errno';
export * from './kept-keys';
export { folderKeyStore } from './key-folder';
export * from './read';
export { removeStaleStaging } from './staging';
export * from './trust-folder';
export * from './write';
