/**
 * Who encrypts a region for flash encryption: nobody (NVS does its own), the device while esptool writes
 * (`--encrypt-files`), or the host did already (release-mode devices).
 */
export type PartEncryption = 'none' | 'device' | 'host';

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
  /** It is plain because the firmware was built without flash encryption: on a device that has it on, it is garbage. */
  readonly needsEncryptionOff?: true;
}
