/** What a command of CMake works on: the variables, the place in the files, and how much was done. */
import { ANCHOR, posixPath } from './path';
import type { Argument } from './text';
import {
  expandAll,
  isUnknown,
  LENGTH_MAX,
  type References,
  TOO_LONG,
  type Unknown,
  type Value,
} from './value';
import { type Sources, Variables } from './variables';

/** Stands for the folder of the project, whose absolute path is not known and does not matter. */
export const PROJECT = `/${ANCHOR}`;

export const FILE = 'CMakeLists.txt';

/** No name of a variable has spaces. */
const UNKNOWN_ARGUMENT = 'unknown argument ';

/** Letters that are read at most, a command counting as some: a project has some thousands. */
const WORK_MAX = 4_000_000;
export const COMMAND_WORK = 64;

/** Whether a variable names the sdkconfig files of a build. */
export function isSdkconfig(name: string): boolean {
  return name === 'SDKCONFIG' || name === 'SDKCONFIG_DEFAULTS';
}

/** A reference to a parameter of a macro, and the text of its value. */
export type Replacement = readonly [reference: string, text: string];

/** Ends a run: the values are taken, or it cannot go on for a reason. */
export class Stop extends Error {
  constructor(readonly reason?: Unknown) {
    super(reason?.reason);
  }
}

export class Machine {
  readonly variables: Variables;
  /** The file and line of the command at hand. */
  path = `${PROJECT}/${FILE}`;
  line = 1;
  /** The folder of the CMakeLists.txt that runs. */
  sourceDir = PROJECT;
  /** What the text of the macro that runs has in place of references to its parameters. */
  replacements: readonly Replacement[] = [];
  private readonly unknownArguments: Unknown[] = [];
  /** Variables that no file sets, and that the sdkconfig files depend on: a call of CMake may set them (-D). */
  readonly assumedUnset = new Map<string, { readonly file: string; readonly line: number }>();
  private readonly unset = new Set<string>();
  private work = 0;

  constructor(sources: Sources & { readonly binaryDir: string }) {
    const { binaryDir, environment } = sources;
    this.variables = new Variables(sources);
    this.variables.set('CMAKE_SOURCE_DIR', PROJECT);
    this.variables.set('CMAKE_CURRENT_SOURCE_DIR', PROJECT);
    this.variables.set('CMAKE_BINARY_DIR', binaryDir);
    this.variables.set('CMAKE_CURRENT_BINARY_DIR', binaryDir);
    this.variables.set('CMAKE_MODULE_PATH', undefined);
    this.variables.set('IDF_PATH', environment('IDF_PATH') ?? '');
  }

  get folder(): string {
    return this.path.slice(0, this.path.lastIndexOf('/'));
  }

  get at(): { readonly file: string; readonly line: number } {
    return { file: this.path, line: this.line };
  }

  spend(amount: number): void {
    this.work += amount;
    if (this.work > WORK_MAX) throw new Stop({ reason: 'it runs too many commands' });
  }

  readonly read = (name: string): Value | undefined => {
    const value = this.variables.get(name);
    if (typeof value === 'string') this.spend(value.length);
    if (value === undefined && /^[A-Z][A-Z0-9_]*$/.test(name) && !isSdkconfig(name)) this.unset.add(name);
    return value;
  };

  /** Does work that the sdkconfig files depend on, if `matters` says so; notes which variables are not set in it. */
  noting<T>(matters: (result: T) => boolean, work: () => T): T {
    this.unset.clear();
    const { at } = this;
    const result = work();
    if (this.unset.size > 0 && matters(result))
      for (const name of this.unset) if (!this.assumedUnset.has(name)) this.assumedUnset.set(name, at);
    return result;
  }

  values(args: readonly Argument[]): Value[] {
    return expandAll(args.map(this.replaced), this.references);
  }

  /** An argument in a macro: its text is replaced before variables are (CMake manual, "macro"). */
  private readonly replaced = (argument: Argument): Argument => {
    if (argument.kind === 'bracket' || !argument.text.includes('${')) return argument;
    let { text } = argument;
    for (const [reference, value] of this.replacements) {
      this.spend(text.length);
      if (!text.includes(reference)) continue;
      const parts = text.split(reference);
      this.spend(parts.length * value.length);
      text = parts.join(value);
    }
    return { ...argument, text };
  };

  /** The text in a macro for an argument: one that is not known is a variable with a name that no other has. */
  textOf(value: Value): string {
    if (!isUnknown(value)) return value;
    this.unknownArguments.push(value);
    return `\${${UNKNOWN_ARGUMENT}${this.unknownArguments.length - 1}}`;
  }

  /** The arguments that are known. */
  texts(args: readonly Argument[]): string[] {
    return this.values(args).filter((value): value is string => !isUnknown(value));
  }

  assign(name: string, value: Value | undefined, isOuter = false): void {
    this.variables.set(name, value === undefined ? undefined : this.placed(value), isOuter);
  }

  /** A value of bounded length; one that is not known, with the command that made it so. */
  placed(value: Value): Value {
    const limited = !isUnknown(value) && value.length > LENGTH_MAX ? TOO_LONG : value;
    return isUnknown(limited) && limited.at === undefined ? { ...limited, at: this.at } : limited;
  }

  /** From here on it is not known what the project builds with. */
  forget(reason: Unknown): void {
    this.variables.forget({ ...reason, at: reason.at ?? this.at });
  }

  /** From here on variables whose names start so are not known. */
  forgetPrefix(name: string, reason: string): void {
    if (!/^[\w.-]+$/.test(name)) return;
    this.spend(this.variables.size);
    this.variables.addUnknownPrefix(`${name}_`, { reason, at: this.at });
  }

  absolute(path: string, base = this.sourceDir): string {
    return posixPath(/^(?:\/|[A-Za-z]:)/.test(path) ? path : `${base}/${path}`);
  }

  private readonly references: References = {
    variable: (name) =>
      name.startsWith(UNKNOWN_ARGUMENT)
        ? this.unknownArguments[Number(name.slice(UNKNOWN_ARGUMENT.length))]
        : this.read(name),
    cache: (name) => this.variables.ofCache(name),
    environment: (name) => this.variables.ofEnvironment(name),
  };
}
