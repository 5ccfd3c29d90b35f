/** A secret in a wrong place is never printed: see attack/placements.ts for the places. */
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

const example = new LightApp();
const BASE = JSON.parse(readFileSync(example.config, 'utf8'));
const home = process.cwd();

jest.setTimeout(300_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attack-'));
  cpSync(example.folder, folder, { recursive: true });
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

const PLACEMENTS = placements(BASE);
const ALWAYS_RUN: SecretForm = 'PEM (PKCS#8)';
const FORMS = Object.keys(SECRETS) as SecretForm[];

it('there are enough placements', () => {
  expect(PLACEMENTS.length * FORMS.length).toBeGreaterThan(1000);
});

it.each(FORMS)('%s is not printed from any placement', async (form) => {
  const secret = SECRETS[form];
  const printed: string[] = [];
  for (const { name, files, commands, valid } of PLACEMENTS) {
    if (valid?.includes(form) === true) continue;
    const written = Object.entries(files(secret));
    for (const [path, content] of written)
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    const rejected = rejection();
    const texts = [...(rejected ?? [])];
    // The commands print a rejection in the same words: one form of the secret shows that.
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
