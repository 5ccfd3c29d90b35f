/** How a field's value becomes an NVS value, and what it may be. */
import { fromBase64, toBase64, utf8Length } from '../bytes';
import { factoryDataErrors as errors, FactoryError, type Finding } from '../errors';
import type { NvsValue } from '../nvs';

export type Report = (finding: Finding) => void;

/** The NVS types that the factory data provider reads. */
export type FactoryNvsType = 'u32' | 'string' | 'blob';

export type FactoryNvsValue = Extract<NvsValue, { type: 'string' | 'blob' }> | { type: 'u32'; value: number };

/** `what` names the field in messages. Methods, so that a list can hold kinds of several values. */
export interface Kind<T> {
  readonly nvs: FactoryNvsType;
  /** Reports what the value breaks. */
  check(value: T, what: string, report: Report): void;
  encode(value: T): FactoryNvsValue;
  /** The value, or undefined with a report where there is none. */
  decode(stored: FactoryNvsValue, what: string, report: Report): T | undefined;
}

/** A number stored as u32, held to `check`. */
export function checkedNumber(check: (value: number) => unknown): Kind<number> {
  return {
    nvs: 'u32',
    check: (value, _what, report) => collect(report, () => check(value)),
    encode: (value) => ({ type: 'u32', value }),
    decode: (stored) => (stored.type === 'u32' ? stored.value : undefined),
  };
}

/** A number of `min` to `max` stored as u32. */
export function number(min: number, max: number): Kind<number> {
  return {
    ...checkedNumber(() => undefined),
    check: (value, what, report) => {
      if (!Number.isInteger(value) || value < min || value > max) {
        report(errors.finding('factory-data.number-out-of-range', { what, value, min, max }));
      }
    },
  };
}

/** Text of `min` to `max` UTF-8 bytes, held to a further `check`. */
export function text(
  min: number,
  max: number,
  check?: (value: string, report: Report) => void,
): Kind<string> {
  return {
    nvs: 'string',
    check: (value, what, report) => {
      const length = utf8Length(value);
      if (length < min) {
        report(errors.finding('factory-data.text-empty', { what }));
        return;
      }
      if (length > max) report(errors.finding('factory-data.text-too-long', { what, length, limit: max }));
      const reason = malformed(value);
      if (reason !== undefined) report(errors.finding('factory-data.text-malformed', { what, reason }));
      check?.(value, report);
    },
    encode: (value) => ({ type: 'string', value }),
    decode: (stored) => (stored.type === 'string' ? stored.value : undefined),
  };
}

/** Bytes stored as base64 text, held to `check`. */
export function base64(check: (value: Uint8Array) => unknown): Kind<Uint8Array> {
  return {
    nvs: 'string',
    check: (value, _what, report) => collect(report, () => check(value)),
    encode: (value) => ({ type: 'string', value: toBase64(value) }),
    decode: (stored, what, report) =>
      stored.type === 'string' ? collect(report, () => fromBase64(stored.value, `the ${what}`)) : undefined,
  };
}

/** Bytes of `min` to `max` in length, held to a further `check`. */
export function bytes(
  min: number,
  max: number,
  check?: (value: Uint8Array, report: Report) => void,
): Kind<Uint8Array> {
  return {
    nvs: 'blob',
    check: (value, what, report) => {
      const { length } = value;
      if (length >= min && length <= max) check?.(value, report);
      else report(errors.finding('factory-data.length-wrong', { what, length, min, max }));
    },
    encode: (value) => ({ type: 'blob', value }),
    decode: (stored) => (stored.type === 'blob' ? stored.value : undefined),
  };
}

/** One of `names`, stored as its number. */
export function choice<T extends string>(names: readonly T[]): Kind<T> {
  return {
    nvs: 'u32',
    check: (value, what, report) => checkChoice(names, value, what, report),
    encode: (value) => ({ type: 'u32', value: names.indexOf(value) }),
    decode: (stored, what, report) => {
      const value = Number(stored.value);
      const name = names[value];
      if (name === undefined) {
        report(errors.finding('factory-data.choice-number-unknown', { what, value, max: names.length - 1 }));
      }
      return name;
    },
  };
}

/** Several of `names`, stored as a mask of their bits. */
export function choices<T extends string>(names: readonly T[]): Kind<readonly T[]> {
  return {
    nvs: 'u32',
    check: (values, what, report) => {
      for (const value of values) checkChoice(names, value, what, report);
    },
    encode: (values) => ({
      type: 'u32',
      value: names.reduce((mask, name, bit) => mask + (values.includes(name) ? 2 ** bit : 0), 0),
    }),
    decode: (stored, what, report) => {
      const value = Number(stored.value);
      if (value >= 2 ** names.length) {
        const max = names.length - 1;
        report(errors.finding('factory-data.choice-bits-unknown', { what, value, max }, {}, 'warning'));
      }
      return names.filter((_, bit) => Math.floor(value / 2 ** bit) % 2 === 1);
    },
  };
}

function checkChoice(allowed: readonly string[], written: string, what: string, report: Report): void {
  if (!allowed.includes(written)) {
    report(errors.finding('factory-data.choice-unknown', { what, written, allowed }));
  }
}

function malformed(value: string): string | undefined {
  if (value.includes('\0')) return 'a NUL character';
  return /\p{Surrogate}/u.test(value) ? 'half of a surrogate pair' : undefined;
}

/** Runs a check that throws, and reports what it found. */
function collect<T>(report: Report, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    error.findings.forEach(report);
    return undefined;
  }
}
