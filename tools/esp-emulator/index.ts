export type { ChipName, Security } from './chips';
export type { FlashWrite } from './flash-memory';
export { type Emulator, type EmulatorOptions, type Faults, start } from './server';
