/** The completion scripts in the shells that they are for. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/main';
import { FakeTerminal } from '../light-app';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  writeFileSync(join(folder, 'factory.config.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function scriptOf(shell: string): Promise<string> {
  const terminal = new FakeTerminal();
  expect(await run(['completion', shell], terminal)).toBe(0);
  return terminal.stdout;
}

/** What a shell offers for the last word of a command line. */
type Complete = (words: readonly string[]) => Promise<readonly string[]>;

const linesOf = (output: string) => output.split('\n').filter((line) => line !== '');

const SHELLS: Readonly<Record<string, Complete>> = {
  bash: async (words) => {
    const ask = [
      await scriptOf('bash'),
      `COMP_WORDS=(${['esp32-factory', ...words].map((word) => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${words.length}`,
      '_esp32_factory',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ];
    return linesOf(execFileSync('bash', ['-c', ask.join('\n')], { cwd: folder, encoding: 'utf8' }));
  },
  zsh: async (words) => {
    // What _describe and _files get; the rest of its completion needs a terminal.
    const ask = [
      'compdef() { : }',
      '_describe() { for entry in "${(@P)2}"; do print -r -- "${entry%%:*}"; done }',
      '_files() { print -r -- *; }',
      await scriptOf('zsh'),
      `words=(${['esp32-factory', ...words].map((word) => `'${word}'`).join(' ')})`,
      `CURRENT=${words.length + 1}`,
      '_esp32_factory',
    ];
    const output = execFileSync('zsh', ['-f', '-c', ask.join('\n')], { cwd: folder, encoding: 'utf8' });
    const last = words.at(-1) ?? '';
    return linesOf(output).filter((line) => line.startsWith(last));
  },
  fish: async (words) => {
    const file = join(folder, 'completion.fish');
    writeFileSync(file, await scriptOf('fish'));
    const line = ['esp32-factory', ...words].join(' ');
    const output = execFileSync('fish', ['--no-config', '-c', `source ${file}; complete -C "${line}"`], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
    });
    return linesOf(output).map((one) => one.split('\t')[0] ?? '');
  },
};

describe.each(Object.keys(SHELLS))('%s', (shell) => {
  const complete = (...words: readonly string[]) => SHELLS[shell]?.(words) ?? [];

  it('completes commands', async () => {
    expect(await complete('im')).toEqual(['image']);
    expect(await complete('')).toEqual(expect.arrayContaining(['image', 'nvs', 'attestation', 'completion']));
    expect(await complete('')).not.toContain('cache-digest');
  });

  it('completes commands of two words', async () => {
    expect([...(await complete('attestation', 'issue-p'))].sort()).toEqual(['issue-paa', 'issue-pai']);
    expect(await complete('nvs', 'generate-')).toEqual(['generate-key']);
  });

  it('completes the options of a command', async () => {
    expect(await complete('image', '--product-na')).toEqual(['--product-name']);
    expect(await complete('nvs', 'generate', '--wi')).toEqual(['--wifi-keys']);
    expect(await complete('attestation', 'issue-dac', '--output_')).not.toContain('--product-name');
  });
});

it('refuses another shell', async () => {
  const terminal = new FakeTerminal();
  expect(await run(['completion', 'toString'], terminal)).toBe(2);
  expect(terminal.stderr).toContain('bash, zsh, fish');
});
