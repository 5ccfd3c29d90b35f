/** The header of a bootloader or app image (ESP-IDF, esp_app_format.h, esp_image_header_t). */
import { CHIPS, type Chip } from 'nvs-core';
import { hex } from 'nvs-core/errors';
import type { ChipRevisions } from '../flash';

const MAGIC = 0xe9;
const HEADER_LENGTH = 24;
const CHIP_ID_OFFSET = 12;
const MIN_REVISION_OFFSET = 15;
const MAX_REVISION_OFFSET = 17;

/** Why the chip would not start an image; undefined if its header is that of one for this chip. */
export function imageProblem(data: Uint8Array, chip: Chip | undefined): string | undefined {
  if (data.length < HEADER_LENGTH) return `it has ${data.length} bytes, fewer than its header`;
  const magic = data[0] ?? 0;
  if (magic !== MAGIC) return `it starts with ${hex(magic)}, not ${hex(MAGIC)}`;
  const id = uint16(data, CHIP_ID_OFFSET);
  if (chip === undefined || id === chip.imageId) return undefined;
  const other = CHIPS.find(({ imageId }) => imageId === id)?.name ?? `a chip with the number ${id}`;
  return `it is for ${other}, not for ${chip.name}`;
}

/** The revisions in the header; undefined in images of ESP-IDF before 4.4, which have only a minimum of another form. */
export function revisionsOf(data: Uint8Array): ChipRevisions | undefined {
  const [min, max] = [uint16(data, MIN_REVISION_OFFSET), uint16(data, MAX_REVISION_OFFSET)];
  return max === 0 ? undefined : { min, max };
}

function uint16(data: Uint8Array, offset: number): number {
  return (data[offset] ?? 0) | ((data[offset + 1] ?? 0) << 8);
}
