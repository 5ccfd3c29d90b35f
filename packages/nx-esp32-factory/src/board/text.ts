import { hex, printable } from 'nvs-core/errors';
import { displayPath } from '../files';
import type { FlashPart } from '../flash';

const HOW = { none: 'plain', device: 'encrypted by the device', host: 'encrypted already' } as const;

/** One line for each file: address, partition, path, length, encryption. */
export function partsText(parts: readonly FlashPart[]): string {
  const width = Math.max(...parts.map(({ label }) => label.length));
  return parts
    .map(
      ({ label, address, file, length, encryption }) =>
        `  ${hex(address).padEnd(8)}  ${printable(label).padEnd(width)}  ${displayPath(file)} (${hex(length)} bytes, ${HOW[encryption]})`,
    )
    .join('\n');
}
