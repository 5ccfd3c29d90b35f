/** Asks a driver of the Matter SDK, a Python script of this folder: one line for each question, one for each answer. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peerProgram } from '../testing/peer-program';

export async function askSdk(script: string, questions: readonly object[]): Promise<string[]> {
  const child = spawn(peerProgram('sdk', 'python'), [join(__dirname, script)], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const log: string[] = [];
  child.stderr.on('data', (text: Buffer) => log.push(text.toString()));
  // Ended early: the exit status says so.
  child.stdin.on('error', () => undefined);
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const answers: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) answers.push(line);
  const status = await ended;
  if (status !== 0 || answers.length !== questions.length) {
    const end = `${script} gave ${answers.length} answers to ${questions.length} questions (exit ${status})`;
    throw new Error(`${end}: ${log.join('').slice(-4000)}`);
  }
  return answers;
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
