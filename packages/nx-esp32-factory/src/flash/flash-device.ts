import type { Finding } from 'nvs-core';
import { buildWriteCommand, type Connection, displayCommand } from './command';
import { checkDevice, type Device, type ExpectedDevice, probeDevice, readFlashEncryption } from './device';
import { assertFiles, assertFit, assertForceUnneeded, assertRevision, partsForDevice } from './device-checks';
import type { Esptool } from './esptool';
import { interpretFailure, needsForce } from './failure';
import type { FlashPart } from './part';
import { type LockOptions, type PortLock, withPortLock } from './port-lock';
import { verifyParts } from './read-back';
import { type RunOptions, spawnEsptool } from './run';

export interface FlashOptions extends Connection, Pick<RunOptions, 'onOutput' | 'signal' | 'env'> {
  readonly esptool: Esptool;
  /** From `planFlash`. */
  readonly parts: readonly FlashPart[];
  /** The device that the configuration is for. */
  readonly expected: ExpectedDevice;
  /** Read everything back and compare, after esptool's own digest check. */
  readonly verify?: boolean;
  readonly lock?: LockOptions;
  /**
   * Called after the last check and before anything is written, with the port locked; it may burn keys.
   * `parts` are as this device needs them.
   */
  readonly beforeWriting?: (step: BeforeWriting) => Promise<void>;
  /** Called with progress notes, one line each: the exact command, what is forced and why. */
  readonly onNotice?: (line: string) => void;
}

export interface BeforeWriting {
  readonly parts: readonly FlashPart[];
  /** To be called with each process that opens the port. */
  readonly onStart: (pid: number) => void;
}

export interface FlashReport {
  readonly device: Device;
  /** The parts as they were written. */
  readonly parts: readonly FlashPart[];
  /** The write command. */
  readonly command: readonly string[];
  /** Whether --force was needed (release mode) and given. */
  readonly forced: boolean;
  /** Labels read back and equal; empty without `verify`. */
  readonly verified: readonly string[];
  /** Labels that `verify` can't compare. */
  readonly notComparable: readonly string[];
  readonly findings: readonly Finding[];
}

/** The command that `flashDevice` would run, checked as far as possible without a device. */
export function dryRunFlash(options: Omit<FlashOptions, 'onOutput'>): { command: string[]; display: string } {
  assertFiles(options.parts);
  const command = buildWriteCommand(writeOptions(options));
  return { command, display: displayCommand(command) };
}

/**
 * Checks the device against the configuration, writes all parts in one call, and reads them back if requested, with the
 * port locked throughout. Every check comes before `beforeWriting`. Throws codes of flash.*; if the message says so, nothing
 * was written.
 */
export async function flashDevice(options: FlashOptions): Promise<FlashReport> {
  dryRunFlash(options);
  return withPortLock(options.port, options.lock ?? {}, (lock) => flashLocked(options, lock));
}

async function flashLocked(options: FlashOptions, lock: PortLock): Promise<FlashReport> {
  const { port, onNotice } = options;
  const run = { ...options, onStart: (pid: number) => lock.addProcess(pid) };
  const device = await probeDevice(run);
  const findings = checkDevice(device, options.expected, port);
  assertFit(options.parts, device);
  assertRevision(options.parts, device);
  const parts = await partsForDevice(options.parts, () => readFlashEncryption(run, device));
  if (parts.some((part, index) => part.encryption !== options.parts[index]?.encryption))
    onNotice?.(
      'flash encryption is still off in this device: all is written plain, and the bootloader encrypts it at its first boot, keys included',
    );

  const verify = options.verify === true && !device.secureDownload;
  if (options.verify === true && !verify)
    onNotice?.('secure download mode: the flash of the device cannot be read back');
  const comparable = parts.some((part) => part.encryption !== 'device');
  // The firmware must not run, and write to its partitions, before they are read back.
  const write = {
    ...writeOptions({ ...options, parts }),
    ...(verify && comparable ? { after: 'no-reset' } : {}),
    chip: device.chip,
  };
  let command = buildWriteCommand(write);
  await options.beforeWriting?.({ parts, onStart: run.onStart });
  onNotice?.(displayCommand(command));
  let result = await spawnEsptool({ ...run, command });
  let forced = false;
  if (result.status !== 0 && needsForce(result.output)) {
    assertForceUnneeded(parts);
    onNotice?.(
      'this device is in release mode: --force is passed, because chip and flash size were checked, no image relies on the device to encrypt it, and none is inside the bootloader',
    );
    command = buildWriteCommand({ ...write, force: true });
    onNotice?.(displayCommand(command));
    result = await spawnEsptool({ ...run, command });
    forced = true;
  }
  if (result.status !== 0) throw interpretFailure(result.output, result.status, { port, parts });

  const nothing = { verified: [], notComparable: parts.map((part) => part.label) };
  const verification =
    verify && comparable ? await verifyParts({ ...run, parts, chip: device.chip }) : nothing;
  return {
    device,
    parts,
    command,
    forced,
    verified: verification.verified,
    notComparable: options.verify === true ? verification.notComparable : [],
    findings,
  };
}

function writeOptions(options: Omit<FlashOptions, 'onOutput'>) {
  return { ...options, chip: options.chip ?? options.expected.chip };
}
