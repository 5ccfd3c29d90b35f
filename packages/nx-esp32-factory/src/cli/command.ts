import type { Finding } from 'nvs-core';

/** One option of a command. */
export interface Option {
  /** Long name, without dashes. */
  readonly name: string;
  /** Other spellings with their dashes, such as "-d" or "-cf". */
  readonly aliases?: readonly string[];
  /** Placeholder of its value in the help; a flag has none. */
  readonly value?: string;
  /** Takes one or more values, up to the next option. */
  readonly list?: boolean;
  /** May be given several times, with one value each. */
  readonly repeatable?: boolean;
  /** Takes everything after it, including options of another program, so it comes last. */
  readonly rest?: boolean;
  /** Only there for command lines of another tool: the help does not show it. */
  readonly hidden?: true;
  readonly description: string;
}

export const JSON_OPTION: Option = { name: 'json', description: 'print the result (or the errors) as JSON' };

/** The command line, checked against the options of the command. */
export interface Arguments {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  list(name: string): readonly string[] | undefined;
}

/** The output of a command. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Errors, warnings and progress. */
  err(text: string): void;
  readonly colour: boolean;
}

/** One command of `esp32-factory`. */
export interface Command {
  /** The arguments after the name: "[CONFIG] [options]". */
  readonly usage: string;
  /** Names of the positional arguments; one ending in "?" is optional, one ending in "..." may repeat. */
  readonly positionals: readonly string[];
  readonly options: readonly Option[];
  /** What a command line has that means something else in another tool, or nothing here; thrown before it is parsed. */
  readonly foreign?: (argv: readonly string[]) => readonly Finding[];
  /** Notes and examples at the end of the help. */
  readonly notes?: string;
  /** Runs the command and returns the exit status; throws a FactoryError for bad input. */
  run(args: Arguments, terminal: Terminal): number | Promise<number>;
}
