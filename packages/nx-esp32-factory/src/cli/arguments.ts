import { parseArgs } from 'node:util';
import { FactoryError } from 'nvs-core';
import { nearest, shown } from 'nvs-core/errors';
import { cliErrors } from '../errors';
import type { Arguments, Command, Option } from './command';

/**
 * Checks a command line against a command's options.
 * Errors: those of `command.foreign`, cli.unknown-option, cli.value-missing, cli.value-unexpected, cli.repeated, cli.positional-missing,
 * cli.positional-unexpected.
 */
export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const foreign = command.foreign?.(argv) ?? [];
  if (foreign.length > 0) throw new FactoryError(foreign);
  const byAlias = new Map<string, Option>();
  for (const option of command.options) {
    for (const alias of [`--${option.name}`, ...(option.aliases ?? [])]) byAlias.set(alias, option);
  }
  const { tokens } = parseArgs({
    args: normalise(argv, byAlias),
    options: Object.fromEntries(
      command.options.map(({ name, value }) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', multiple: true },
      ]),
    ),
    strict: false,
    tokens: true,
  });

  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = byAlias.get(token.rawName) ?? byAlias.get(`--${token.name}`);
    if (option === undefined) throw unknown(token.rawName, [...byAlias.keys()]);
    const written = token.rawName;
    if (option.value === undefined && token.value !== undefined) {
      throw cliErrors.error('cli.value-unexpected', { option: written });
    }
    if (option.value !== undefined && token.value === undefined) {
      throw cliErrors.error('cli.value-missing', { option: written, value: option.value });
    }
    const before = values.get(option.name);
    if (before !== undefined && !option.list && !option.rest && !option.repeatable)
      throw cliErrors.error('cli.repeated', { option: written });
    values.set(option.name, [...(before ?? []), token.value ?? '']);
  }
  assertPositionals(command, positionals);
  return {
    positionals,
    flag: (name) => values.has(name),
    text: (name) => values.get(name)?.[0],
    list: (name) => values.get(name),
  };
}

/**
 * Converts a command line to the form that node:util understands: "-cf" (two letters) becomes its long name, and
 * "--locales en-US en-GB" becomes one option per value, as argparse reads it.
 */
function normalise(argv: readonly string[], byAlias: ReadonlyMap<string, Option>): string[] {
  const result: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const written = argv[index] ?? '';
    if (written === '--') return [...result, ...argv.slice(index)];
    const [head = '', ...rest] = written.split('=');
    const option = byAlias.get(written) ?? (written.startsWith('-') ? byAlias.get(head) : undefined);
    if (option === undefined) {
      if (written.startsWith('-') && written !== '-') throw unknown(head, [...byAlias.keys()]);
      result.push(written);
      continue;
    }
    const name = `--${option.name}`;
    if (option.rest === true) {
      const first = byAlias.has(written) ? [] : [rest.join('=')];
      const values = [...first, ...argv.slice(index + 1)];
      if (values.length === 0)
        throw cliErrors.error('cli.value-missing', { option: written, value: option.value ?? '' });
      return [...result, ...values.map((value) => `${name}=${value}`)];
    }
    if (option.value === undefined) {
      result.push(byAlias.has(written) ? name : `${name}=${rest.join('=')}`);
      continue;
    }
    if (!byAlias.has(written)) {
      result.push(`${name}=${rest.join('=')}`);
      continue;
    }
    // "-" and negative numbers are values, so that "-d -1" is reported as out of range, not as an unknown option.
    const isValue = (next: string | undefined) =>
      next !== undefined && (!next.startsWith('-') || /^-\d|^-$/.test(next));
    if (!isValue(argv[index + 1])) {
      throw cliErrors.error('cli.value-missing', { option: written, value: option.value });
    }
    do {
      index++;
      result.push(`${name}=${argv[index]}`);
    } while (option.list === true && isValue(argv[index + 1]));
  }
  return result;
}

function unknown(option: string, known: readonly string[]) {
  return cliErrors.error('cli.unknown-option', {
    option: shown(option),
    suggestion: nearest(option, known),
  });
}

function assertPositionals({ positionals: expected }: Command, given: readonly string[]): void {
  const required = expected.filter((name) => !name.endsWith('?'));
  const missing = required[given.length];
  if (given.length < required.length && missing !== undefined) {
    throw cliErrors.error('cli.positional-missing', { name: missing.replace(/\.\.\.$/, '') });
  }
  const unexpected = given[expected.length];
  if (unexpected !== undefined && !expected.some((name) => name.endsWith('...'))) {
    throw cliErrors.error('cli.positional-unexpected', { value: shown(unexpected) });
  }
}
