/** Options of other tools, as they stand in command lines that people paste. */
import type { Finding } from 'nvs-core';
import { cliErrors } from '../errors';

/** An option that has no place here, and what to write. */
export interface ForeignOption {
  /** All its spellings, with their dashes. */
  readonly names: readonly string[];
  readonly instead: string;
}

/** An option as it is written in a command line. */
export interface WrittenOption {
  readonly name: string;
  /** After its "=", or the next word. */
  readonly value: string;
}

/** Every word with a dash and what follows it, up to "--" or the program of --signer. */
export function writtenOptions(argv: readonly string[]): WrittenOption[] {
  const end = argv.findIndex((word) => word === '--' || word === '--signer' || word.startsWith('--signer='));
  const words = end < 0 ? argv : argv.slice(0, end);
  return words.flatMap((word, index): WrittenOption[] => {
    if (!/^--?[A-Za-z]/.test(word)) return [];
    const equals = word.indexOf('=');
    if (equals > 0) return [{ name: word.slice(0, equals), value: word.slice(equals + 1) }];
    return [{ name: word, value: words[index + 1] ?? '' }];
  });
}

/** One finding for each option of a tool that the command line has; never with its value, which may be a secret. */
export function foreignFindings(
  tool: string,
  options: readonly ForeignOption[],
  written: readonly WrittenOption[],
): Finding[] {
  return options.flatMap(({ names, instead }) => {
    const found = written.find(({ name }) => names.includes(name));
    if (found === undefined) return [];
    return [cliErrors.finding('cli.foreign-option', { option: found.name, tool, instead })];
  });
}
