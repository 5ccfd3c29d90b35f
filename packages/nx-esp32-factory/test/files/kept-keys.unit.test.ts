import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { keepKey } from '../../src/files';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'kept-'));
  folder = join(parent, 'factory-keys');
});
afterEach(() => rmSync(parent, { recursive: true }));

const NOW = new Date('2026-01-31T12:00:00Z');
const DATA = Uint8Array.from({ length: 32 }, (_, index) => index);
const NAME = `hmac_key-2026-01-31-${toHex(sha256(DATA)).slice(0, 16)}`;
const keep = (data = DATA) => keepKey({ stem: 'hmac_key', extension: '.bin', data }, folder, NOW);

it('writes a key once, for its owner only, in a folder that git ignores', () => {
  const umask = process.umask(0);
  try {
    expect([keep(), keep()]).toEqual([`${NAME}.bin`, `${NAME}.bin`]);
  } finally {
    process.umask(umask);
  }
  expect(readdirSync(folder).sort()).toEqual(['.gitignore', `${NAME}.bin`]);
  expect([statSync(folder).mode & 0o777, statSync(join(folder, `${NAME}.bin`)).mode & 0o777]).toEqual([
    0o700, 0o600,
  ]);
  expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
});

it.each([
  ['another file', (path: string) => writeFileSync(path, 'another')],
  [
    'a link to the key',
    (path: string) => {
      writeFileSync(join(parent, 'key'), DATA);
      symlinkSync('../key', path);
    },
  ],
  ['a dangling link', (path: string) => symlinkSync('nowhere', path)],
  ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ['a folder', (path: string) => mkdirSync(path)],
])('takes another name where there is %s', (_, plant) => {
  mkdirSync(folder);
  plant(join(folder, `${NAME}.bin`));
  expect(keep()).toBe(`${NAME}-2.bin`);
  expect(readFileSync(join(folder, `${NAME}-2.bin`)).equals(DATA)).toBe(true);
  expect(readdirSync(parent).sort()).not.toContain('nowhere');
});

it('makes git ignore a folder that is there, and leaves what the user has in it', () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  keep();
  expect(readdirSync(folder).sort()).toEqual(['.gitignore', `${NAME}.bin`, 'mine.txt']);
  writeFileSync(join(folder, '.gitignore'), 'mine');
  keep(DATA.slice(1));
  expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('mine');
});

it('follows no link in the place of the .gitignore', () => {
  mkdirSync(folder);
  symlinkSync('../planted', join(folder, '.gitignore'));
  keep();
  expect(readdirSync(parent)).toEqual(['factory-keys']);
});

it.each([
  [
    'files.link',
    () => {
      mkdirSync(join(parent, 'other'));
      symlinkSync('other', folder);
    },
  ],
  ['files.link', () => symlinkSync('other', folder)],
  ['files.not-a-directory', () => writeFileSync(folder, '')],
  ['files.not-a-directory', () => execFileSync('mkfifo', [folder])],
])('fails with %s', (code, plant) => {
  plant();
  expect(() => keep()).toThrow(code);
  chmodSync(parent, 0o700);
});
