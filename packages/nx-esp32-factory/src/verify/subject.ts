import type { CdSigner, Certificate, Finding } from 'nvs-core';
import type { Manifest, ManifestImage, Onboarding } from '../artifacts';
import { settingsOf } from '../device';
import type { DeviceInputs } from '../inputs';
import type { ImageContents } from '../inspect';
import type { Device } from './device';

/** One file that was read: its name for messages, and its bytes. */
export interface ReadFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file of the manifest with what was read of it. */
export interface ManifestFile {
  readonly entry: ManifestImage;
  /** Undefined where it could not be read. */
  readonly read: ReadFile | undefined;
}

/** A manifest, and the files that it lists as they are now. */
export interface ManifestSubject {
  readonly name: string;
  readonly manifest: Manifest;
  readonly files: readonly ManifestFile[];
}

/** Everything that is verified together, read and decoded. It holds the secrets of a device. */
export interface Subject {
  readonly image: ReadFile;
  readonly contents: ImageContents;
  readonly secureCert?: { readonly file: ReadFile; readonly contents: ImageContents };
  readonly device: Device;
  readonly onboarding?: Onboarding;
  /** Given by reference. */
  readonly passcode?: number;
  readonly inputs?: DeviceInputs;
  readonly manifest?: ManifestSubject;
  /** The PAAs that a commissioner trusts; undefined where none are known. */
  readonly paas: readonly Certificate[] | undefined;
  readonly cdSigners: readonly CdSigner[];
  /** Time of commissioning. */
  readonly at: Date;
  /** What was wrong while it was read. */
  readonly findings: readonly Finding[];
}

/** The ids of the device: of its image, else of the config, else of the firmware. */
export function idsOf({ device, inputs }: Pick<Subject, 'device' | 'inputs'>): {
  readonly vendorId: number | undefined;
  readonly productId: number | undefined;
} {
  const { vendorId, productId } = inputs?.config.deviceInstanceInfo ?? {};
  return {
    vendorId: device.info.vendorId ?? vendorId ?? inputs?.firmware?.vendorId.value,
    productId: device.info.productId ?? productId ?? inputs?.firmware?.productId.value,
  };
}

/** The passcode to prove: the one given, else that of the QR code, else that of the config; with its source. */
export function passcodeOf({
  passcode,
  onboarding,
  inputs,
}: Pick<Subject, 'passcode' | 'onboarding' | 'inputs'>): { passcode: number; source: string } | undefined {
  if (passcode !== undefined) return { passcode, source: '--passcode-from' };
  if (onboarding?.qr !== undefined) return { passcode: onboarding.qr.passcode, source: 'the QR code' };
  if (onboarding?.manual !== undefined) {
    return { passcode: onboarding.manual.passcode, source: 'the manual code' };
  }
  const configured = inputs?.config.commissioning.passcode;
  return typeof configured === 'number' ? { passcode: configured, source: 'the config' } : undefined;
}

/** Whether the partition is mounted read-only, so that it needs no blank page. */
export function isReadOnly({ inputs }: Pick<Subject, 'inputs'>): boolean {
  return inputs !== undefined && settingsOf(inputs).readOnly;
}
