/** The properties of an image that the firmware must agree with. */
export interface FirmwareNeeds {
  /** The partition label of the config; without one, the label of the firmware is used. */
  readonly label?: string;
  /** Length of the NVS image in bytes; undefined if the partition decides it. */
  readonly size?: number;
  /** Whether the image has no blank page, which requires a partition with the readonly flag. */
  readonly readOnly?: boolean;
  /** The keys of the image in the chip-factory namespace. */
  readonly keys: readonly string[];
  readonly encryption: NeededEncryption;
  /** The esp_secure_cert partition made with the image. */
  readonly secureCert?: NeededSecureCert;
  readonly vendorId?: number;
  readonly productId?: number;
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
  readonly size?: number;
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

const GROUPS: Readonly<Record<string, Group>> = {
  discriminator: 'commissioning',
  'iteration-count': 'commissioning',
  salt: 'commissioning',
  verifier: 'commissioning',
  'dac-cert': 'attestation',
  'dac-key': 'attestation',
  'dac-pub-key': 'attestation',
  'pai-cert': 'attestation',
  'cert-dclrn': 'declaration',
  'vendor-id': 'instance',
  'vendor-name': 'instance',
  'product-id': 'instance',
  'product-name': 'instance',
  'product-label': 'instance',
  'product-url': 'instance',
  'product-finish': 'instance',
  'product-color': 'instance',
  'part-number': 'instance',
  'serial-num': 'instance',
  'hardware-ver': 'instance',
  'hw-ver-str': 'instance',
  'mfg-date': 'instance',
  'rd-id-uid': 'rotating-id',
  'cal-types': 'device-info',
  'locale-sz': 'device-info',
  'loc-capability': 'location',
};

const DYNAMIC = /^(?:locale|fl-sz|fl-k|fl-v|sm-sz|sm-label|sm-mode|sm-st-sz|st-v|st-mfg)\//;

/** The firmware builds keys with an index in a buffer of 15 bytes, including the NUL. */
export const MAX_DYNAMIC_KEY_LENGTH = 14;

export function isDynamicKey(key: string): boolean {
  return DYNAMIC.test(key);
}

export function groupOf(key: string): Group {
  if (isDynamicKey(key)) return 'device-info';
  return (Object.hasOwn(GROUPS, key) ? GROUPS[key] : undefined) ?? 'other';
}

/** The keys of an image that belong to a group, in the order of the image. */
export function keysOf(needs: FirmwareNeeds, group: Group): readonly string[] {
  return needs.keys.filter((key) => groupOf(key) === group);
}
