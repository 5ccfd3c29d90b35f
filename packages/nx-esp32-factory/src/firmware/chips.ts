import { CHIPS as KEY_CHIPS, type Chip as KeyChip } from 'nvs-core';

/** What the chips that ESP-IDF supports differ in, as far as factory data goes. */
export interface Chip extends Pick<KeyChip, 'hmac' | 'ecdsa'> {
  /** CONFIG_IDF_TARGET. */
  readonly target: string;
  /** Address of the bootloader in flash. */
  readonly bootloaderOffset: number;
  /** Whether it has the Digital Signature peripheral. */
  readonly digitalSignature: boolean;
}

/** BOOTLOADER_OFFSET_IN_FLASH where it is not 0 (ESP-IDF, components/bootloader/Kconfig.projbuild). */
const BOOTLOADER_OFFSETS: Readonly<Record<string, number>> = {
  esp32: 0x1000,
  esp32s2: 0x1000,
  esp32c5: 0x2000,
  esp32h4: 0x2000,
  esp32p4: 0x2000,
  esp32s31: 0x2000,
};

export const CHIPS: readonly Chip[] = KEY_CHIPS.map(({ name, hmac, ecdsa }) => ({
  target: name,
  hmac,
  ecdsa,
  bootloaderOffset: BOOTLOADER_OFFSETS[name] ?? 0,
  // The Digital Signature peripheral decrypts its keys with the HMAC peripheral: no chip has one alone.
  digitalSignature: hmac,
}));

/** The default target of ESP-IDF. */
export const DEFAULT_TARGET = 'esp32';

/** The chip of a target name, undefined when it is none that this tool knows. */
export function chipOf(target: string): Chip | undefined {
  return CHIPS.find((known) => known.target === target);
}
