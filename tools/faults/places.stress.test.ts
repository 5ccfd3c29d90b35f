/** Unwritable outputs: a full disk, a read-only folder or file system, another user's folder, no file descriptors. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LightApp } from '../../packages/nx-esp32-factory/test/light-app';
import { onlyWhere } from '../testing/requires';
import { type Ended, Installation, type RunOptions } from './installation';
import { deviceConfig, imageSubject } from './subjects';
import { checkAll, expectStatus, hiddenIn, prepared, type State, type Subject } from './sweep';

jest.setTimeout(300_000);

const NOBODY = 65534;
const isRoot = process.geteuid?.() === 0;
/** The user for tests of permissions, which do not apply to root. */
const uid = isRoot ? { uid: NOBODY } : {};
/** Whether mounting is allowed, which it may not be for root in a container. */
const canMount = isRoot && tryMount();

let installation: Installation;
let older: LightApp;
let newer: LightApp;
let subject: Subject;
beforeAll(async () => {
  installation = new Installation();
  [older, newer] = [deviceConfig(11223344), deviceConfig(55667788)];
  subject = await imageSubject(older, newer);
  if (isRoot) chownAll(newer.folder, NOBODY);
  print(
    isRoot ? `permissions: as the user ${NOBODY}` : 'permissions: as the user who runs this, who is not root',
  );
});
afterAll(() => {
  installation.remove();
  for (const app of [older, newer]) app.remove();
});

const print = (text: string) => process.stdout.write(`  ${text}\n`);

/** A folder in the old state that belongs to the user of the command. */
function place(name: string, owner: number | undefined = isRoot ? NOBODY : undefined): string {
  const folder = prepared(installation, subject, name);
  if (owner !== undefined) chownAll(folder, owner);
  return folder;
}

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  if (status === 0) execFileSync('umount', [folder]);
  rmdirSync(folder);
  return status === 0;
}

function chownAll(folder: string, owner: number): void {
  chownSync(folder, owner, owner);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, name), owner, owner);
  }
}

const image = (folder: string, options: RunOptions = {}) =>
  installation.run(['image', newer.config, '--output_dir', folder], { ...uid, ...options });

function checkRefused(ended: Ended, code: string, folder: string): void {
  expectStatus(ended, 1);
  if (!ended.stderr.includes(`✖ ${code}: `)) throw new Error(ended.stderr);
  checkAll(folder, subject, 'old');
}

test('a folder without write permission, at the top or below', async () => {
  for (const below of ['.', 'keys']) {
    const folder = place(`denied-${below === '.' ? 'top' : below}`);
    chmodSync(join(folder, below), 0o555);
    checkRefused(await image(folder), 'files.folder-not-permitted', folder);
    chmodSync(join(folder, below), 0o755);
    expectStatus(await image(folder), 0);
    checkAll(folder, subject, 'new');
  }
});

test("another user's folder", async () => {
  if (!isRoot) print("another user's folder: not root, so the folder is /, where this user may not write");
  const folder = isRoot ? place('foreign', 0) : '/';
  const ended = await image(folder);
  if (isRoot) checkRefused(ended, 'files.folder-not-permitted', folder);
  else expect(ended.stderr).toContain('files.folder-not-permitted');
});

onlyWhere(canMount, 'root can mount a tmpfs')('a full disk', async () => {
  const folder = place('full');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=72k,mode=777', 'tmpfs', folder]);
  try {
    subject.prepare(folder);
    chownAll(folder, NOBODY);
    checkRefused(await image(folder), 'files.no-space', folder);
    execFileSync('mount', ['-o', 'remount,size=1m', folder]);
    expectStatus(await image(folder), 0);
    checkAll(folder, subject, 'new');
  } finally {
    execFileSync('umount', [folder]);
  }
});

/** Like a full disk, but without mounting. SIGXFSZ would kill the command; if ignored, the write fails. */
test('a file-size limit', async () => {
  const folder = place('limited');
  const before = ['sh', '-c', 'trap "" XFSZ; ulimit -f 16; exec "$@"', 'sh'];
  checkRefused(await image(folder, { before }), 'files.no-space', folder);
  expectStatus(await image(folder), 0);
  checkAll(folder, subject, 'new');
});

// Without it EROFS is only injected: writes.stress.test.ts.
onlyWhere(canMount, 'root can mount a tmpfs')('a read-only file system', async () => {
  const folder = place('read-only');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=777', 'tmpfs', folder]);
  try {
    subject.prepare(folder);
    chownAll(folder, NOBODY);
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    // As root too, because this is not about permissions.
    for (const who of [{}, { uid: 0 }]) {
      checkRefused(await image(folder, who), 'files.read-only', folder);
    }
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    expectStatus(await image(folder), 0);
    checkAll(folder, subject, 'new');
  } finally {
    execFileSync('umount', [folder]);
  }
});

test('every limit of open files: success, or rejected with the old state intact', async () => {
  const seen: Record<string, number> = { old: 0, new: 0 };
  for (let limit = 12; limit <= 40 && seen.new === 0; limit++) {
    const folder = place(`descriptors-${limit}`);
    const before = ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh'];
    const { status } = await image(folder, { before });
    // With few descriptors Node itself may not start; then nothing has changed.
    const state: State = checkAll(folder, subject, status === 0 ? 'new' : 'old');
    seen[state] = (seen[state] ?? 0) + 1;
    rmSync(folder, { recursive: true });
  }
  print(`open files: ${seen.old} limits rejected, then success`);
  expect(seen.new).toBe(1);
});

test('an output folder whose path is a file', async () => {
  const folder = place('blocked');
  rmSync(join(folder, 'keys'), { recursive: true });
  cpSync(join(folder, 'manifest.json'), join(folder, 'keys'));
  const ended = await image(folder);
  expectStatus(ended, 1);
  expect(ended.stderr).toContain('files.not-a-directory');
  expect(hiddenIn(folder)).toEqual([]);
  rmSync(join(folder, 'keys'));
  mkdirSync(join(folder, 'keys'));
  if (isRoot) chownAll(folder, NOBODY);
  expectStatus(await image(folder), 0);
  checkAll(folder, subject, 'new');
});
