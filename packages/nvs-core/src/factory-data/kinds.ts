/** How a field's value becomes an NVS value, and what it may be. */
import { fromBase64, toBase64, utf8Length } from '../bytes/text';
import { factoryDataErrors as errors } from '../errors/factory-data';
import { FactoryError, type Finding } from '../errors/factory-error';
import type { NvsValue } from '../nvs/values';

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

export interface TextKind extends Kind<string> {
  readonly type: 'text';
  /** UTF-8 bytes. */
  readonly min: number;
  readonly max: number;
}

export interface NumberKind extends Kind<number> {
  readonly type: 'number';
  readonly min: number;
  readonly max: number;
  /** Names of the numbers from 0 on. */
  readonly names?: readonly string[];
}

export interface BytesKind extends Kind<Uint8Array> {
  readonly type: 'bytes' | 'base64' | 'der';
  readonly min: number;
  readonly max: number;
}

export interface ChoiceKind<T extends string> extends Kind<T> {
  readonly type: 'choice';
  readonly names: readonly T[];
}

export interface ChoicesKind<T extends string> extends Kind<readonly T[]> {
  readonly type: 'choices';
  readonly names: readonly T[];
}

export type FieldKind = TextKind | NumberKind | BytesKind | ChoiceKind<string> | ChoicesKind<string>;

/** A number of `min` to `max`, stored as u32; `assert` throws if the field has its own codes. */
export function number(min: number, max: number, assert?: (value: number) => unknown): NumberKind {
  return {
    type: 'number',
    nvs: 'u32',
    min,
    max,
    check: (value, what, report) => {
      if (assert !== undefined) collect(report, () => assert(value));
      else if (!Number.isInteger(value) || value < min || value > max)
        report(errors.finding('factory-data.number-out-of-range', { what, value, min, max }));
    },
    encode: (value) => ({ type: 'u32', value }),
    decode: (stored) => (stored.type === 'u32' ? stored.value : undefined),
  };
}

/** A number whose values have names. */
export function named(names: readonly string[]): NumberKind {
  return { ...number(0, names.length - 1), names };
}

/** Text of `min` to `max` UTF-8 bytes, with a further `check`. */
export function text(min: number, max: number, check?: (value: string, report: Report) => void): TextKind {
  return {
    type: 'text',
    nvs: 'string',
    min,
    max,
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

/** Bytes of `min` to `max` in length, with a further `check`. */
export function bytes(
  min: number,
  max: number,
  check?: (value: Uint8Array, report: Report) => void,
): BytesKind {
  return {
    type: 'bytes',
    nvs: 'blob',
    min,
    max,
    check: (value, what, report) => {
      const { length } = value;
      if (length >= min && length <= max) check?.(value, report);
      else report(errors.finding('factory-data.length-wrong', { what, length, min, max }));
    },
    encode: (value) => ({ type: 'blob', value }),
    decode: (stored) => (stored.type === 'blob' ? stored.value : undefined),
  };
}

/** An object in DER of at most `max` bytes, with a further `check`: a certificate, or a Certification Declaration. */
export function der(max: number, check?: (value: Uint8Array, report: Report) => void): BytesKind {
  return { ...bytes(1, max, check), type: 'der' };
}

/** Bytes of `min` to `max` in length, stored as base64 text; `assert` throws. */
export function base64(min: number, max: number, assert: (value: Uint8Array) => unknown): BytesKind {
  return {
    ...bytes(min, max),
    type: 'base64',
    nvs: 'string',
    check: (value, _what, report) => collect(report, () => assert(value)),
    encode: (value) => ({ type: 'string', value: toBase64(value) }),
    decode: (stored, what, report) =>
      stored.type === 'string' ? collect(report, () => fromBase64(stored.value, `the ${what}`)) : undefined,
  };
}

/** One of `names`, stored as its number. */
export function choice<T extends string>(names: readonly T[]): ChoiceKind<T> {
  return {
    type: 'choice',
    nvs: 'u32',
    names,
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
export function choices<T extends string>(names: readonly T[]): ChoicesKind<T> {
  return {
    type: 'choices',
    nvs: 'u32',
    names,
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
