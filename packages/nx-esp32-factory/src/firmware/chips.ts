/** What the chips that ESP-IDF supports differ in, as far as factory data goes. */
export interface Chip {
  /** CONFIG_IDF_TARGET. */
  readonly target: string;
  /** Address of the bootloader in flash (CONFIG_BOOTLOADER_OFFSET_IN_FLASH). */
  readonly bootloaderOffset: number;
  /** Whether it has the HMAC peripheral that derives NVS keys from an eFuse. */
  readonly hmac: boolean;
  /** Whether it has the ECDSA peripheral that signs with an eFuse key. */
  readonly ecdsa: boolean;
  /** Whether it has the Digital Signature peripheral. */
  readonly digitalSignature: boolean;
}

const chip = (target: string, bootloaderOffset: number, peripherals: string): Chip => ({
  target,
  bootloaderOffset,
  hmac: peripherals.includes('hmac'),
  ecdsa: peripherals.includes('ecdsa'),
  digitalSignature: peripherals.includes('ds'),
});

/** ESP-IDF, components/soc/<target>/include/soc/soc_caps.h and components/bootloader/Kconfig.projbuild. */
export const CHIPS: readonly Chip[] = [
  chip('esp32', 0x1000, ''),
  chip('esp32s2', 0x1000, 'hmac ds'),
  chip('esp32s3', 0x0, 'hmac ds'),
  chip('esp32c2', 0x0, ''),
  chip('esp32c3', 0x0, 'hmac ds'),
  chip('esp32c5', 0x2000, 'hmac ds ecdsa'),
  chip('esp32c6', 0x0, 'hmac ds'),
  chip('esp32c61', 0x0, 'ecdsa'),
  chip('esp32h2', 0x0, 'hmac ds ecdsa'),
  chip('esp32p4', 0x2000, 'hmac ds ecdsa'),
];

/** The default target of ESP-IDF. */
export const DEFAULT_TARGET = 'esp32';

/** The chip of a target name, undefined when it is none that this tool knows. */
export function chipOf(target: string): Chip | undefined {
  return CHIPS.find((known) => known.target === target);
}
