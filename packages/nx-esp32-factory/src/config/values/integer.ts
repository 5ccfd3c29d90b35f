import { configErrors } from '../../errors';
import { type JsonShape, kindOf, leaf, type Named } from './leaf';
import { contentText, isReference, parseReference, type Reference, referenceShape } from './reference';

export interface IntegerRange {
  readonly what: string;
  readonly min: number;
  readonly max: number;
  /** Written as hexadecimal in messages: ids and sizes. */
  readonly hex?: boolean;
  /** The value may be a secret and stays out of messages. */
  readonly hidden?: boolean;
  /** Why the range is what it is, as the help of an error. */
  readonly why?: string;
}

const DECIMAL = /^-?(0|[1-9][0-9]*)$/;
const HEXADECIMAL = /^-?0[xX][0-9a-fA-F]+$/;
const FORMS = 'a whole number, or "0x..." in quotes';

/** A whole number of JSON, or text of decimal or 0x digits. Errors: config.wrong-type, .not-an-integer, ... */
export function parseInteger(value: unknown, what: string): bigint {
  const named: Named = { what, must: FORMS };
  if (typeof value === 'string') {
    if (value.length > 24) throw configErrors.error('config.not-an-integer', { ...named });
    if (!DECIMAL.test(value) && !HEXADECIMAL.test(value)) {
      throw configErrors.error('config.not-an-integer', { ...named });
    }
    return value.startsWith('-') ? -BigInt(value.slice(1)) : BigInt(value);
  }
  if (typeof value !== 'number') {
    throw configErrors.error('config.wrong-type', { ...named, got: kindOf(value) });
  }
  if (!Number.isInteger(value)) throw configErrors.error('config.not-an-integer', { ...named });
  if (!Number.isSafeInteger(value)) throw configErrors.error('config.unsafe-integer', { what });
  return BigInt(value);
}

/** The number, if it is in the range. Errors: config.out-of-range. */
export function checkRange(value: bigint, range: Omit<IntegerRange, 'min' | 'max'> & BigRange): bigint {
  const { what, min, max, hex = false, hidden = false, why } = range;
  if (value >= min && value <= max) return value;
  const said = (number: bigint) => {
    const digits = `${number < 0 ? '-' : ''}0x${(number < 0 ? -number : number).toString(16).toUpperCase()}`;
    return hex ? `${digits} (${number})` : String(number);
  };
  throw configErrors.error('config.out-of-range', {
    what,
    ...(hidden ? {} : { value: said(value) }),
    range: `${said(BigInt(min))} to ${said(BigInt(max))}`,
    ...(why === undefined ? {} : { why }),
  });
}

interface BigRange {
  readonly min: number | bigint;
  readonly max: number | bigint;
}

/** How editors see an integer: as a number, or as text of digits. */
export function integerShape({ min, max }: BigRange, quoted = false): JsonShape {
  const digits = min < 0 ? '^-?' : '^';
  const text = { type: 'string', pattern: `${digits}(0|[1-9][0-9]*|0[xX][0-9a-fA-F]+)$` };
  const safe = (bound: number | bigint) =>
    Math.min(Math.max(Number(bound), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  return { anyOf: [{ type: 'integer', minimum: safe(min), maximum: safe(max) }, ...(quoted ? [] : [text])] };
}

/** A field with a whole number of at most 53 bits. */
export function integer(range: IntegerRange) {
  const must = `${FORMS}, ${range.hex ? '0x' : ''}${range.min.toString(range.hex ? 16 : 10).toUpperCase()} to ${range.hex ? '0x' : ''}${range.max.toString(range.hex ? 16 : 10).toUpperCase()}`;
  return leaf({ what: range.what, must }, integerShape(range), (value): number =>
    Number(checkRange(parseInteger(value, range.what), range)),
  );
}

/** A field with an integer of an NVS type, as a bigint whatever its width, also by reference. */
export function wideInteger(what: string, bits: number, signed: boolean) {
  const min = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const max = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  const why = 'choose a wider type, or a smaller value';
  const parse = (value: unknown, name: string) =>
    checkRange(parseInteger(value, name), { what: name, min, max, why, hidden: true });
  const shape = integerShape({ min, max });
  return leaf(
    { what, must: `${FORMS}, ${min} to ${max}` },
    { anyOf: [...(shape.anyOf as unknown[]), ...referenceShape.anyOf] },
    (value): bigint | Reference<bigint> =>
      isReference(value)
        ? parseReference(value, (content) => parse(contentText(content), `${what} (${content.what})`))
        : parse(value, what),
  );
}
