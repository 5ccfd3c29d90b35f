import { createInterface } from 'node:readline';
import { FactoryError, formatFindings } from 'nvs-core';
import { initErrors } from '../../errors';

/** A person to ask; undefined answers mean that the suggestion is taken. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

export interface Question {
  readonly text: string;
  readonly suggestion: string;
  /** Throws a FactoryError for an answer that will not do: it is asked again. */
  readonly check: (answer: string) => void;
}

/**
 * The terminal to ask on, if a person sits there. Nx's own prompts (x-prompt) are asked whenever an option is not
 * given, by "nx add" too, which has no app to ask about.
 */
export function terminalOf(process: NodeJS.Process): Terminal | undefined {
  const { stdin, stdout, env } = process;
  const interactive = stdin.isTTY === true && stdout.isTTY === true;
  return interactive && env.CI !== 'true' && env.NX_INTERACTIVE !== 'false'
    ? { input: stdin, output: stdout }
    : undefined;
}

/** Asks the questions, and answers in their order. Errors: init.prompt-closed. */
export async function ask(questions: readonly Question[], { input, output }: Terminal): Promise<string[]> {
  const lines = createInterface({ input, output });
  const answers: string[] = [];
  // Input that ended may still have lines to give, but Node 24 takes no prompt any more.
  let isOpen = true;
  lines.once('close', () => {
    isOpen = false;
  });
  try {
    // An iterator, because it keeps lines that come before they are asked for, and ends with the input.
    const iterator = lines[Symbol.asyncIterator]();
    for (const { text, suggestion, check } of questions) {
      for (;;) {
        lines.setPrompt(`${text} [${suggestion}]: `);
        if (isOpen) lines.prompt();
        else output.write(lines.getPrompt());
        const { value, done } = (await iterator.next()) as IteratorResult<string, undefined>;
        if (done === true) throw initErrors.error('init.prompt-closed', {});
        const answer = value.trim() === '' ? suggestion : value.trim();
        const problem = problemOf(() => check(answer));
        if (problem === undefined) {
          answers.push(answer);
          break;
        }
        output.write(`${problem}\n`);
      }
    }
    return answers;
  } finally {
    lines.close();
  }
}

function problemOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return formatFindings(error.findings);
  }
}
