import type { LevelResult, VerifyReport } from './report';

const SIGNS = { passed: '✔', failed: '✖', skipped: '○' } as const;
const COLOURS = { passed: 32, failed: 31, skipped: 33 } as const;
const TITLE_WIDTH = 29;

/** The line of one level: "✔ 1 structure and data         passed    41 ms   35 keys, credentials, ...". */
export function levelLine({ level, title, outcome, milliseconds, checked }: LevelResult, colour: boolean): string {
  const sign = colour ? `\u001b[${COLOURS[outcome]}m${SIGNS[outcome]}\u001b[0m` : SIGNS[outcome];
  const time = milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  const line = `${sign} ${level} ${title.padEnd(TITLE_WIDTH)} ${outcome.padEnd(7)} ${time.padStart(7)}`;
  return checked.length === 0 ? line : `${line}   ${checked.join(', ')}`;
}

/** What is to be said of all levels together. */
export function verdict({ passed, levels, image }: VerifyReport): string {
  const failed = levels.filter(({ outcome }) => outcome === 'failed').map(({ level }) => level);
  if (!passed) return `✖ ${image}: level ${failed.join(' and ')} failed`;
  const skipped = levels.filter(({ outcome }) => outcome === 'skipped').map(({ level }) => level);
  const rest = skipped.length === 0 ? '' : `; level ${skipped.join(' and ')} was not run`;
  return `✔ ${image}: verified${rest}`;
}
