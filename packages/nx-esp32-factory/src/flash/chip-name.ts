import { flashErrors } from '../errors/flash';

/** Chip names of sdkconfig (CONFIG_IDF_TARGET) and esptool's --chip. */
export const FLASH_CHIPS = [
  'esp32',
  'esp32s2',
  'esp32s3',
  'esp32c2',
  'esp32c3',
  'esp32c5',
  'esp32c6',
  'esp32c61',
  'esp32h2',
  'esp32h21',
  'esp32h4',
  'esp32p4',
  'esp32s31',
] as const;

/** "ESP32-C6", "esp32c6" and "ESP32-C6(beta)" as "esp32c6". */
export function chipTarget(name: string): string {
  return name
    .replace(/\(.*\)/, '')
    .replace(/[^0-9a-z]/gi, '')
    .toLowerCase();
}

/** The chip in esptool's spelling; throws flash.option-invalid if esptool does not support it. */
export function checkChip(name: string): string {
  const target = chipTarget(name);
  if ((FLASH_CHIPS as readonly string[]).includes(target)) return target;
  throw flashErrors.error('flash.option-invalid', { option: 'chip', value: name, allowed: FLASH_CHIPS });
}
