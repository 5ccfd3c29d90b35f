import { PassThrough } from 'node:stream';
import { FactoryError } from 'nvs-core';
import { initErrors } from '../../../src/errors';
import { ask, terminalOf } from '../../../src/generators/init/questions';

const question = (text: string, suggestion: string) => ({ text, suggestion, check: () => {} });

function terminal(typed: string) {
  const output = new PassThrough();
  const input = new PassThrough();
  input.end(typed);
  return { input, output, shown: () => String(output.read() ?? '') };
}

describe('ask', () => {
  it('takes answers, and suggestions for empty ones', async () => {
    const { shown, ...streams } = terminal('0xFFF2\n\n  My light \n');
    const questions = [question('Id', '0xFFF1'), question('Vendor', 'Test'), question('Product', 'x')];
    expect(await ask(questions, streams)).toEqual(['0xFFF2', 'Test', 'My light']);
    expect(shown()).toContain('Id [0xFFF1]: ');
  });

  it('asks again after an answer that will not do', async () => {
    const { shown, ...streams } = terminal('bad\ngood\n');
    const check = (answer: string) => {
      if (answer === 'bad') throw initErrors.error('init.prompt-closed', {});
    };
    expect(await ask([{ text: 'Id', suggestion: 's', check }], streams)).toEqual(['good']);
    expect(shown().match(/Id \[s\]: /g)).toHaveLength(2);
  });

  it('does not hide a defect of ours', async () => {
    const { shown: _, ...streams } = terminal('x\n');
    const check = () => {
      throw new TypeError('ours');
    };
    await expect(ask([{ text: 'Id', suggestion: 's', check }], streams)).rejects.toThrow(TypeError);
  });

  it.each(['', 'first\n'])('refuses an input that ends too early (%j)', async (typed) => {
    const { shown: _, ...streams } = terminal(typed);
    const asked = ask([question('Id', 's'), question('Name', 's')], streams);
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FactoryError);
    expect((error as FactoryError).code).toBe('init.prompt-closed');
  });
});

describe('terminalOf', () => {
  const given = (input: boolean, output: boolean, env: Record<string, string>) =>
    terminalOf({ stdin: { isTTY: input }, stdout: { isTTY: output }, env } as unknown as NodeJS.Process);

  it('is there where a person sits, and only there', () => {
    expect(given(true, true, {})).toBeDefined();
    expect(given(false, true, {})).toBeUndefined();
    expect(given(true, false, {})).toBeUndefined();
    expect(given(true, true, { CI: 'true' })).toBeUndefined();
    expect(given(true, true, { NX_INTERACTIVE: 'false' })).toBeUndefined();
  });
});
