const INTEGER = /^([+-]?)(0x(?:_?[0-9a-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*)$/i;
const UNIT: Readonly<Record<string, number>> = { k: 0x400, m: 0x100000 };

/**
 * A number of a partitions.csv: decimal, 0x, 0o or 0b, with an optional sign, followed by any number of K and M;
 * undefined for any other text. A decimal number has no leading zero.
 */
export function parseNumber(written: string): number | undefined {
  let text = written.trim();
  let factor = 1;
  for (;;) {
    const unit = UNIT[text.slice(-1).toLowerCase()];
    if (unit === undefined) break;
    factor *= unit;
    text = text.slice(0, -1).trim();
  }
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = ''] = match;
  const number = Number(digits.replaceAll('_', ''));
  // Avoids -0, and NaN from zero times an infinite factor.
  const value = number === 0 ? 0 : number * factor;
  if (value === 0) return 0;
  return sign === '-' ? -value : value;
}
