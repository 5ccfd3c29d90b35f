import { FactoryError, formatFindings } from 'nvs-core';
import { nearest, printableJson, shown } from 'nvs-core/errors';
import { cliErrors } from '../errors';
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

/** The error for a command that does not exist. */
export function unknownCommand(command: string, known: readonly string[]): FactoryError {
  const words = command.split(' ').map(shown).join(' ');
  return cliErrors.error('cli.unknown-command', { command: words, suggestion: nearest(command, known) });
}
