/**
 * The flash plan: images, matched by label with the partition table of the firmware that will read them.
 * Flash encryption: ESP-IDF Programming Guide, "Flash Encryption", and "Partition Tables", flag `encrypted`.
 */
import { FactoryError, type Finding } from 'nvs-core';
import { flashErrors } from '../errors/flash';
import { displayPath } from '../files';
import type { ChipRevisions, FlashPart, PartEncryption } from './part';

/** A row of the partition table. */
export interface PlanPartition {
  readonly label: string;
  /** Byte offset in flash. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Partition type: 0 app, 1 data, 0x40..0xFE custom. */
  readonly type: number;
  readonly subtype: number;
  /** The `encrypted` flag. */
  readonly encrypted: boolean;
}

export interface PlanFirmware {
  readonly partitions: readonly PlanPartition[];
  /** Bytes of flash that the firmware was built for. */
  readonly flashSize?: number;
  /** CONFIG_SECURE_FLASH_ENC_ENABLED. */
  readonly flashEncryption?: boolean;
  /** The app is written in the same call, so that the first boot of a device may still be to come. */
  readonly isWritten?: boolean;
}

export interface PlanImage {
  /** Label of its partition. */
  readonly label: string;
  readonly file: string;
  /** Bytes. */
  readonly length: number;
  /**
   * Unless the table decides: "host" for a file that is already encrypted, "none" or "device" for a partition
   * (esp_secure_cert) that depends on how the device was provisioned.
   */
  readonly encryption?: PartEncryption;
  /** Only of an app or bootloader. */
  readonly revisions?: ChipRevisions;
}

const SECTOR = 0x1000;
const APP = 0;
const DATA = 1;
const DATA_OTA = 0x00;
const DATA_NVS = 0x02;
const DATA_NVS_KEYS = 0x04;

/** Whether the firmware reads the partition through flash encryption, once that is on. */
export function isFlashEncrypted(partition: Pick<PlanPartition, 'type' | 'subtype' | 'encrypted'>): boolean {
  return (
    partition.encrypted ||
    partition.type === APP ||
    (partition.type === DATA && (partition.subtype === DATA_OTA || partition.subtype === DATA_NVS_KEYS))
  );
}

/**
 * The parts to write, in the order of their addresses. Throws all problems at once: flash.nothing-to-write,
 * flash.partition-missing, flash.image-empty, flash.image-too-large, flash.address-misaligned, flash.beyond-flash,
 * flash.parts-overlap, flash.written-twice, flash.encryption-contradicts.
 */
export function planFlash(plan: {
  readonly firmware: PlanFirmware;
  readonly images: readonly PlanImage[];
}): FlashPart[] {
  const { firmware, images } = plan;
  if (images.length === 0) throw flashErrors.error('flash.nothing-to-write', {});
  const findings: Finding[] = [];
  const parts: (FlashPart & { readonly end: number })[] = [];
  for (const image of images) {
    const partition = firmware.partitions.find(({ label }) => label === image.label);
    if (partition === undefined) {
      const labels = firmware.partitions.map(({ label }) => label);
      findings.push(flashErrors.finding('flash.partition-missing', { label: image.label, labels }));
      continue;
    }
    const other = parts.find(({ label }) => label === image.label);
    if (other !== undefined) {
      const params = { label: image.label, files: [displayPath(other.file), displayPath(image.file)] };
      findings.push(flashErrors.finding('flash.written-twice', params));
      continue;
    }
    findings.push(...checkImage(image, partition, firmware));
    parts.push({
      label: image.label,
      address: partition.offset,
      file: image.file,
      length: image.length,
      ...partEncryption(image, partition, firmware),
      ...(image.revisions === undefined ? {} : { revisions: image.revisions }),
      end: partition.offset + Math.max(1, Math.ceil(image.length / SECTOR)) * SECTOR,
    });
  }
  parts.sort((a, b) => a.address - b.address);
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (next === undefined || next.address >= part.end) continue;
    const overlap = { first: part.label, second: next.label, address: next.address };
    findings.push(flashErrors.finding('flash.parts-overlap', overlap));
  }
  if (findings.length > 0) throw new FactoryError(findings);
  return parts.map(({ end: _end, ...part }) => part);
}

function partEncryption(
  image: PlanImage,
  partition: PlanPartition,
  firmware: PlanFirmware,
): Pick<FlashPart, 'encryption' | 'needsEncryptionOff' | 'encryptedAtFirstBoot'> {
  const isEncrypted = isFlashEncrypted(partition);
  const encryption = image.encryption ?? (isEncrypted && firmware.flashEncryption ? 'device' : 'none');
  // The bootloader goes by the table alone.
  if (encryption === 'device')
    return firmware.isWritten && isEncrypted ? { encryption, encryptedAtFirstBoot: true } : { encryption };
  return image.encryption === undefined && isEncrypted
    ? { encryption, needsEncryptionOff: true }
    : { encryption };
}

function checkImage(image: PlanImage, partition: PlanPartition, firmware: PlanFirmware): Finding[] {
  const { label, offset, size } = partition;
  const findings: Finding[] = [];
  if (image.length === 0) findings.push(flashErrors.finding('flash.image-empty', { label }));
  if (image.length > size) {
    findings.push(flashErrors.finding('flash.image-too-large', { label, length: image.length, size }));
  }
  if (offset % SECTOR !== 0) {
    findings.push(
      flashErrors.finding('flash.address-misaligned', { label, address: offset, alignment: SECTOR }),
    );
  }
  const { flashSize } = firmware;
  if (flashSize !== undefined && offset + size > flashSize) {
    findings.push(flashErrors.finding('flash.beyond-flash', { label, end: offset + size, flashSize }));
  }
  const reason = contradiction(image.encryption, partition, firmware.flashEncryption === true);
  if (reason !== undefined)
    findings.push(flashErrors.finding('flash.encryption-contradicts', { label, reason }));
  return findings;
}

function contradiction(
  encryption: PartEncryption | undefined,
  partition: PlanPartition,
  flashEncryption: boolean,
): string | undefined {
  const encrypted = encryption === 'device' || encryption === 'host';
  const nvs = partition.type === DATA && partition.subtype === DATA_NVS;
  if (encrypted && !flashEncryption)
    return 'it would be flash-encrypted, but the firmware has flash encryption off';
  if (nvs && flashEncryption && partition.encrypted) {
    return 'the partition table flags it "encrypted", but the firmware rejects NVS in encrypted flash';
  }
  if (encrypted && nvs) return 'it would be flash-encrypted, but NVS has its own encryption';
  const always = partition.type !== 0x3f && isFlashEncrypted(partition);
  if (encryption === 'none' && flashEncryption && always) {
    return 'it would be written plain, but the firmware reads it through flash encryption';
  }
  return undefined;
}
