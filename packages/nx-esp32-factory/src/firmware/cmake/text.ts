/** CMake's language (CMake manual, cmake-language(7), "Syntax"). Every step goes forward, so that any text takes linear time. */

/** An argument of a command, as it is written: variables are not replaced yet. */
export interface Argument {
  readonly text: string;
  /** Bracket arguments are taken as they are; unquoted ones become a list. */
  readonly kind: 'unquoted' | 'quoted' | 'bracket';
}

/** A call of a command. */
export interface Command {
  /** In lower case. */
  readonly name: string;
  /** Parentheses between them are arguments, too. */
  readonly args: readonly Argument[];
  /** From 1. */
  readonly line: number;
}

/** More arguments are not those of a project's command. */
const ARGUMENTS_MAX = 20_000;

/** The commands of a text, in order; returns the line of the first place that is not CMake's syntax, which ends them. */
export function* commandsOf(text: string): Generator<Command, number | undefined> {
  const scanner = new Scanner(text.replaceAll('\r\n', '\n'));
  for (;;) {
    const name = scanner.name();
    const { line } = scanner;
    const args = name === undefined ? undefined : scanner.args();
    if (name === undefined || args === undefined)
      return scanner.isAtEnd && name === undefined ? undefined : line;
    yield { name: name.toLowerCase(), args, line };
  }
}

class Scanner {
  line = 1;
  private at = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The name of the next command, whose arguments follow. */
  name(): string | undefined {
    this.skip();
    const name = this.word(/[A-Za-z0-9_]/);
    this.skip();
    if (name === '' || this.text[this.at] !== '(') return undefined;
    this.at++;
    return name;
  }

  /** Up to the closing parenthesis; undefined if there is none, or too much before it. */
  args(): Argument[] | undefined {
    const args: Argument[] = [];
    for (let depth = 0; ; ) {
      this.skip();
      const letter = this.text[this.at];
      if (letter === undefined || args.length > ARGUMENTS_MAX) return undefined;
      if (letter === ')' && depth === 0) {
        this.at++;
        return args;
      }
      if (letter === '(' || letter === ')') {
        depth += letter === '(' ? 1 : -1;
        this.at++;
        args.push({ text: letter, kind: 'unquoted' });
        continue;
      }
      const bracket = this.bracket();
      const quoted = bracket === undefined && letter === '"' ? this.quoted() : undefined;
      if (bracket !== undefined) args.push({ text: bracket, kind: 'bracket' });
      else if (quoted !== undefined) args.push({ text: quoted, kind: 'quoted' });
      else if (letter === '"') return undefined;
      else args.push({ text: this.unquoted(), kind: 'unquoted' });
    }
  }

  /** Passes space and comments. */
  private skip(): void {
    for (;;) {
      this.word(/[ \t\r\n]/);
      if (this.text[this.at] !== '#') return;
      this.at++;
      if (this.bracket() === undefined) this.word(/[^\n]/);
    }
  }

  private word(letters: RegExp): string {
    const start = this.at;
    for (;;) {
      const letter = this.text[this.at];
      if (letter === undefined || !letters.test(letter)) return this.text.slice(start, this.at);
      this.next();
    }
  }

  private next(): void {
    if (this.text[this.at] === '\n') this.line++;
    this.at++;
  }

  /** The text in "[[" and "]]", with any number of "=" between the brackets; a line that starts it is left out. */
  private bracket(): string | undefined {
    if (this.text[this.at] !== '[') return undefined;
    let open = this.at + 1;
    while (this.text[open] === '=') open++;
    if (this.text[open] !== '[') return undefined;
    const close = `]${'='.repeat(open - this.at - 1)}]`;
    const start = open + (this.text[open + 1] === '\n' ? 2 : 1);
    const found = this.text.indexOf(close, start);
    const end = found < 0 ? this.text.length : found;
    this.pass(end + close.length);
    return this.text.slice(start, end);
  }

  /** The text in quotes, with its escapes; undefined if it does not end. */
  private quoted(): string | undefined {
    const start = ++this.at;
    for (;;) {
      const letter = this.text[this.at];
      if (letter === undefined) return undefined;
      if (letter === '\\') this.next();
      this.next();
      if (letter === '"') return this.text.slice(start, this.at - 1);
    }
  }

  /** Up to space, a parenthesis or a comment; quotes may be within. */
  private unquoted(): string {
    const start = this.at;
    for (;;) {
      const letter = this.text[this.at];
      if (letter === undefined || /[ \t\r\n()#]/.test(letter)) return this.text.slice(start, this.at);
      if (letter === '\\') this.next();
      if (letter === '"') this.quoted();
      else this.next();
    }
  }

  private pass(end: number): void {
    const to = Math.min(end, this.text.length);
    while (this.at < to) this.next();
  }
}
