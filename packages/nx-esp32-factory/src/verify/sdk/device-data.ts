/** The data of a device process, as one line of text. */
import { deserialize, serialize } from 'node:v8';
import type { VirtualDevice } from '../matter/device';

export interface DeviceData {
  readonly device: VirtualDevice;
  /** Folders to resolve matter.js from. */
  readonly folders: readonly string[];
}

/** One line; it contains secrets, so it goes through a pipe only. */
export function encodeDeviceData(data: DeviceData): string {
  return serialize(data).toString('base64');
}

export function decodeDeviceData(line: string): DeviceData {
  return deserialize(Buffer.from(line, 'base64')) as DeviceData;
}
