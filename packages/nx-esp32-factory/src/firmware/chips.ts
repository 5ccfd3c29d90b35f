import { CHIPS, type Chip } from 'nvs-core';

/** The properties of a chip that matter for firmware with factory data. */
export interface FirmwareChip extends Pick<Chip, 'hmac' | 'ecdsa'> {
  /** CONFIG_IDF_TARGET. */
  readonly target: string;
  /** Address of the bootloader in flash. */
  readonly bootloaderOffset: number;
  /** Whether it has the Digital Signature peripheral. */
  readonly digitalSignature: boolean;
}

/** BOOTLOADER_OFFSET_IN_FLASH, unless 0 (ESP-IDF, components/bootloader/Kconfig.projbuild). */
const BOOTLOADER_OFFSETS: Readonly<Record<string, number>> = {
  esp32: 0x1000,
  esp32s2: 0x1000,
  esp32c5: 0x2000,
  esp32h4: 0x2000,
  esp32p4: 0x2000,
  esp32s31: 0x2000,
};

export const FIRMWARE_CHIPS: readonly FirmwareChip[] = CHIPS.map(({ name, hmac, ecdsa }) => ({
  target: name,
  hmac,
  ecdsa,
  bootloaderOffset: BOOTLOADER_OFFSETS[name] ?? 0,
  // The Digital Signature peripheral decrypts its keys with the HMAC peripheral: chips have both or neither.
  digitalSignature: hmac,
}));

/** The default target of ESP-IDF. */
export const DEFAULT_TARGET = 'esp32';

/** The chip of a target name; undefined if it is not supported. */
export function chipOf(target: string): FirmwareChip | undefined {
  return FIRMWARE_CHIPS.find((chip) => chip.target === target);
}
