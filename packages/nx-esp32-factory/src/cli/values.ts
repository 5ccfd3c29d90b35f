import { oneOf, shown } from 'nvs-core/errors';
import { cliErrors } from '../errors';
import type { Arguments } from './command';

/** An option's integer, decimal or 0x...; undefined if not given. Errors: cli.number-invalid. */
export function numberOf(args: Arguments, name: string): number | undefined {
  const text = args.text(name);
  return text === undefined ? undefined : parseNumber(text, `--${name}`);
}

/** An integer as Python's int(text, 0) reads it: decimal, 0x, 0o or 0b. Errors: cli.number-invalid. */
export function parseNumber(text: string, option: string): number {
  const value = /^[+-]?(0x[0-9a-f]+|0o[0-7]+|0b[01]+|0+|[1-9][0-9]*)$/i.test(text.trim())
    ? Number(text.trim().replace(/^[+-]/, '')) * (text.trim().startsWith('-') ? -1 : 1)
    : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw cliErrors.error('cli.number-invalid', { option, value: shown(text) });
  return value;
}

/** An option that allows only a few numbers. Errors: cli.number-invalid, cli.value-not-allowed. */
export function choiceOf<T extends number>(
  args: Arguments,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = numberOf(args, name);
  return value === undefined ? undefined : among(args, name, allowed, (candidate) => candidate === value);
}

/** An option that allows only a few words, after `fold`. Errors: cli.value-not-allowed. */
export function wordOf<T extends string>(
  args: Arguments,
  name: string,
  allowed: readonly T[],
  fold = (text: string) => text,
): T | undefined {
  const text = args.text(name);
  return text === undefined ? undefined : among(args, name, allowed, (word) => word === fold(text));
}

function among<T extends number | string>(
  args: Arguments,
  name: string,
  allowed: readonly T[],
  isChosen: (candidate: T) => boolean,
): T {
  const choice = allowed.find(isChosen);
  if (choice !== undefined) return choice;
  const value = shown(args.text(name) ?? '');
  throw cliErrors.error('cli.value-not-allowed', { option: `--${name}`, value, allowed: oneOf(allowed) });
}

/** Rejects two options that exclude each other. Errors: cli.exclusive. */
export function exclude(args: Arguments, ...names: readonly string[]): void {
  const [first, second] = names.filter((name) => args.flag(name));
  if (first !== undefined && second !== undefined)
    throw cliErrors.error('cli.exclusive', { option: `--${first}`, other: `--${second}` });
}
