export * from './errno';
export { lazy } from './lazy';
export * from './read';
export { openStaging, removeStaging, stageFile } from './staging';
export * from './write';
