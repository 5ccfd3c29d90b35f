import { configErrors } from '../../errors';
import { checkRange, integerShape, parseInteger } from './integer';
import { leaf } from './leaf';

const PAGE = 4096;
const LARGEST = 0x1000000;

/** A field with the size of a partition: a multiple of 4096. */
export function size(what: string, max = LARGEST) {
  const must = 'a multiple of 4096 as a number, or "0x..." in quotes';
  return leaf({ what, must }, integerShape({ min: PAGE, max }), (value): number => {
    const why = 'sizes of partitions are multiples of 4096 (0x1000), such as "0x6000"';
    const bytes = checkRange(parseInteger(value, what), { what, min: PAGE, max, hex: true, why });
    if (bytes % BigInt(PAGE) === 0n) return Number(bytes);
    const range = `a multiple of 0x1000 (4096)`;
    throw configErrors.error('config.out-of-range', {
      what,
      value: `0x${bytes.toString(16).toUpperCase()}`,
      range,
      why,
    });
  });
}
