import { chipName, FactoryError, type Finding } from 'nvs-core';
import { flashErrors } from '../errors/flash';
import { buildFlashIdCommand, type Connection, commandWith } from './command';
import type { Esptool } from './esptool';
import { interpretFailure, withoutControlCodes } from './failure';
import { type RunOptions, spawnEsptool } from './run';

/** A connected device, as esptool reports it; in secure download mode only the chip is known. */
export interface Device {
  /** CONFIG_IDF_TARGET, such as esp32c6. */
  readonly chip: string;
  /** 100 * major + minor. */
  readonly revision: number | undefined;
  /** Six lower-case bytes with colons: the base MAC address. */
  readonly mac: string | undefined;
  /** Bytes of flash. */
  readonly flashSize: number | undefined;
  readonly secureDownload: boolean;
}

/** The device that the configuration is for. */
export interface ExpectedDevice {
  readonly chip?: string | undefined;
  /** Bytes of flash that the firmware was built for (CONFIG_ESPTOOLPY_FLASHSIZE). */
  readonly flashSize?: number | undefined;
  readonly mac?: string | undefined;
}

export type ProbeOptions = Connection &
  Pick<RunOptions, 'onStart' | 'signal' | 'env'> & { readonly esptool: Esptool };

/** Reads chip, MAC address and flash size of any chip, and leaves it in download mode. */
export async function probeDevice(options: ProbeOptions): Promise<Device> {
  const { chip: _chip, ...connection } = options;
  const command = buildFlashIdCommand({ ...connection, after: 'no-reset' });
  const { output, status } = await spawnEsptool({ ...options, command });
  const device = parseDevice(output);
  // flash-id fails in secure download mode, but only after it has printed the chip.
  if (status !== 0 && !device?.secureDownload) throw interpretFailure(output, status, options);
  if (device === undefined) throw flashErrors.error('flash.device-unreadable', { what: 'chip' });
  if (!device.secureDownload && device.flashSize === undefined) {
    throw flashErrors.error('flash.device-unreadable', { what: 'flash size' });
  }
  return device;
}

/** Chip, revision, MAC address and flash size in the output of flash-id (esptool 5) or flash_id (4); undefined without a chip. */
export function parseDevice(output: string): Device | undefined {
  const text = withoutControlCodes(output);
  const detected =
    [...text.matchAll(/Detecting chip type\.\.\. *(ESP[\w-]+(?:\(\w+\))?)/g)].at(-1)?.[1] ??
    /Connected to (ESP[\w-]+(?:\(\w+\))?) on /.exec(text)?.[1];
  if (detected === undefined) return undefined;
  const mac = /^BASE MAC: *([0-9a-f:]{17})$/im.exec(text)?.[1] ?? /^MAC: *([0-9a-f:]{17})$/im.exec(text)?.[1];
  const [, major, minor] = /\(revision v(\d+)\.(\d+)\)/.exec(text) ?? [];
  const [, amount, unit] = /Detected flash size: *(\d+)(KB|MB)/.exec(text) ?? [];
  return {
    chip: chipName(detected),
    revision: major === undefined ? undefined : Number(major) * 100 + Number(minor),
    mac: mac?.toLowerCase(),
    flashSize: amount === undefined ? undefined : Number(amount) * (unit === 'KB' ? 1024 : 1024 * 1024),
    secureDownload: /in Secure Download Mode/.test(text),
  };
}

/**
 * Rejects a device that does not match the configuration, with all mismatches at once: flash.chip-mismatch,
 * flash.size-mismatch (smaller than the firmware requires), flash.mac-mismatch. Returns warnings.
 */
export function checkDevice(device: Device, expected: ExpectedDevice, port: string): Finding[] {
  const errors: Finding[] = [];
  const notes: Finding[] = [];
  const chip = expected.chip === undefined ? device.chip : chipName(expected.chip);
  if (chip !== device.chip) {
    errors.push(flashErrors.finding('flash.chip-mismatch', { expected: chip, found: device.chip, port }));
  }
  if (expected.flashSize !== undefined && device.flashSize !== undefined) {
    const sizes = { expected: expected.flashSize, found: device.flashSize, port };
    if (device.flashSize < expected.flashSize) errors.push(flashErrors.finding('flash.size-mismatch', sizes));
    if (device.flashSize > expected.flashSize) {
      notes.push(flashErrors.finding('flash.size-larger', sizes, {}, 'warning'));
    }
  }
  if (expected.mac !== undefined && device.mac !== expected.mac.toLowerCase().replaceAll('-', ':')) {
    const found = device.mac ?? 'unknown (secure download mode)';
    errors.push(flashErrors.finding('flash.mac-mismatch', { expected: expected.mac, found, port }));
  }
  if (errors.length > 0) throw new FactoryError(errors);
  return notes;
}

/** ESP32: eFuse BLOCK0 word 0 has FLASH_CRYPT_CNT in bits 20..26 (ESP32 Technical Reference Manual, eFuse). */
const ESP32_CRYPT_COUNT_WORD = 0x3ff5a000;

/** Whether flash encryption is on (an odd number of bits of its eFuse counter is set); keeps the device in download mode. */
export async function readFlashEncryption(options: ProbeOptions, device: Device): Promise<boolean> {
  const connection = { ...options, chip: device.chip, after: 'no-reset' };
  const unreadable = () => flashErrors.error('flash.device-unreadable', { what: 'flash encryption state' });
  const ask = async (...words: [string, ...string[]]) => {
    const { output, status } = await spawnEsptool({ ...options, command: commandWith(connection, ...words) });
    if (status !== 0) throw interpretFailure(output, status, options);
    return withoutControlCodes(output);
  };
  if (device.chip === 'esp32') {
    const word = `0x${ESP32_CRYPT_COUNT_WORD.toString(16)}`;
    const [, ...found] = withoutControlCodes(await ask('read-mem', word))
      .toLowerCase()
      .split(word);
    const value = found.map((text) => /^ *= *0x([0-9a-f]+)/.exec(text)?.[1]).find((one) => one !== undefined);
    if (value === undefined) throw unreadable();
    const count = (Number.parseInt(value, 16) >>> 20) & 0x7f;
    return count.toString(2).replaceAll('0', '').length % 2 === 1;
  }
  const state = /Flash Encryption: *(Enabled|Disabled)/.exec(await ask('get-security-info'))?.[1];
  if (state === undefined) throw unreadable();
  return state === 'Enabled';
}
