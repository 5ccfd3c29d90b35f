import type { Finding } from 'nvs-core';
import { firstFindings } from 'nvs-core/errors';
import { firmwareErrors } from '../errors/firmware';
import { type Known, lineOf, type Sdkconfig } from './sdkconfig';
import { type Setting, shownText } from './setting';

/** Typed look-ups in an Sdkconfig; an assignment that ESP-IDF ignores is ignored here too, with a warning. */
export interface Values {
  bool(symbol: string, fallback: boolean): Known<boolean>;
  string(symbol: string, fallback: string): Known<string>;
  int(symbol: string, fallback: number): Known<number>;
  /** Hexadecimal with or without 0x, as Kconfig's hex type reads it. */
  hex(symbol: string, fallback: number, range?: readonly [min: number, max: number]): Known<number>;
  /** The selected member of a choice: the last one assigned y; an n deselects nothing. */
  choice<T extends string>(members: readonly T[], fallback: T): Known<T>;
  /** Whether any file sets the symbol. */
  has(symbol: string): boolean;
  readonly findings: readonly Finding[];
}

export function valuesOf(config: Sdkconfig): Values {
  const findings = new Map<string, Finding>();
  const rank = new Map(config.files.map((file, index) => [file, index]));

  function read<T>(
    symbol: string,
    fallback: T,
    parse: (setting: Setting) => T | undefined,
    must: string,
  ): Known<T> {
    const settings = config.settings.get(symbol) ?? [];
    for (const setting of settings.toReversed()) {
      const value = parse(setting);
      if (value !== undefined) return { value, symbol, origin: lineOf(setting) };
      const params = { symbol, written: shownText(setting.value), must };
      const finding = firmwareErrors.finding('firmware.value-ignored', params, lineOf(setting), 'warning');
      findings.set(`${setting.file}:${setting.line}`, finding);
    }
    return { value: fallback, symbol, origin: 'default' };
  }

  const bool = (symbol: string, fallback: boolean) => read(symbol, fallback, parseBool, 'y or n');
  return {
    bool,
    string: (symbol, fallback) =>
      read(symbol, fallback, ({ quoted, value }) => (quoted ? value : undefined), 'text in double quotes'),
    int: (symbol, fallback) =>
      read(
        symbol,
        fallback,
        ({ quoted, value }) => (!quoted && /^-?\d+$/.test(value) ? Number(value) : undefined),
        'a decimal number',
      ),
    hex: (symbol, fallback, [min, max] = [0, 0xffffffff]) =>
      read(
        symbol,
        fallback,
        ({ quoted, value, isDecimal }) => {
          const base = isDecimal === true ? 10 : 16;
          const number =
            !quoted && /^(?:0x)?[0-9a-f]+$/i.test(value) ? Number.parseInt(value, base) : Number.NaN;
          return number >= min && number <= max ? number : undefined;
        },
        `a hexadecimal number from 0x${min.toString(16)} to 0x${max.toString(16)}`,
      ),
    choice: (members, fallback) => {
      const set = members
        .flatMap((member) => {
          const setting = (config.settings.get(member) ?? []).findLast((one) => parseBool(one) === true);
          return setting === undefined ? [] : [{ member, setting }];
        })
        .sort((a, b) => order(a.setting) - order(b.setting))
        .at(-1);
      return set === undefined
        ? { value: fallback, symbol: fallback, origin: 'default' }
        : { value: set.member, symbol: set.member, origin: lineOf(set.setting) };
    },
    has: (symbol) => config.settings.has(symbol),
    get findings() {
      return firstFindings([...findings.values()]);
    },
  };

  function order({ file, line }: Setting): number {
    return (rank.get(file) ?? 0) * 1e6 + line;
  }
}

/** Kconfig looks at the first letter only. */
function parseBool({ value, quoted }: Setting): boolean | undefined {
  if (quoted) return undefined;
  if (value.startsWith('y')) return true;
  return value.startsWith('n') || value === '' ? false : undefined;
}
