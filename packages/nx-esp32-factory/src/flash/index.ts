export { esptoolChip } from './chip-name';
export {
  AFTER_MODES,
  type AfterMode,
  BEFORE_MODES,
  type BeforeMode,
  type Connection,
  displayCommand,
} from './command';
export { checkDevice, type Device, type ExpectedDevice, probeDevice } from './device';
export { protectionFindings } from './device-checks';
export { type Esptool, findEsptool } from './esptool';
export { type BeforeWriting, dryRunFlash, type FlashReport, flashDevice } from './flash-device';
export type { ChipRevisions, FlashPart } from './part';
export { type PlanImage, type PlanPartition, planFlash } from './plan';
export { resolvePort } from './port';
export { withPortLock } from './port-lock';
export { removeStaleFolders, withPrivateFolder } from './private-folder';
export { readPartition } from './read-back';
