import { CHIPS, chipOf } from 'nvs-core';
import { flashErrors } from '../errors/flash';

/** The chip in esptool's spelling. Errors: flash.option-invalid for one that esptool does not know. */
export function esptoolChip(name: string): string {
  const chip = chipOf(name);
  if (chip !== undefined) return chip.name;
  const allowed = CHIPS.map((known) => known.name);
  throw flashErrors.error('flash.option-invalid', { option: 'chip', value: name, allowed });
}
