/** The header of a bootloader or app image (ESP-IDF, esp_app_format.h, esp_image_header_t). */
import { CHIPS, type Chip } from 'nvs-core';
import { hex } from 'nvs-core/errors';

const MAGIC = 0xe9;
const HEADER_LENGTH = 24;
const CHIP_ID_OFFSET = 12;

/** Why the chip would not start an image; undefined if its header is that of one for this chip. */
export function imageProblem(data: Uint8Array, chip: Chip | undefined): string | undefined {
  if (data.length < HEADER_LENGTH) return `it has ${data.length} bytes, fewer than its header`;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const magic = view.getUint8(0);
  if (magic !== MAGIC) return `it starts with ${hex(magic)}, not ${hex(MAGIC)}`;
  const id = view.getUint16(CHIP_ID_OFFSET, true);
  if (chip === undefined || id === chip.imageId) return undefined;
  const other = CHIPS.find(({ imageId }) => imageId === id)?.name ?? `a chip with the number ${id}`;
  return `it is for ${other}, not for ${chip.name}`;
}
