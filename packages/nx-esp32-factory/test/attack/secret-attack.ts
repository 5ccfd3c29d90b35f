/** Puts a secret into every wrong place, and searches all that is printed for it. */
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FactoryError, formatFindings } from 'nvs-core';
import { run } from '../../src/cli/main';
import { loadConfig } from '../../src/config';
import { FINDING_FORMATS, formatFindingsAs } from '../../src/inspect';
import { FakeTerminal, LightApp } from '../light-app';
import { placements } from './placements';
import { partsIn, SECRETS, type SecretForm } from './secrets';

/** Everything that a command prints, as text and as JSON. */
async function outputsOf(argv: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const options of argv.includes('--format') ? [[]] : [[], ['--json']]) {
    const terminal = new FakeTerminal();
    try {
      await run([...argv, ...options], terminal);
    } catch (error) {
      texts.push(String((error as Error).stack));
    }
    texts.push(terminal.stdout, terminal.stderr);
  }
  return texts;
}

/** What is printed of a config that cannot be loaded, by commands and by Nx; undefined if it can. */
function rejection(): string[] | undefined {
  const readFile = (path: string) => readFileSync(path);
  try {
    loadConfig('factory.config.json', { readFile });
    return undefined;
  } catch (error) {
    const { findings, stack } = error as FactoryError;
    const options = { name: 'factory.config.json', version: '0' };
    return [
      String(stack),
      formatFindings(findings),
      JSON.stringify(findings),
      ...FINDING_FORMATS.map((format) => formatFindingsAs(format, findings, options)),
    ];
  }
}

/** One form of the secret runs every command, also on a config that is rejected: in the same words, as that shows. */
const ALWAYS_RUN: SecretForm = 'PEM (SEC1)';

/** Defines a test for each form. */
export function attackWith(forms: readonly SecretForm[]): void {
  const home = process.cwd();
  const example = new LightApp();
  const base = JSON.parse(readFileSync(example.config, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'attack-'));
  beforeAll(() => {
    cpSync(example.folder, folder, { recursive: true });
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
    example.remove();
  });

  it('there are enough placements', () => {
    expect(placements(base).length).toBeGreaterThan(150);
  });

  it.each(forms)('%s is not printed from any placement', async (form) => {
    const secret = SECRETS[form];
    const printed: string[] = [];
    for (const { name, files, commands, valid } of placements(base)) {
      if (valid?.includes(form) === true) continue;
      const written = Object.entries(files(secret));
      for (const [path, content] of written)
        writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
      const rejected = rejection();
      const texts = [...(rejected ?? [])];
      if (rejected === undefined || form === ALWAYS_RUN)
        for (const argv of commands(secret)) texts.push(...(await outputsOf(argv)));
      for (const [path] of written) {
        rmSync(path);
        if (existsSync(example.path(path))) copyFileSync(example.path(path), path);
      }
      rmSync('out', { recursive: true, force: true });
      if (texts.some((text) => partsIn(text, secret).length > 0)) printed.push(name);
    }
    expect(printed).toEqual([]);
  });
}
