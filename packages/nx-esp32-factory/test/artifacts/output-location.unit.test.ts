/** Where an output folder may lie. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { assertOutputFolder } from '../../src/artifacts';

const ROOTS = ['.', 'apps/light', 'apps/shade', 'libs/a'];

let root: string;
let outside: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'workspace-')));
  outside = realpathSync(mkdtempSync(join(tmpdir(), 'outside-')));
  for (const folder of ROOTS) mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true, force: true });
});

const write = (path: string, text = 'x') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });

/** The code of the error; the folder that it resolves to if there is none. */
function judge(path: string, projectRoots = ROOTS): string {
  const before = readdirSync(root, { recursive: true }).length;
  try {
    return assertOutputFolder(join(root, path), { workspaceRoot: root, projectRoots }).slice(root.length + 1);
  } catch (error) {
    if (error instanceof FactoryError) return error.code;
    throw error;
  } finally {
    expect(readdirSync(root, { recursive: true }).length).toBe(before);
  }
}

it.each([
  ['factory-output/apps/light/default', undefined],
  ['factory-output/root/default', undefined],
  ['out', undefined],
  ['dist/apps/light/factory', undefined],
  ['apps/lightx', undefined],
  ['apps/out', undefined],
  ['.', 'factory.output-reserved'],
  ['apps/..', 'factory.output-reserved'],
  ['.git', 'factory.output-reserved'],
  ['.git/hooks', 'factory.output-reserved'],
  ['.GIT', 'factory.output-reserved'],
  ['node_modules/x', 'factory.output-reserved'],
  ['out/node_modules', 'factory.output-reserved'],
  ['.nx/cache', 'factory.output-reserved'],
  ['apps/light', 'factory.output-in-project'],
  ['apps/light/', 'factory.output-in-project'],
  ['apps/light/out/deep', 'factory.output-in-project'],
  ['out/../apps/light', 'factory.output-in-project'],
  ['apps', 'factory.output-in-project'],
  ['libs', 'factory.output-in-project'],
  ['..', 'factory.output-outside'],
  ['../elsewhere', 'factory.output-outside'],
])('%s: %s', (path, code = path) => {
  expect(judge(path)).toBe(code);
});

it('follows links, of the folder and of those around it, and of projects', () => {
  symlinkSync(outside, join(root, 'away'));
  symlinkSync(join(root, 'apps/light'), join(root, 'alias'));
  symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
  symlinkSync(join(root, 'factory-output'), join(root, 'short'));
  mkdirSync(join(root, 'factory-output'));
  expect(judge('away')).toBe('factory.output-outside');
  expect(judge('away/deep/er')).toBe('factory.output-outside');
  expect(judge('dangling')).toBe('factory.output-outside');
  expect(judge('dangling/x')).toBe('factory.output-outside');
  expect(judge('alias/out')).toBe('factory.output-in-project');
  expect(judge('short/x')).toBe('factory-output/x');
  mkdirSync(join(root, 'real'));
  symlinkSync(join(root, 'real'), join(root, 'linked'));
  expect(judge('real/out', ['linked'])).toBe('factory.output-in-project');
});

it('does not mind the root of the workspace being a link', () => {
  symlinkSync(root, join(outside, 'link'));
  const workspaceRoot = join(outside, 'link');
  expect(assertOutputFolder(join(workspaceRoot, 'out'), { workspaceRoot, projectRoots: ROOTS })).toBe(
    join(workspaceRoot, 'out'),
  );
});

describe('files that are not ours', () => {
  const MANIFEST = {
    tool: { name: 'nx-esp32-factory', version: '1.0.0' },
    credentials: 'development',
    partition: { size: 1, nvsVersion: 2, readOnly: false, encryption: 'none' },
    images: [],
    efuses: [],
    usage: { usedEntries: 0, freeEntries: 0, usedPages: 0, pages: 0 },
    certificates: {},
    attestation: { isAccepted: null, result: null, isRelaxed: false },
    entries: [],
    findings: [],
  };

  it('are those that git tracks, even by one of our names and deep below', () => {
    git('init', '--quiet');
    write('src2/deep/manifest.json', JSON.stringify(MANIFEST));
    write('li*/partition.bin');
    git('add', '--all');
    expect(judge('src2')).toBe('factory.output-has-sources');
    expect(judge('src2/deep')).toBe('factory.output-has-sources');
    expect(judge('li*')).toBe('factory.output-has-sources');
    expect(judge('light')).toBe('light');
  });

  it('are any that we never write, in a folder without a manifest of ours', () => {
    write('out/notes.txt');
    expect(judge('out')).toBe('factory.output-has-sources');
    write('out/manifest.json', '{"name": "a web app"}');
    expect(judge('out')).toBe('factory.output-has-sources');
    write('out/manifest.json', JSON.stringify(MANIFEST));
    expect(judge('out')).toBe('out');
  });

  it('are not our own', () => {
    write('out/partition.bin');
    write('out/keys/nvs_key_partition.bin');
    write('out/.esp32-factory-commit/x');
    expect(judge('out')).toBe('out');
  });

  it('may lie below factory-output', () => {
    write('factory-output/root/default/notes.txt');
    expect(judge('factory-output/root/default')).toBe('factory-output/root/default');
  });

  it('may be a file of that name, which writing rejects', () => {
    write('out');
    expect(judge('out')).toBe('out');
    expect(existsSync(join(root, 'out'))).toBe(true);
  });
});
