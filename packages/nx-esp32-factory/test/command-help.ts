import { run } from '../src/cli/main';
import { FakeTerminal } from './light-app';

/** What --help prints of a command, or of all. */
export async function helpOf(...argv: string[]): Promise<string> {
  const terminal = new FakeTerminal();
  await run([...argv, '--help'], terminal);
  return terminal.stdout;
}

/** The names of all commands but hidden ones: "attestation check". */
export async function commandNames(): Promise<string[]> {
  const lines = (await helpOf()).matchAll(/^ {2}([a-z][a-z -]*?) {2,}/gm);
  return [...lines].map(([, name = '']) => name);
}

/** The options of a command, each with all of its spellings: "-p, --port PORT" is ["-p", "--port"]. */
export async function optionsOf(name: string): Promise<string[][]> {
  const heads = (await helpOf(...name.split(' '))).matchAll(/^ {2}(-.*?)(?: {2,}|$)/gm);
  return [...heads].map(([, head = '']) => head.match(/(?<![\w-])--?[a-z][\w-]*/g) ?? []);
}
