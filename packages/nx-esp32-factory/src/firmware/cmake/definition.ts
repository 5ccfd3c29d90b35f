/** Functions and macros of a project (CMake manual, "function", "macro"). */
import type { Replacement } from './machine';
import type { Node } from './tree';
import { isUnknown, listOf, type Value } from './value';

export interface Definition {
  readonly isMacro: boolean;
  readonly parameters: readonly string[];
  readonly body: readonly Node[];
  /** What was in place where it was defined. */
  readonly replacements: readonly Replacement[];
  readonly policyVersion: number | undefined;
}

/** The values of a function's parameters, in the order in which a macro's text is replaced. */
export function* parametersOf(
  { parameters }: Definition,
  args: readonly Value[],
): Generator<readonly [name: string, value: Value]> {
  // From the first that may be any number of arguments on, it is not known which is which.
  const start = args.findIndex((arg) => isUnknown(arg) && arg.isList === true);
  const at = (index: number) => (start < 0 || index < start ? (args[index] ?? '') : (args[start] ?? ''));
  for (const [index, name] of parameters.entries()) yield [name, at(index)];
  yield ['ARGC', start < 0 ? String(args.length) : at(start)];
  yield ['ARGN', listOf([...args.keys()].slice(parameters.length).map(at))];
  yield ['ARGV', listOf(args)];
  const count = start < 0 ? args.length : args.length + UNSURE_ARGUMENTS;
  for (let index = 0; index < count; index++) yield [`ARGV${index}`, at(index)];
}

/** How many arguments more than are written a call may have. */
const UNSURE_ARGUMENTS = 16;
