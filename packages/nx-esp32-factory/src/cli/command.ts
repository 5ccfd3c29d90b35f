/** One option of a command. */
export interface Option {
  /** Long name, without dashes. */
  readonly name: string;
  /** Other spellings with their dashes, such as "-d" or "-cf". */
  readonly aliases?: readonly string[];
  /** What stands for its value in the help; a flag has none. */
  readonly value?: string;
  /** Takes one or more values, up to the next option. */
  readonly list?: boolean;
  /** Takes all that follows, options of another program too: it comes last. */
  readonly rest?: boolean;
  readonly description: string;
}

/** What was given on the command line, checked against the options of the command. */
export interface Arguments {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  list(name: string): readonly string[] | undefined;
}

/** Where a command writes to. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Errors, warnings and progress. */
  err(text: string): void;
  readonly colour: boolean;
}

/** One command of `esp32-factory`. */
export interface Command {
  readonly summary: string;
  /** What comes after the name: "[CONFIG] [options]". */
  readonly usage: string;
  /** Names of the positional arguments; one that ends in "?" may be missing, in "..." may repeat. */
  readonly positionals: readonly string[];
  readonly options: readonly Option[];
  /** Ends the help: examples and notes. */
  readonly notes?: string;
  /** Does the work; bad input is thrown as a FactoryError; the number is the exit status. */
  run(args: Arguments, terminal: Terminal): number | Promise<number>;
}
