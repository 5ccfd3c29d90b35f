export { displayPath } from './display-path';
export * from './errno';
export * from './kept-keys';
export { folderKeyStore } from './key-folder';
export * from './read';
export { entryOf, isInside } from './set-folder';
export { isUnfinished, removeStaleStaging } from './staging';
export * from './trust-folder';
export * from './write';
