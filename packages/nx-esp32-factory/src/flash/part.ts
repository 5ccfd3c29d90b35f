/**
 * How a region is encrypted for flash encryption: not at all (NVS has its own encryption), by the device while esptool
 * writes (`--encrypt-files`), or by the host beforehand (release-mode devices).
 */
export type PartEncryption = 'none' | 'device' | 'host';

/** The chip revisions that an app or bootloader runs on, each as 100 * major + minor. */
export interface ChipRevisions {
  readonly min: number;
  readonly max: number;
}

/** One file at one address of the flash. */
export interface FlashPart {
  /** Label of its partition, for messages. */
  readonly label: string;
  /** Byte offset in flash, a multiple of 0x1000. */
  readonly address: number;
  readonly file: string;
  /** Bytes of the file. */
  readonly length: number;
  readonly encryption: PartEncryption;
  /** Only of an app or bootloader. */
  readonly revisions?: ChipRevisions;
  /** It is plain for firmware without flash encryption; a device with flash encryption on would read garbage. */
  readonly needsEncryptionOff?: true;
  /**
   * The firmware that is written with it encrypts it in place at its first boot, so it is written plain to a device whose
   * flash encryption is still off.
   */
  readonly encryptedAtFirstBoot?: true;
}
