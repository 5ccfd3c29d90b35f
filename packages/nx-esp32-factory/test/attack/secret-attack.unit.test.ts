/** A secret in a wrong place is never printed: see attack/placements.ts for the places. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { run } from '../../src/cli/main';
import { listReferences, loadConfig } from '../../src/config';
import { FakeTerminal, LightApp } from '../light-app';
import { placements } from './placements';
import { partsIn, SECRETS, type SecretForm } from './secrets';

const example = new LightApp();
const BASE = JSON.parse(readFileSync(example.config, 'utf8'));
const home = process.cwd();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attack-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => example.remove());

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

/** What Nx prints of a config that does not load, and what a program gets. */
function loaded(): string[] {
  const readFile = (path: string) => readFileSync(path);
  const texts: string[] = [];
  for (const work of [
    () => loadConfig('factory.config.json', { readFile }),
    () => listReferences('factory.config.json', { readFile }),
  ]) {
    try {
      work();
    } catch (error) {
      if (error instanceof FactoryError) texts.push(JSON.stringify(error.findings));
      texts.push(String((error as Error).stack));
    }
  }
  return texts;
}

const PLACEMENTS = placements(BASE);
const FORMS = Object.keys(SECRETS) as SecretForm[];

it('has enough placements', () => {
  expect(PLACEMENTS.length * FORMS.length).toBeGreaterThan(77 * 5);
});

describe.each(FORMS)('%s', (form) => {
  const secret = SECRETS[form];
  const tested = PLACEMENTS.filter(({ isPublic }) => !(isPublic === true && form === 'passcode'));
  it.each(tested.map((placement) => [placement.name, placement] as const))('%s', async (_name, placement) => {
    cpSync(example.folder, folder, { recursive: true });
    for (const [name, content] of Object.entries(placement.files(secret))) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    }
    const texts = loaded();
    for (const argv of placement.commands(secret)) texts.push(...(await outputsOf(argv)));
    const printed = texts.filter((text) => partsIn(text, secret).length > 0);
    expect(printed).toEqual([]);
  });
});
