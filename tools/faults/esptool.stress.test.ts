/** An esptool that is slow, dies or stops half-way, and a process killed while it waits for esptool. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { readPartition } from '../../packages/nx-esp32-factory/src/flash/read-back';

jest.setTimeout(60_000);

const LENGTH = 4096;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fault-esptool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An esptool whose read-flash runs a script; the last argument is the file to write. */
function fake(script: string) {
  const path = join(folder, 'esptool.js');
  writeFileSync(path, `const file = process.argv.at(-1); const fs = require('node:fs');\n${script}\n`);
  chmodSync(path, 0o755);
  return { command: [process.execPath, path], version: '5.0.0', major: 5 } as const;
}

/** Private folders of this process. */
const leftovers = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`nx-esp32-factory-${process.pid}-`));
const SECRET = `fs.writeFileSync(file, Buffer.alloc(${LENGTH}, 7));`;
const HALF = `fs.writeFileSync(file, Buffer.alloc(${LENGTH / 2}, 7));`;

const read = (script: string, signal?: AbortSignal) =>
  readPartition({
    esptool: fake(script),
    port: '/dev/ttyFAKE',
    offset: 0x9000,
    length: LENGTH,
    ...(signal === undefined ? {} : { signal }),
  });

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof FactoryError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

test.each([
  ['dies by a signal, half-way', `${HALF} process.kill(process.pid, 'SIGKILL');`, 'flash.esptool-failed'],
  [
    'reports that it lost the device',
    `${HALF} console.log('Running stub\\nA fatal error occurred: Lost connection'); process.exit(2);`,
    'flash.connection-lost',
  ],
  ['succeeds with half of the bytes', HALF, 'flash.read-incomplete'],
])('an esptool that %s: reports an error and leaves no flash contents', async (_name, script, code) => {
  expect(await codeOf(read(script))).toBe(code);
  expect(leftovers()).toEqual([]);
});

test('waits for a slow esptool', async () => {
  const bytes = await read(`setTimeout(() => { ${SECRET} }, 1500);`);
  expect([bytes.length, bytes[0]]).toEqual([LENGTH, 7]);
  expect(leftovers()).toEqual([]);
});

test('an esptool that never ends is interrupted when the run is cancelled', async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 700);
  expect(await codeOf(read(`${HALF} setInterval(() => {}, 1000);`, abort.signal))).toBe('flash.cancelled');
  expect(leftovers()).toEqual([]);
});

test('after a process is killed while it waits, the next one removes the flash contents', async () => {
  const holder = join(__dirname, '../../packages/nx-esp32-factory/test/flash/private-folder-holder.ts');
  const child = spawn(process.execPath, ['-r', '@swc-node/register', holder], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TS_NODE_PROJECT: 'tsconfig.base.json' },
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const left = said.toString().trim();
  // The folder of a running process is kept.
  await read(SECRET);
  expect(existsSync(join(left, 'secret'))).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(join(left, 'secret'))).toBe(true);
  await read(SECRET);
  expect(existsSync(left)).toBe(false);
  expect(leftovers()).toEqual([]);
});
