import type { Known, Sdkconfig } from './sdkconfig';
import { formatSetting } from './setting';

/** A line to add to an sdkconfig file, or to replace the one that sets the symbol there. */
export interface SdkconfigFix {
  readonly file: string;
  readonly symbol: string;
  /** The whole line: CONFIG_X=y. */
  readonly line: string;
}

/**
 * The lines that set a symbol in every file where that is necessary: in the defaults (in the file that sets it now, or
 * else the first), and in the sdkconfig of a build, which overrides them, but not in the values that a build left as JSON.
 */
export function fixesFor(
  config: Sdkconfig,
  symbol: string,
  line: string,
  deciding?: Known<unknown>,
): SdkconfigFix[] {
  const own = config.settings.get(symbol) ?? [];
  const decided = deciding === undefined || deciding.origin === 'default' ? undefined : deciding.origin.file;
  const file = [own.findLast((setting) => setting.file !== config.built)?.file, decided].find(
    (candidate) => candidate !== undefined && candidate !== config.built,
  );
  const defaults = { file: file ?? config.defaultsFile, symbol, line };
  const { built } = config;
  return built === undefined || built.endsWith('.json')
    ? [defaults]
    : [defaults, { file: built, symbol, line }];
}

/** The lines that select another member of a choice: the current one is turned off, the expected one on. */
export function choiceFixes(config: Sdkconfig, chosen: Known<unknown>, expected: string): SdkconfigFix[] {
  const off =
    chosen.origin === 'default'
      ? []
      : fixesFor(config, chosen.symbol, formatSetting(chosen.symbol, false), chosen);
  return [...off, ...fixesFor(config, expected, formatSetting(expected, true), chosen)];
}

/**
 * The text with each fix applied: the last line that sets the symbol is replaced, or a new line is appended.
 * Comments, order and line endings stay; a text with the right lines is returned unchanged.
 */
export function applySdkconfigFixes(
  text: string,
  fixes: readonly Pick<SdkconfigFix, 'symbol' | 'line'>[],
): string {
  const eol = /\r\n|\n/.exec(text)?.[0] ?? '\n';
  const lines = text.split(eol);
  const added: string[] = [];
  for (const { symbol, line } of fixes) {
    const index = lines.findLastIndex((candidate) => symbolOf(candidate) === symbol);
    const pending = added.findIndex((candidate) => symbolOf(candidate) === symbol);
    if (index >= 0) {
      if (normal(lines[index] ?? '') !== normal(line)) lines[index] = line;
    } else if (pending >= 0) added[pending] = line;
    else added.push(line);
  }
  if (added.length === 0) return lines.join(eol);
  const ended = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  return [...ended, ...added, ''].join(eol);
}

function symbolOf(line: string): string | undefined {
  const [, set, unset] = /^CONFIG_([A-Za-z0-9_]+)=|^# CONFIG_([A-Za-z0-9_]+) is not set\s*$/.exec(line) ?? [];
  return set ?? unset;
}

/** "# CONFIG_X is not set" means the same as CONFIG_X=n. */
function normal(line: string): string {
  return line.trimEnd().replace(/^# (CONFIG_\w+) is not set$/, '$1=n');
}
