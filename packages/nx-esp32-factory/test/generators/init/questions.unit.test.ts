import { PassThrough } from 'node:stream';
import { FactoryError } from 'nvs-core';
import { initErrors } from '../../../src/errors';
import { ask, terminalOf } from '../../../src/init/questions';

const question = (text: string, suggestion: string) => ({ text, suggestion, check: () => {} });

function terminal(typed: string) {
  const output = new PassThrough();
  const input = new PassThrough();
  input.end(typed);
  return { input, output, shown: () => String(output.read() ?? '') };
}

describe('ask', () => {
  it('returns answers, and suggestions for empty ones', async () => {
    const { shown, ...streams } = terminal('0xFFF2\n\n  My light \n');
    const questions = [question('Id', '0xFFF1'), question('Vendor', 'Test'), question('Product', 'x')];
    expect(await ask(questions, streams)).toEqual(['0xFFF2', 'Test', 'My light']);
    expect(shown()).toContain('Id [0xFFF1]: ');
  });

  it('asks again after an invalid answer', async () => {
    const { shown, ...streams } = terminal('bad\ngood\n');
    const check = (answer: string) => {
      if (answer === 'bad') throw initErrors.error('init.prompt-closed', {});
    };
    expect(await ask([{ text: 'Id', suggestion: 's', check }], streams)).toEqual(['good']);
    expect(shown().match(/Id \[s\]: /g)).toHaveLength(2);
  });

  it('does not hide other errors', async () => {
    const { shown: _, ...streams } = terminal('x\n');
    const check = () => {
      throw new TypeError('ours');
    };
    await expect(ask([{ text: 'Id', suggestion: 's', check }], streams)).rejects.toThrow(TypeError);
  });

  it.each(['', 'first\n'])('rejects input that ends too early (%j)', async (typed) => {
    const { shown: _, ...streams } = terminal(typed);
    const answers = ask([question('Id', 's'), question('Name', 's')], streams);
    const error = await answers.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FactoryError);
    expect((error as FactoryError).code).toBe('init.prompt-closed');
  });
});

describe('terminalOf', () => {
  const given = (input: boolean, output: boolean, env: Record<string, string>) =>
    terminalOf({ stdin: { isTTY: input }, stdout: { isTTY: output }, env } as unknown as NodeJS.Process);

  it('exists only for an interactive terminal', () => {
    expect(given(true, true, {})).toBeDefined();
    expect(given(false, true, {})).toBeUndefined();
    expect(given(true, false, {})).toBeUndefined();
    expect(given(true, true, { CI: 'true' })).toBeUndefined();
    expect(given(true, true, { NX_INTERACTIVE: 'false' })).toBeUndefined();
  });
});
