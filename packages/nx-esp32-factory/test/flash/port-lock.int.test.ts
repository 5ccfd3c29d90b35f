import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { lockDirectory, lockPort, withPortLock } from '../../src/flash/port-lock';
import { rejection } from './rejects';

const ROOT = resolve(__dirname, '../../../..');
const PORT = '/dev/ttyTEST0';
let directory: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** Another process that takes the port and keeps it; resolves with what it says: "locked" or an error code. */
async function other(...args: string[]): Promise<{ child: ChildProcess; said: string }> {
  const script = join(__dirname, 'lock-holder.ts');
  const child = spawn(process.execPath, ['-r', '@swc-node/register', script, PORT, directory, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [said] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
  return { child, said: said.toString().trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('two processes never have one port, and the second learns who has it', async () => {
  const { child, said } = await other();
  expect(said).toBe('locked');
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
  expect(readdirSync(directory)).toHaveLength(2);
  const lock = await lockPort(PORT, { directory });
  lock.release();
  expect(readdirSync(directory)).toEqual([]);
});

test("another user's claim of a dead process can't be deleted, and does not count", async () => {
  const { child } = await other();
  await kill(child);
  const [stale = ''] = readdirSync(directory);
  (await lockPort(PORT, { directory })).release();
  // What unlink can't remove, a folder stands for: the name is a dead process's claim.
  rmSync(join(directory, stale), { force: true });
  mkdirSync(join(directory, stale));
  const lock = await lockPort(PORT, { directory });
  expect((await rejection(lockPort(PORT, { directory }))).code).toBe('flash.port-locked');
  lock.release();
});

test('a number that another process has got meanwhile is not mistaken for the holder', async () => {
  (await lockPort(PORT, { directory })).release();
  const { child } = await other();
  const [claim = ''] = readdirSync(directory).filter((name) => name.endsWith('.claim'));
  await kill(child);
  // The same claim, as if this very process had got the number of the dead one later.
  const reused = claim.replace(`.${child.pid}.`, `.${process.pid}.`);
  writeFileSync(join(directory, reused), '');
  writeFileSync(join(directory, reused.replace('.claim', '.held')), '');
  (await lockPort(PORT, { directory })).release();
});

test('after kill -9 the port stays taken until its esptool has ended too', async () => {
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

test('of many that come at once each gets the port in turn, alone', async () => {
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
  const said = (await Promise.all([other(), other()])).map((one) => one.said).sort();
  expect(said).toEqual(['flash.port-locked', 'locked']);
});

test('claims can be read by other users and name no secret', async () => {
  const lock = await lockPort(PORT, { directory });
  for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o644);
  lock.release();
});

test('a folder that can not be used is an error that names it', async () => {
  const missing = join(directory, 'missing');
  const error = await rejection(lockPort(PORT, { directory: missing }));
  expect(error.code).toBe('flash.lock-unusable');
  expect(error.params).toMatchObject({ directory: missing, reason: 'ENOENT' });
});

test('all users share one folder', () => {
  expect(lockDirectory()).toBe('/tmp');
});
