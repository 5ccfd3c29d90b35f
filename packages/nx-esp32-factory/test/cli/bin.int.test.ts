/** The start of an installed command, around a dist/ that does next to nothing. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = `
const part = require('./part.js');
exports.main = (argv) => { part.print(argv.join(' ')); };
`;
const PART = `exports.print = (text) => { if (text.includes('fail')) throw new Error('no'); console.log(text, here()); };
function here() { return __filename.split('/').at(-1); }
exports.hash = async () => (await import('node:crypto')).createHash('sha256');
`;

let modules: string;
let dist: string;
let cache: string;
beforeEach(() => {
  modules = join(realpathSync(mkdtempSync(join(tmpdir(), 'bin-'))), 'node_modules');
  const folder = join(modules, 'nx-esp32-factory');
  dist = join(folder, 'dist', 'cli');
  cache = join(modules, '.cache', 'nx-esp32-factory', `${process.version}-${process.arch}`);
  mkdirSync(dist, { recursive: true });
  cpSync(resolve(__dirname, '../../bin'), join(folder, 'bin'), { recursive: true });
  writeFileSync(join(dist, 'main.js'), MAIN);
  writeFileSync(join(dist, 'part.js'), PART);
});
afterEach(() => rmSync(join(modules, '..'), { recursive: true, force: true }));

function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = join(modules, 'nx-esp32-factory', 'bin', 'esp32-factory.js');
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { stdout, stderr, status };
}
const DONE = { stdout: 'image --json part.js\n', stderr: '', status: 0 };
const cached = () =>
  Object.fromEntries(readdirSync(cache).map((name) => [name, readFileSync(join(cache, name))]));
const FILES = ['cli-main.js.bin', 'cli-part.js.bin'];

it('keeps compiled code beside the package, with the functions that were called, and runs with it', () => {
  expect(run(['image', '--json'])).toEqual(DONE);
  const first = cached();
  expect(Object.keys(first)).toEqual(FILES);
  // Code that was compiled when it was called: an uncalled function has no more than its name there.
  expect(first['cli-part.js.bin']?.includes('split')).toBe(true);
  expect(run(['image', '--json'])).toEqual(DONE);
  expect(cached()).toEqual(first);
});

it('keeps nothing of the arguments', () => {
  expect(run(['20202021-secret'])).toMatchObject({ status: 0 });
  for (const bytes of Object.values(cached())) expect(bytes.includes('20202021-secret')).toBe(false);
});

it('runs the new code after an update, also of the same length', () => {
  run(['image']);
  const changed = PART.replace('.at(-1)', '.at(-2)');
  expect(changed).toHaveLength(PART.length);
  writeFileSync(join(dist, 'part.js'), changed);
  expect(run(['image'])).toEqual({ stdout: 'image cli\n', stderr: '', status: 0 });
  expect(run(['image']).stdout).toBe('image cli\n');
});

it.each([
  ['empty', () => Buffer.alloc(0)],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ['changed', (bytes: Buffer) => bytes.map((byte, index) => (index === bytes.length - 50 ? byte ^ 1 : byte))],
  ['of something else', () => Buffer.from('not what V8 wrote')],
])('compiles again where a cached file is %s', (_, damage) => {
  run(['image', '--json']);
  const path = join(cache, 'cli-part.js.bin');
  const damaged = damage(readFileSync(path));
  writeFileSync(path, damaged);
  expect(run(['image', '--json'])).toEqual(DONE);
  expect(readFileSync(path)).not.toEqual(Buffer.from(damaged));
});

it('keeps the line and the column of an error', () => {
  for (let time = 0; time < 2; time++) {
    const { stderr, status } = run(['fail']);
    expect(status).toBe(1);
    expect(stderr).toContain(`${join(dist, 'part.js')}:1:62)`);
  }
});

it('does without where it cannot write', () => {
  mkdirSync(join(modules, '.cache'));
  writeFileSync(join(modules, '.cache', 'nx-esp32-factory'), '');
  expect(run(['image', '--json'])).toEqual(DONE);
});

it('does without where the person turned caches of compiled code off', () => {
  expect(run(['image', '--json'], { NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual(DONE);
  expect(readdirSync(modules)).toEqual(['nx-esp32-factory']);
});

it('leaves no unfinished file where several start at once', async () => {
  const { spawn } = await import('node:child_process');
  const command = join(modules, 'nx-esp32-factory', 'bin', 'esp32-factory.js');
  const runs = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, [command, 'image'], { stdio: 'ignore' });
    return new Promise((done) => child.on('close', done));
  });
  expect(await Promise.all(runs)).toEqual([0, 0, 0, 0]);
  expect(Object.keys(cached())).toEqual(FILES);
});
