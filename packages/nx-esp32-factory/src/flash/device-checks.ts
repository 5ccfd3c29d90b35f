/** What must be true of the files and of the device before anything on it is changed. */
import { statSync } from 'node:fs';
import { FactoryError, type Finding } from 'nvs-core';
import { flashErrors } from '../errors/flash';
import type { Device } from './device';
import type { FlashPart } from './part';

/** The files must still have the lengths that the plan was made for and checked against the partition table. */
export function assertFiles(parts: readonly FlashPart[]): void {
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
export function assertFit(parts: readonly FlashPart[], { flashSize }: Device): void {
  if (flashSize === undefined) return;
  const findings = parts
    .filter((part) => part.address + part.length > flashSize)
    .map(({ label, address, length }) =>
      flashErrors.finding('flash.beyond-flash', { label, end: address + length, flashSize }),
    );
  if (findings.length > 0) throw new FactoryError(findings);
}

/** Checks that the chip is new enough for app and bootloader, and not too new; esptool does so when keys are burned already. */
export function assertRevision(parts: readonly FlashPart[], { revision }: Device): void {
  if (revision === undefined) return;
  const findings = parts.flatMap(({ label, revisions }) =>
    revisions === undefined || (revisions.min <= revision && revision <= revisions.max)
      ? []
      : [flashErrors.finding('flash.revision-mismatch', { label, ...revisions, found: revision })],
  );
  if (findings.length > 0) throw new FactoryError(findings);
}

/**
 * The parts as this device needs them: images that it or the host encrypts require flash encryption on, plain ones for
 * firmware without it require it off. Errors: flash.device-not-encrypting, flash.device-encrypting.
 */
export async function partsForDevice(
  parts: readonly FlashPart[],
  read: () => Promise<boolean>,
): Promise<readonly FlashPart[]> {
  const needOn = parts.filter((part) => part.encryption !== 'none');
  const needOff = parts.filter((part) => part.needsEncryptionOff === true);
  if (needOn.length === 0 && needOff.length === 0) return parts;
  const labels = (list: readonly FlashPart[]) => list.map((part) => part.label);
  if (await read()) {
    if (needOff.length === 0) return parts;
    throw flashErrors.error('flash.device-encrypting', { labels: labels(needOff) });
  }
  const wrong = needOn.filter((part) => part.encryptedAtFirstBoot !== true);
  if (wrong.length > 0) throw flashErrors.error('flash.device-not-encrypting', { labels: labels(wrong) });
  return parts.map((part) =>
    part.encryptedAtFirstBoot === true ? { ...part, encryption: 'none' as const } : part,
  );
}

const BOOTLOADER_END = 0x8000;

/** Our own version of the checks that --force skips. */
export function assertForceUnneeded(parts: readonly FlashPart[]): void {
  const findings = protectionFindings(parts, { isReleaseMode: true, secureBoot: false });
  if (findings.length > 0) throw new FactoryError(findings);
}

export interface Protection {
  /** The device no longer encrypts what esptool writes, and rejects it without --force. */
  readonly isReleaseMode: boolean;
  readonly secureBoot: boolean;
}

/** What a protected device would not accept: flash.device-release-mode, flash.device-protected. */
export function protectionFindings(
  parts: readonly FlashPart[],
  { isReleaseMode, secureBoot }: Protection,
): Finding[] {
  return parts.flatMap(({ label, address, encryption }) => {
    if (isReleaseMode && encryption === 'device')
      return [flashErrors.finding('flash.device-release-mode', { labels: [label] })];
    if (address >= BOOTLOADER_END || (!isReleaseMode && !secureBoot)) return [];
    const reason = secureBoot ? 'secure boot is on' : 'the device is in release mode';
    return [flashErrors.finding('flash.device-protected', { label, address, reason })];
  });
}
