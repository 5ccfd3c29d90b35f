/** config/sdkconfig.json of a build: all symbols with their values, as esp-idf-kconfig writes them. */
import { parseJsonObject } from './json-object';
import type { Setting } from './setting';

/** The settings of the file; undefined if it is not one. */
export function parseSdkconfigJson(text: string, file: string): Setting[] | undefined {
  const values = parseJsonObject(text);
  if (values === undefined) return undefined;
  const lines = linesOf(text);
  return Object.entries(values).flatMap(([symbol, value]): Setting[] => {
    const at = { symbol, file, line: lines.get(symbol) ?? 1 };
    if (typeof value === 'boolean') return [{ ...at, value: value ? 'y' : 'n', quoted: false }];
    if (typeof value === 'number') return [{ ...at, value: String(value), quoted: false, isDecimal: true }];
    return typeof value === 'string' ? [{ ...at, value, quoted: true }] : [];
  });
}

/** One symbol a line, in the form in which it is written. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const [, symbol] = /^\s{0,8}"(\w{1,200})":/.exec(line) ?? [];
    if (symbol !== undefined) lines.set(symbol, index + 1);
  }
  return lines;
}
