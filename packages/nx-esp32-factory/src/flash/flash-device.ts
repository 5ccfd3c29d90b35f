import { statSync } from 'node:fs';
import { FactoryError, type Finding } from 'nvs-core';
import { flashErrors } from '../errors/flash';
import { buildWriteCommand, type Connection, displayCommand } from './command';
import { checkDevice, type Device, type ExpectedDevice, probeDevice, readFlashEncryption } from './device';
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
  /** Called with progress notes, one line each: the exact command, what is forced and why. */
  readonly onNotice?: (line: string) => void;
}

export interface FlashReport {
  readonly device: Device;
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
 * port locked throughout. Throws codes of flash.*; if the message says so, nothing was written.
 */
export async function flashDevice(options: FlashOptions): Promise<FlashReport> {
  dryRunFlash(options);
  return withPortLock(options.port, options.lock ?? {}, (lock) => flashLocked(options, lock));
}

async function flashLocked(options: FlashOptions, lock: PortLock): Promise<FlashReport> {
  const { parts, port, onNotice } = options;
  const run = { ...options, onStart: (pid: number) => lock.addProcess(pid) };
  const device = await probeDevice(run);
  const findings = checkDevice(device, options.expected, port);
  assertFit(parts, device);
  await assertFlashEncryption(parts, () => readFlashEncryption(run, device));

  const verify = options.verify === true && !device.secureDownload;
  if (options.verify === true && !verify)
    onNotice?.('secure download mode: the flash of the device cannot be read back');
  const comparable = parts.some((part) => part.encryption !== 'device');
  // The firmware must not run, and write to its partitions, before they are read back.
  const write = {
    ...writeOptions(options),
    ...(verify && comparable ? { after: 'no-reset' } : {}),
    chip: device.chip,
  };
  let command = buildWriteCommand(write);
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
  if (result.status !== 0) throw interpretFailure(result.output, result.status, options);

  const nothing = { verified: [], notComparable: parts.map((part) => part.label) };
  const verification = verify && comparable ? await verifyParts({ ...run, chip: device.chip }) : nothing;
  return {
    device,
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

/** The files must still have the lengths that the plan was made for and checked against the partition table. */
function assertFiles(parts: readonly FlashPart[]): void {
  const findings: Finding[] = [];
  for (const { label, file, length } of parts) {
    let reason: string | undefined;
    try {
      const stat = statSync(file);
      if (!stat.isFile()) reason = 'it is not a file';
      else if (stat.size !== length) reason = `it has ${stat.size} bytes now, and had ${length}`;
    } catch (error) {
      reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    }
    if (reason !== undefined)
      findings.push(flashErrors.finding('flash.image-unreadable', { label, reason }, { file }));
  }
  if (findings.length > 0) throw new FactoryError(findings);
}

/** Checks that the parts fit in the flash; esptool does so for plain files only. */
function assertFit(parts: readonly FlashPart[], { flashSize }: Device): void {
  if (flashSize === undefined) return;
  const findings = parts
    .filter((part) => part.address + part.length > flashSize)
    .map(({ label, address, length }) =>
      flashErrors.finding('flash.beyond-flash', { label, end: address + length, flashSize }),
    );
  if (findings.length > 0) throw new FactoryError(findings);
}

/** Host-encrypted images require flash encryption on; plain ones for firmware without it require it off. */
async function assertFlashEncryption(
  parts: readonly FlashPart[],
  read: () => Promise<boolean>,
): Promise<void> {
  const labels = (list: readonly FlashPart[]) => list.map((part) => part.label);
  const needOn = labels(parts.filter((part) => part.encryption === 'host'));
  const needOff = labels(parts.filter((part) => part.needsEncryptionOff === true));
  if (needOn.length === 0 && needOff.length === 0) return;
  const on = await read();
  if (!on && needOn.length > 0) throw flashErrors.error('flash.device-not-encrypting', { labels: needOn });
  if (on && needOff.length > 0) throw flashErrors.error('flash.device-encrypting', { labels: needOff });
}

const BOOTLOADER_END = 0x8000;

/** Our own version of the checks that --force skips. */
function assertForceUnneeded(parts: readonly FlashPart[]): void {
  const findings = parts.flatMap(({ label, address, encryption }) => {
    if (encryption === 'device')
      return [flashErrors.finding('flash.device-release-mode', { labels: [label] })];
    if (address >= BOOTLOADER_END) return [];
    const reason = 'the device is in release mode';
    return [flashErrors.finding('flash.device-protected', { label, address, reason })];
  });
  if (findings.length > 0) throw new FactoryError(findings);
}
