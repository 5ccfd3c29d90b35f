import { createInterface } from 'node:readline';
import { FactoryError, formatFindings } from 'nvs-core';
import { initErrors } from '../errors';

/** The streams for asking the user. */
export interface PromptTerminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

export interface Question {
  readonly text: string;
  readonly suggestion: string;
  /** Throws a FactoryError for an invalid answer; the question is then asked again. */
  readonly check: (answer: string) => void;
}

/**
 * The terminal for questions, if it is interactive. Nx's own prompts (x-prompt) appear for every option that is not
 * given, even in "nx add", which has no app to ask about.
 */
export function terminalOf(process: NodeJS.Process): PromptTerminal | undefined {
  const { stdin, stdout, env } = process;
  const interactive = stdin.isTTY === true && stdout.isTTY === true;
  return interactive && env.CI !== 'true' && env.NX_INTERACTIVE !== 'false'
    ? { input: stdin, output: stdout }
    : undefined;
}

/** Asks the questions and returns the answers in their order; an empty answer accepts the suggestion. Errors: init.prompt-closed. */
export async function ask(
  questions: readonly Question[],
  { input, output }: PromptTerminal,
): Promise<string[]> {
  const lines = createInterface({ input, output });
  const answers: string[] = [];
  // After the end of the input there may still be lines, but Node 24 no longer allows prompts.
  let isOpen = true;
  lines.once('close', () => {
    isOpen = false;
  });
  try {
    // An iterator, because it buffers lines that arrive early, and ends with the input.
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

/** Asks a question that is answered with yes or no; no is suggested. Errors: init.prompt-closed. */
export async function confirm(text: string, terminal: PromptTerminal): Promise<boolean> {
  const check = (answer: string) => {
    if (!/^(?:y|yes|n|no)$/i.test(answer)) throw initErrors.error('init.answer-unclear', {});
  };
  const [answer = 'no'] = await ask([{ text, suggestion: 'no', check }], terminal);
  return /^y/i.test(answer);
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
