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

/** An option that allows only a few values. Errors: cli.value-not-allowed. */
export function choiceOf<T extends number>(
  args: Arguments,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = numberOf(args, name);
  const choice = allowed.find((candidate) => candidate === value);
  if (value !== undefined && choice === undefined) {
    throw cliErrors.error('cli.value-not-allowed', {
      option: `--${name}`,
      value: shown(String(args.text(name))),
      allowed: oneOf(allowed),
    });
  }
  return choice;
}
