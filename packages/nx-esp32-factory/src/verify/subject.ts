import type { CdSigner, Certificate, Finding, Revocation } from 'nvs-core';
import type { Manifest, ManifestImage, Onboarding } from '../artifacts';
import { settingsOf } from '../device';
import type { DeviceInputs } from '../inputs';
import type { ImageContents } from '../inspect';
import type { ImageDevice } from './device';

/** The bytes of one file, with its name for messages. */
export interface FileContents {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file of the manifest with its contents. */
export interface ManifestFile {
  readonly entry: ManifestImage;
  /** Undefined if it could not be read. */
  readonly contents: FileContents | undefined;
}

/** A manifest, and the current contents of the files that it lists. */
export interface ManifestSubject {
  readonly name: string;
  readonly manifest: Manifest;
  readonly files: readonly ManifestFile[];
}

/** Everything that is verified together, read and decoded. Contains the secrets of a device. */
export interface Subject {
  readonly image: FileContents;
  readonly contents: ImageContents;
  readonly secureCert?: { readonly file: FileContents; readonly contents: ImageContents } | undefined;
  readonly device: ImageDevice;
  readonly onboarding?: Onboarding | undefined;
  /** The content of the NFC tag next to the codes. */
  readonly nfcTag?: FileContents | undefined;
  /** Given by reference. */
  readonly passcode?: number | undefined;
  readonly inputs?: DeviceInputs | undefined;
  readonly manifest?: ManifestSubject | undefined;
  /** The PAAs that a commissioner trusts; undefined if unknown. */
  readonly paas: readonly Certificate[] | undefined;
  readonly cdSigners: readonly CdSigner[];
  /** The revoked certificates, with the date of their file; undefined if unknown. */
  readonly revocation: (Revocation & { readonly path: string }) | undefined;
  /** Time of commissioning. */
  readonly at: Date;
  /** Problems found while reading. */
  readonly findings: readonly Finding[];
}

/** The ids of the device: those of its image, or else of the config, or else of the firmware. */
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

/** The passcode to check, with its source: the given one, or else that of a code, or else that of the config. */
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

/** Whether the partition is mounted read-only, and so needs no blank page. */
export function isReadOnly({ inputs }: Pick<Subject, 'inputs'>): boolean {
  return inputs !== undefined && settingsOf(inputs).readOnly;
}
