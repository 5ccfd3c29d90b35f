import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { lockDirectory, lockFile, lockPort, withPortLock } from '../../src/flash/port-lock';
import { rejection } from './rejects';

const ROOT = resolve(__dirname, '../../../..');
const PORT = '/dev/ttyTEST0';
let directory: string;
const children: ChildProcess[] = [];

let scripts: string;
beforeAll(() => {
  scripts = mkdtempSync(join(tmpdir(), 'lock-scripts-'));
  const args = [join(__dirname, 'lock-holder.ts'), join(scripts, 'lock-holder.cjs')];
  execFileSync(process.execPath, [join(ROOT, 'tools/testing/bundle-script.mjs'), ...args]);
});
afterAll(() => rmSync(scripts, { recursive: true, force: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** Starts another process that locks the port; resolves with its output: "locked" or an error code. */
async function other(...args: string[]): Promise<{ child: ChildProcess; output: string }> {
  const child = spawn(process.execPath, [join(scripts, 'lock-holder.cjs'), PORT, directory, ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [output] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
  return { child, output: output.toString().trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('two processes never hold one port, and the second gets the holder', async () => {
  const { child, output } = await other();
  expect(output).toBe('locked');
  const error = await rejection(lockPort(PORT, { directory }));
  expect(error.code).toBe('flash.port-locked');
  expect(error.params).toMatchObject({ port: PORT, pid: child.pid });
  expect(String(error.params.holder)).toMatch(/^the other process of /);
});

test('another port is free', async () => {
  await other();
  (await lockPort('/dev/ttyTEST1', { directory })).release();
});

test('kill -9 frees the port, and nothing needs cleaning up', async () => {
  const { child } = await other();
  await kill(child);
  expect(readdirSync(directory)).toEqual([basename(lockFile(PORT, directory))]);
  const lock = await lockPort(PORT, { directory });
  lock.release();
  expect(readdirSync(directory)).toEqual([]);
});

test('a process that reuses the id of the holder is not mistaken for it', async () => {
  const { child } = await other();
  await kill(child);
  const file = lockFile(PORT, directory);
  const left = readFileSync(file, 'utf8');
  // The same lock, as if this process had later got the id of the dead one.
  writeFileSync(file, left.replace(`"pid":${child.pid},`, `"pid":${process.pid},`));
  expect(readFileSync(file, 'utf8')).not.toBe(left);
  (await lockPort(PORT, { directory })).release();
});

test('a stale lock that this user may not delete is an error with its path, holder and owner', async () => {
  const { child } = await other();
  await kill(child);
  const file = lockFile(PORT, directory);
  // As in a sticky folder, where only root and the owner may delete.
  const unlinkSync = fs.unlinkSync;
  const spy = jest.spyOn(fs, 'unlinkSync').mockImplementation((path) => {
    if (path === file) throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
    unlinkSync(path);
  });
  const error = await rejection(lockPort(PORT, { directory }));
  spy.mockRestore();
  expect(error.code).toBe('flash.lock-unusable');
  expect(error.params.file).toBe(file);
  expect(error.params.reason).toMatch(
    new RegExp(
      `^the other process of .* \\(process ${child.pid}, .*belongs to user ${statSync(file).uid} \\(EPERM\\)$`,
    ),
  );
  expect(error.findings[0].help).toContain(`delete ${file}`);
  expect(readdirSync(directory)).toEqual([basename(file)]);
});

test('a stale lock is left to the process that is replacing it', async () => {
  const { child: dead } = await other();
  await kill(dead);
  const file = lockFile(PORT, directory);
  const stale = readFileSync(file, 'utf8');
  rmSync(file);
  const { child } = await other();
  renameSync(file, `${file}.guard`);
  writeFileSync(file, stale);
  const error = await rejection(lockPort(PORT, { directory }));
  expect(error.code).toBe('flash.port-locked');
  expect(error.params.pid).toBe(child.pid);
  expect(readFileSync(file, 'utf8')).toBe(stale);
});

test('the guard of a process that was killed while it replaced a lock is an error with its path', async () => {
  const { child } = await other();
  await kill(child);
  const file = lockFile(PORT, directory);
  writeFileSync(`${file}.guard`, readFileSync(file));
  const error = await rejection(lockPort(PORT, { directory }));
  expect(error.code).toBe('flash.lock-unusable');
  expect(error.params).toMatchObject({
    file: `${file}.guard`,
    reason: expect.stringContaining('left it behind'),
  });
  rmSync(`${file}.guard`);
  (await lockPort(PORT, { directory })).release();
});

test.each<[string, (file: string) => void]>([
  ['empty', (file) => writeFileSync(file, '')],
  ['malformed', (file) => writeFileSync(file, 'null')],
  ['a folder', (file) => mkdirSync(file)],
])('a lock file that is %s is an error with its path', async (_, make) => {
  const file = lockFile(PORT, directory);
  make(file);
  const error = await rejection(lockPort(PORT, { directory, wait: 20_000 }));
  expect(error.code).toBe('flash.lock-unusable');
  expect(error.params).toEqual({ file, reason: 'it is not a lock file of this program' });
});

test('after kill -9 the port stays locked until its esptool has ended, too', async () => {
  const esptool = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(esptool);
  const { child } = await other(String(esptool.pid));
  await kill(child);
  const error = await rejection(lockPort(PORT, { directory }));
  expect(error.params).toMatchObject({ pid: esptool.pid });
  await kill(esptool);
  (await lockPort(PORT, { directory })).release();
});

test('waiting ends when the holder does', async () => {
  const { child } = await other();
  const onWait = jest.fn(() => void child.kill('SIGKILL'));
  const lock = await lockPort(PORT, { directory, wait: 20_000, onWait });
  expect(onWait).toHaveBeenCalledTimes(1);
  lock.release();
});

test('waiting can be cancelled', async () => {
  const lock = await lockPort(PORT, { directory });
  const signal = AbortSignal.timeout(20);
  expect((await rejection(lockPort(PORT, { directory, wait: 20_000, signal }))).code).toBe('flash.cancelled');
  lock.release();
});

test('of many concurrent requests each gets the port in turn, alone', async () => {
  let inside = 0;
  let most = 0;
  const turns = Array.from({ length: 8 }, () =>
    withPortLock(PORT, { directory, wait: 20_000 }, async () => {
      most = Math.max(most, ++inside);
      await new Promise((done) => setTimeout(done, 5));
      inside--;
    }),
  );
  await Promise.all(turns);
  expect(most).toBe(1);
  expect(readdirSync(directory)).toEqual([]);
});

test('the port is free again when the work fails', async () => {
  await expect(withPortLock(PORT, { directory }, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  (await lockPort(PORT, { directory })).release();
});

test('of two processes that start together exactly one gets the port', async () => {
  const outputs = (await Promise.all([other(), other()])).map(({ output }) => output).sort();
  expect(outputs).toEqual(['flash.port-locked', 'locked']);
});

test('of three processes that find a stale lock exactly one gets the port', async () => {
  const { child } = await other();
  await kill(child);
  const outputs = (await Promise.all([other(), other(), other()])).map(({ output }) => output).sort();
  expect(outputs).toEqual(['flash.port-locked', 'flash.port-locked', 'locked']);
});

test('a stale lock that another process replaces between two checks is not removed', async () => {
  const { child } = await other();
  await kill(child);
  const file = lockFile(PORT, directory);
  // Just before this process gets the guard, another one locks the port.
  const { linkSync } = fs;
  let taken = '';
  const spy = jest.spyOn(fs, 'linkSync').mockImplementation((from, to) => {
    if (String(to).endsWith('.guard') && taken === '') {
      taken = readFileSync(from, 'utf8');
      writeFileSync(file, taken);
    }
    linkSync(from, to);
  });
  const error = await rejection(lockPort(PORT, { directory }));
  spy.mockRestore();
  expect(error.code).toBe('flash.port-locked');
  expect(readFileSync(file, 'utf8')).toBe(taken);
});

test('releasing a lock twice, or adding a child afterwards, does not change the next lock', async () => {
  const first = await lockPort(PORT, { directory });
  first.release();
  const next = await lockPort(PORT, { directory });
  const file = lockFile(PORT, directory);
  const content = readFileSync(file, 'utf8');
  first.release();
  first.addProcess(process.pid);
  expect(readFileSync(file, 'utf8')).toBe(content);
  next.release();
});

test('a lock can be read by other users and contains only what is necessary', async () => {
  const lock = await lockPort(PORT, { directory });
  const file = lockFile(PORT, directory);
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')))).toEqual(['processes', 'holder', 'since']);
  lock.release();
});

test('an unusable folder is an error with the path of the lock', async () => {
  const missing = join(directory, 'missing');
  const error = await rejection(lockPort(PORT, { directory: missing }));
  expect(error.code).toBe('flash.lock-unusable');
  expect(error.params).toEqual({ file: lockFile(PORT, missing), reason: 'ENOENT' });
});

test('all users share one folder', () => {
  expect(lockDirectory()).toBe('/tmp');
});
