export * from './burn-job';
export { manifestOf } from './device-manifest';
export * from './flash-job';
export type { Manifest, ManifestImage } from './manifest';
export { EXECUTOR_NAMES, MANIFEST_FILE, type OutputNames, SCRIPT_NAMES } from './names';
export { readManifest, readPartitionImages } from './output-folder';
export * from './outputs';
export * from './summary';
export * from './version';
