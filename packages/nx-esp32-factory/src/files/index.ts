export * from './errno';
export * from './read';
export { openStaging, removeStaging, stageFile } from './staging';
export * from './write';
