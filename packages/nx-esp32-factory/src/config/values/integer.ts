import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { decoded } from './check';
import { annotated } from './field';
import { nonEmptyText, valueOrReference } from './reference';

export interface IntegerRule {
  readonly min: number | bigint;
  readonly max: number | bigint;
  readonly multipleOf?: number;
  /** Written as hexadecimal in messages: ids and sizes. */
  readonly hex?: boolean;
  /** The value may be a secret and stays out of messages. */
  readonly hidden?: boolean;
  /** Why the range is what it is, as the help of an error. */
  readonly why?: string | undefined;
}

const DECIMAL = /^-?(0|[1-9][0-9]*)$/;
const HEXADECIMAL = /^-?0[xX][0-9a-fA-F]+$/;

/** A whole number of JSON, or text of decimal or 0x digits. Errors: config.not-an-integer, config.unsafe-integer. */
export function parseInteger(value: string | number, what: string): bigint {
  const isInteger =
    typeof value === 'number'
      ? Number.isInteger(value)
      : value.length <= 24 && (DECIMAL.test(value) || HEXADECIMAL.test(value));
  if (!isInteger) {
    const must = 'a whole number, or "0x..." in quotes';
    throw configErrors.error('config.not-an-integer', { what, must });
  }
  if (typeof value === 'string') return value.startsWith('-') ? -BigInt(value.slice(1)) : BigInt(value);
  if (!Number.isSafeInteger(value)) throw configErrors.error('config.unsafe-integer', { what });
  return BigInt(value);
}

/** The integer, if it keeps the rule. Errors: those of parseInteger, config.out-of-range. */
export function rangedInteger(written: string | number, what: string, rule: IntegerRule): bigint {
  const { min, max, multipleOf = 1, hex = false, hidden = false, why } = rule;
  const value = parseInteger(written, what);
  if (value >= min && value <= max && value % BigInt(multipleOf) === 0n) return value;
  const text = (number: bigint) => {
    const digits = `${number < 0 ? '-' : ''}0x${(number < 0 ? -number : number).toString(16).toUpperCase()}`;
    return hex ? `${digits} (${number})` : String(number);
  };
  throw configErrors.error('config.out-of-range', {
    what,
    ...(hidden
      ? {}
      : { value: isPrinted(value) ? text(value) : `a number of ${String(value).length} digits` }),
    range: `${text(BigInt(min))} to ${text(BigInt(max))}${multipleOf === 1 ? '' : `, a multiple of ${multipleOf}`}`,
    ...(why === undefined ? {} : { why }),
  });
}

/** A passcode has up to eight digits; a size as large as that is a multiple of 4096. */
function isPrinted(value: bigint): boolean {
  return value % 4096n === 0n || String(value).length < 7;
}

const DIGITS = annotated(z.string(), {
  title: '"0x..." in quotes',
  pattern: '^(0|[1-9][0-9]*|0[xX][0-9a-fA-F]+)$',
});
const SIGNED_DIGITS = annotated(z.string(), {
  title: '"0x..." in quotes',
  pattern: '^-?(0|[1-9][0-9]*|0[xX][0-9a-fA-F]+)$',
});

/** How an integer is written: as a number, or as text of digits. */
export function integerForms({ min, max, multipleOf }: IntegerRule) {
  const safe = (bound: number | bigint) =>
    Math.min(Math.max(Number(bound), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  const number = annotated(z.number(), {
    type: 'integer',
    minimum: safe(min),
    maximum: safe(max),
    ...(multipleOf === undefined ? {} : { multipleOf }),
  });
  return [number, min < 0 ? SIGNED_DIGITS : DIGITS] as const;
}

/** A field with a whole number of at most 53 bits, or with one of `others`. */
export function integer<const F extends readonly z.core.$ZodType<object>[] = []>(
  rule: IntegerRule,
  others?: F,
) {
  return decoded(
    z.union([...integerForms(rule), ...(others ?? [])]),
    (value, what): number | z.output<F[number]> =>
      typeof value === 'object' ? (value as z.output<F[number]>) : Number(rangedInteger(value, what, rule)),
  );
}

/** A field with the size of a partition in bytes. */
export function size(max = 0x1000000) {
  const why = 'sizes of partitions are multiples of 4096 (0x1000), such as "0x6000"';
  return integer({ min: 4096, max, multipleOf: 4096, hex: true, why });
}

/** A field with an integer of an NVS type, as a bigint whatever its width, also by reference. */
export function integerOrReference(bits: number, signed: boolean) {
  const rule: IntegerRule = {
    min: signed ? -(2n ** BigInt(bits - 1)) : 0n,
    max: 2n ** BigInt(signed ? bits - 1 : bits) - 1n,
    hidden: true,
    why: 'choose a wider type, or a smaller value',
  };
  const inline = (value: string | number, what: string) => rangedInteger(value, what, rule);
  return valueOrReference(integerForms(rule), inline, (content, what) => inline(nonEmptyText(content), what));
}

/** A field with a number that has a name: either may be written. */
export function namedNumber(names: readonly string[]) {
  const why = names.map((name, number) => `${number} is ${name}`).join(', ');
  const rule = { min: 0, max: names.length - 1, why };
  const keywords = { enum: [...names, ...names.keys()] };
  return decoded(annotated(z.union([z.string(), z.number()]), keywords), (value, what): number => {
    const index = names.indexOf(String(value));
    if (index >= 0) return index;
    if (typeof value === 'string' && !/^[0-9]/.test(value))
      throw configErrors.error('config.not-one-of', { what, got: value, allowed: names });
    return Number(rangedInteger(value, what, rule));
  });
}
