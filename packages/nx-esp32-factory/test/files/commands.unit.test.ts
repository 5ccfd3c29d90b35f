/** What commands that people paste need: the runner of their package manager, and quoted words. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runnerIn, shellWord } from '../../src/files';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runner-'));
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'apps/light'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text = '') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

describe('runnerIn', () => {
  it.each([
    ['package-lock.json', '', 'npx'],
    ['pnpm-lock.yaml', '', 'pnpm exec'],
    ['pnpm-workspace.yaml', '', 'pnpm exec'],
    ['yarn.lock', '', 'yarn'],
    ['bun.lock', '', 'bunx'],
    ['bun.lockb', '', 'bunx'],
    ['package.json', '{"packageManager": "pnpm@10.1.0+sha512.00"}', 'pnpm exec'],
    ['package.json', '{"packageManager": "yarn@4.9.1"}', 'yarn'],
    ['package.json', '{"packageManager": "other@1"}', 'npx'],
    ['package.json', '{"packageManager": 1}', 'npx'],
    ['package.json', 'null', 'npx'],
    ['package.json', '{', 'npx'],
  ])('%s with %j', (file, text, expected) => {
    write(file, text);
    expect(runnerIn(root)).toBe(expected);
    expect(runnerIn(join(root, 'apps/light'))).toBe(expected);
  });

  it('is npx without any of them, and does not look outside the repository', () => {
    mkdirSync(join(root, 'inner/.git'), { recursive: true });
    write('yarn.lock');
    expect(runnerIn(join(root, 'inner'))).toBe('npx');
  });

  it('believes what package.json declares more than a lock file', () => {
    write('package-lock.json');
    write('package.json', '{"packageManager": "pnpm@10.1.0"}');
    expect(runnerIn(root)).toBe('pnpm exec');
  });
});

describe('shellWord', () => {
  it.each([
    ['light:factory-image', 'light:factory-image', 'light:factory-image'],
    ['@shop/light', '@shop/light', '@shop/light'],
    ['my light', "'my light'", '"my light"'],
    ["bob's $HOME", "'bob'\\''s $HOME'", '"bob\'s $HOME"'],
    ['', "''", '""'],
    ['a;b', "'a;b'", '"a;b"'],
  ])('%s', (text, unix, windows) => {
    expect(shellWord(text, 'linux')).toBe(unix);
    expect(shellWord(text, 'win32')).toBe(windows);
  });
});
