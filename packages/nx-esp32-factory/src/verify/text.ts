import { type Finding, formatFindings } from 'nvs-core';
import { printable } from 'nvs-core/errors';
import { displayPath } from '../files';
import { distinctFindings, type LevelResult, type VerifyReport } from './report';

const SIGNS = { passed: '✔', failed: '✖', skipped: '○' } as const;
const COLOURS = { passed: 32, failed: 31, skipped: 33 } as const;
const TITLE_WIDTH = 29;

/** The line of one level: "✔ 1 structure and data         passed    41 ms   35 keys, credentials, ...". */
export function levelLine(
  { level, title, outcome, milliseconds, checked }: LevelResult,
  colour: boolean,
): string {
  const sign = colour ? `\u001b[${COLOURS[outcome]}m${SIGNS[outcome]}\u001b[0m` : SIGNS[outcome];
  const time = milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  const line = `${sign} ${level} ${title.padEnd(TITLE_WIDTH)} ${outcome.padEnd(7)} ${time.padStart(7)}`;
  return checked.length === 0 ? line : `${line}   ${printable(checked.join(', '))}`;
}

/** The final line for all levels together. */
export function verdict({ passed, levels, image }: VerifyReport): string {
  const named = (which: LevelResult['outcome']) => {
    const numbers = levels.filter(({ outcome }) => outcome === which).map(({ level }) => level);
    return {
      isOne: numbers.length === 1,
      text: `level${numbers.length === 1 ? '' : 's'} ${numbers.join(' and ')}`,
    };
  };
  if (!passed) return `✖ ${displayPath(image)}: ${named('failed').text} failed`;
  const skipped = named('skipped');
  const isWhole = levels.every(({ outcome }) => outcome === 'passed');
  return `✔ ${displayPath(image)}: verified${isWhole ? '' : `; ${skipped.text} ${skipped.isOne ? 'was' : 'were'} not run`}`;
}

/** Prints each level when it is done, with the findings that no earlier level had. */
export function levelReporter(
  colour: boolean,
  out: (text: string) => void,
  err: (text: string) => void = out,
): (result: LevelResult) => void {
  const printed: Finding[] = [];
  return (result) => {
    const fresh = distinctFindings([...printed, ...result.findings]).slice(printed.length);
    printed.push(...fresh);
    out(levelLine(result, colour));
    if (fresh.length > 0) err(`\n${formatFindings(fresh, { colour })}\n`);
  };
}
