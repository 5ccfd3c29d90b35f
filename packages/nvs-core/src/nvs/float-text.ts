/** Floating-point values as text: what Python's float() reads, and the shortest text that gives the same bits. */
import type { NvsFloatType } from './layout';

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
]);

/** More digits than any 64-bit value has. */
const MAX_LENGTH = 1200;

/** A decimal number, nan, inf or infinity, with an optional sign; undefined for anything else. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.length <= MAX_LENGTH ? text.trim().toLowerCase() : '';
  const special = SPECIAL.get(trimmed.replace(/^[+-]/, ''));
  if (special !== undefined) return trimmed.startsWith('-') ? -special : special;
  return DECIMAL.test(trimmed) ? Number(trimmed) : undefined;
}

/** The shortest decimal text that is read as `value` again, or nan, inf, -inf. */
export function formatFloat(type: NvsFloatType, value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  return String(type === 'float' ? shortestFloat(value) : value);
}

/** The double with the fewest digits that rounds to the same 32 bits; nine digits are always enough. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === Math.fround(value)) return candidate;
  }
  return Number(value.toPrecision(9));
}
