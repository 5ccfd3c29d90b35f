import { FactoryError, formatFindings } from 'nvs-core';
import { nearest, oneOf, printableJson, shown } from 'nvs-core/errors';
import { cliErrors } from '../errors';
import { CHIP_CERT_COMMANDS } from './chip-cert';
import type { Terminal } from './command';

/** Runs a command, prints the findings about its input and returns the exit status: 1 rejected input, 2 bad usage. */
export async function report(
  terminal: Terminal,
  json: boolean,
  work: () => number | Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    printErrors(terminal, json, error);
    return error.findings.some(({ code }) => (cliErrors.codes as readonly string[]).includes(code)) ? 2 : 1;
  }
}

/** Prints what is wrong with the input of a command. */
export function printErrors(terminal: Terminal, json: boolean, { findings }: FactoryError): void {
  const text = formatFindings(findings, { colour: terminal.colour });
  terminal.err(json ? printableJson({ findings }) : text);
}

/** The error for a command that does not exist; those of chip-cert have their own names here. */
export function unknownCommand(command: string, known: readonly string[]): FactoryError {
  const words = command.split(' ');
  const foreign = words.flatMap((word) => CHIP_CERT_COMMANDS.get(word) ?? []);
  const suggestion = foreign.length > 0 ? oneOf(foreign) : nearest(command, known);
  return cliErrors.error('cli.unknown-command', { command: words.map(shown).join(' '), suggestion });
}
