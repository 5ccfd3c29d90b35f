import { FACTORY_FIELDS, LIST_KEYS } from 'nvs-core';

/** What an image is, as far as the firmware must agree with it. */
export interface FirmwareNeeds {
  /** The partition label of the config; without one, the label of the firmware is used. */
  readonly label?: string | undefined;
  /** Length of the NVS image in bytes; undefined if the partition decides it. */
  readonly size?: number | undefined;
  /** Whether the image has no blank page, which requires a partition with the readonly flag. */
  readonly readOnly?: boolean | undefined;
  /** The keys of the image in the chip-factory namespace. */
  readonly keys: readonly string[];
  readonly encryption: NeededEncryption;
  /** The esp_secure_cert partition made with the image. */
  readonly secureCert?: NeededSecureCert | undefined;
  /** Discovery capabilities of the QR code, a mask; undefined if they are unknown. */
  readonly discovery?: number | undefined;
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
}

export type NeededEncryption =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'flash' }
  | {
      readonly scheme: 'hmac';
      readonly keyId?: number;
      /** The app opens the partition with keys that it derives itself, which the stock Matter SDK does not. */
      readonly firmwareDerivesKeys?: boolean;
    };

export interface NeededSecureCert {
  /** Bytes. */
  readonly size?: number | undefined;
  /** Whether discriminator, salt, verifier, iterations and rd-id-uid are in it. */
  readonly commissioning: boolean;
  /** Where the private key of the DAC is. */
  readonly key: 'partition' | 'ecdsa-peripheral';
}

/** The part of the firmware that reads a key. */
export type Group =
  | 'commissioning'
  | 'attestation'
  | 'declaration'
  | 'instance'
  | 'rotating-id'
  | 'device-info'
  | 'location'
  | 'other';

const LIST_NAMES: ReadonlySet<string> = new Set(Object.values(LIST_KEYS).map(({ name }) => name));

/** Keys that are read by another part than the rest of their section. */
const GROUPS: Readonly<Record<string, Group>> = {
  'cert-dclrn': 'declaration',
  'rd-id-uid': 'rotating-id',
  'loc-capability': 'location',
  'device-type': 'other',
};

const SECTIONS = {
  commissioning: 'commissioning',
  attestation: 'attestation',
  deviceInstanceInfo: 'instance',
  deviceInfo: 'device-info',
} as const;

export function isListKey(key: string): boolean {
  return LIST_NAMES.has(key.split('/', 1)[0] ?? '');
}

/** Supported modes are read by the manager of the mode-select cluster, not by the device info provider. */
export function isModeKey(key: string): boolean {
  return /^(sm|st)-/.test(key);
}

function groupOf(key: string): Group {
  if (isListKey(key)) return 'device-info';
  const field = FACTORY_FIELDS.find((candidate) => candidate.key === key);
  return field === undefined ? 'other' : (GROUPS[key] ?? SECTIONS[field.section]);
}

/** The keys of an image that belong to a group, in the order of the image. */
export function keysOf(needs: FirmwareNeeds, group: Group): readonly string[] {
  return needs.keys.filter((key) => groupOf(key) === group);
}
