import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { FactoryError } from 'nvs-core';
import { assertDigested, digestCommand } from '../../src/cache';

const PACKAGE = resolve(__dirname, '../..');
const CONFIG = 'apps/light/factory.config.json';
const FOLDER = 'factory-output/apps/light/default';

describe('the command', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'command-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Runs it with a program in place of node that writes down what it gets. */
  const run = (command: string, node: string): string => {
    const bin = join(root, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'node'), `#!/bin/sh\n${node}\n`, { mode: 0o755 });
    return execFileSync('/bin/sh', ['-c', command], {
      cwd: root,
      env: { PATH: `${bin}:${process.env.PATH}` },
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
  };
  const words = 'printf "%s\\n" "$@"';

  it.each([
    ['plain', 'apps/light/factory.config.json'],
    ['spaces', 'my apps/a  light/factory.config.json'],
    ['quotes', `it's "mine"/factory.config.json`],
    ['a command', 'a$(touch pwned)`touch pwned`;touch pwned&/factory.config.json'],
    ['a variable', '$HOME/%PATH%/!x/factory.config.json'],
    ['an option', '-x/--y/factory.config.json'],
    ['other letters', 'lämpchen/灯/factory.config.json'],
    ['a line break', 'a\nb/factory.config.json'],
    ['a backslash', 'a\\b\\/factory.config.json'],
  ])('gives each path as one word to a fixed program: %s', (_, config) => {
    const folder = dirname(config);
    const out = run(digestCommand(config, folder, PACKAGE), words);
    expect(out).toBe(`bin/esp32-factory.js\ncache-digest\n${config}\n${folder}\n`);
    expect(readdirSync(root)).toEqual(['bin']);
  });

  it('is the same wherever the workspace lies', () => {
    expect(digestCommand(CONFIG, FOLDER, dirname(dirname(PACKAGE)))).toMatch(
      /^node 'packages\/nx-esp32-factory\/bin\/esp32-factory\.js' cache-digest 'apps\/light\/factory\.config\.json' 'factory-output\/apps\/light\/default' /,
    );
  });

  it('never prints the same twice when there is no digest', () => {
    const command = digestCommand(CONFIG, FOLDER, PACKAGE);
    const failing = () => run(command, 'echo broken; exit 3');
    expect(failing()).not.toBe(failing());
    expect(run(command, 'echo digest')).toBe('digest\n');
  });
});

describe('a cached target', () => {
  const place = { config: CONFIG, outputPath: FOLDER, workspaceRoot: PACKAGE };
  const input = (config: string, folder = FOLDER) => ({ runtime: digestCommand(config, folder, PACKAGE) });
  const codeOf = (work: () => void): string | undefined => {
    try {
      work();
    } catch (error) {
      if (error instanceof FactoryError) return error.code;
      throw error;
    }
    return undefined;
  };

  it('runs with the digest of its config', () => {
    const target = { cache: true, inputs: ['default', input(CONFIG)] };
    expect(codeOf(() => assertDigested(target, place))).toBeUndefined();
  });

  it.each([
    ['that is unknown', undefined],
    ['without inputs', { cache: true }],
    ['with inputs written by hand', { cache: true, inputs: ['default', '{projectRoot}/**/*'] }],
    ['with the digest of another config', { cache: true, inputs: [input('apps/light/other.json')] }],
    ['with the digest of one of a longer name', { cache: true, inputs: [input(`x/${CONFIG}`)] }],
    ['with the digest for another folder', { cache: true, inputs: [input(CONFIG, `${FOLDER}x`)] }],
    ['with another command', { cache: true, inputs: [{ runtime: `cat '${CONFIG}'` }, { env: 'X' }, null] }],
  ])('is refused: %s', (_, target) => {
    expect(codeOf(() => assertDigested(target, place))).toBe('factory.cached-without-digest');
  });

  it('knows its config by any way of writing the path', () => {
    const target = { cache: true, inputs: [input(CONFIG)] };
    expect(codeOf(() => assertDigested(target, { ...place, config: `./apps/../${CONFIG}` }))).toBeUndefined();
  });

  it('is told the input that is missing', () => {
    let error: unknown;
    try {
      assertDigested({ cache: true }, place);
    } catch (thrown) {
      error = thrown;
    }
    expect((error as FactoryError).findings[0]?.help).toContain(JSON.stringify(input(CONFIG)));
  });
});
