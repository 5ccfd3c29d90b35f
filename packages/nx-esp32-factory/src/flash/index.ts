export { esptoolChip } from './chip-name';
export {
  AFTER_MODES,
  type AfterMode,
  BEFORE_MODES,
  type BeforeMode,
  buildReadCommand,
  buildWriteCommand,
  type Connection,
  displayCommand,
  type WriteCommandOptions,
} from './command';
export {
  checkDevice,
  type Device,
  type ExpectedDevice,
  parseDevice,
  probeDevice,
  readFlashEncryption,
} from './device';
export { type Esptool, type FindEsptoolOptions, findEsptool, parseVersion } from './esptool';
export { interpretFailure, needsForce } from './failure';
export { dryRunFlash, type FlashOptions, type FlashReport, flashDevice } from './flash-device';
export type { FlashPart, PartEncryption } from './part';
export { isFlashEncrypted, type PlanFirmware, type PlanImage, type PlanPartition, planFlash } from './plan';
export { canonicalPort, listSerialPorts, resolvePort } from './port';
export { lockPort, type PortLock, withPortLock } from './port-lock';
export { withPrivateFolder } from './private-folder';
export { type FlashReadOptions, readPartition, type Verification, verifyParts } from './read-back';
export { prefixLines, type RunOptions, runEsptool } from './run';
