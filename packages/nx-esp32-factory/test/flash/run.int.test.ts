import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withPrivateFolder } from '../../src/flash/private-folder';
import { readPartition, verifyParts } from '../../src/flash/read-back';
import { runEsptool } from '../../src/flash/run';
import { rejection } from './rejects';

const node = (script: string, ...args: string[]) => [process.execPath, '-e', script, ...args];

test('output of both streams is passed on as it arrives, and returned', async () => {
  const seen: string[] = [];
  const pids: number[] = [];
  const command = node('process.stdout.write("1 %\\r2 %\\n"); process.stderr.write("note\\n")');
  const output = await runEsptool({
    command,
    port: 'p',
    onOutput: (text) => seen.push(text),
    onStart: (pid) => pids.push(pid),
  });
  expect(seen.join('')).toBe(output);
  expect(output).toContain('1 %\r2 %\n');
  expect(output).toContain('note\n');
  expect(pids).toHaveLength(1);
});

test('arguments reach the program unchanged, without a shell', async () => {
  const odd = ['$HOME', '`id`', 'a b', "'", '; false', '--', '*'];
  const output = await runEsptool({
    command: node('console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd),
    port: 'p',
  });
  expect(JSON.parse(output)).toEqual(odd);
});

test('colours that Nx turns on are off for esptool', async () => {
  const script =
    'const {FORCE_COLOR, NO_COLOR, KEPT} = process.env; console.log(JSON.stringify([FORCE_COLOR, NO_COLOR, KEPT]))';
  const env = { ...process.env, FORCE_COLOR: 'true', KEPT: 'yes' };
  expect(JSON.parse(await runEsptool({ command: node(script), port: 'p', env }))).toEqual([null, '1', 'yes']);
});

test.each([
  [
    'flash.esptool-failed',
    node('console.log("A fatal error occurred: odd"); process.exit(2)'),
    { status: 2, reason: 'odd' },
  ],
  ['flash.esptool-failed', node('process.kill(process.pid, "SIGKILL")'), { status: 'SIGKILL (9)' }],
  ['flash.esptool-unusable', ['/no/such/esptool', 'x'], { reason: 'there is no such program' }],
])('%s', async (code, command, params) => {
  const error = await rejection(runEsptool({ command, port: 'p' }));
  expect(error.code).toBe(code);
  expect(error.params).toMatchObject(params);
});

test('cancelling interrupts esptool', async () => {
  const abort = new AbortController();
  const command = node(
    'process.on("SIGINT", () => process.exit(2)); console.log("on"); setInterval(() => {}, 1000)',
  );
  const run = runEsptool({ command, port: 'p', signal: abort.signal, onOutput: () => abort.abort() });
  expect((await rejection(run)).code).toBe('flash.cancelled');
  expect((await rejection(runEsptool({ command, port: 'p', signal: abort.signal }))).code).toBe(
    'flash.cancelled',
  );
});

describe('reading back', () => {
  // A fake esptool: writes `size` bytes to the file in its last argument, and prints the modes of file and folder.
  const fake = (size: number) =>
    ({
      command: [
        process.execPath,
        '-e',
        `const fs = require("fs"); const file = process.argv.at(-1);
         console.log((fs.statSync(file).mode & 0o777).toString(8), (fs.statSync(require("path").dirname(file)).mode & 0o777).toString(8), file);
         fs.writeFileSync(file, Buffer.alloc(${size}, 0x5a))`,
        '--',
      ],
      version: '5.6.0',
      major: 5,
    }) as const;
  test('uses a file for this user only, and removes it', async () => {
    let output = '';
    const options = { esptool: fake(4096), port: 'p', offset: 0x9000, length: 4096 };
    const bytes = await readPartition({ ...options, onOutput: (text) => (output += text) });
    expect(bytes.equals(Buffer.alloc(4096, 0x5a))).toBe(true);
    const [fileMode, folderMode, file = ''] = output.trim().split(' ');
    expect([fileMode, folderMode]).toEqual(['600', '700']);
    expect(existsSync(dirname(file))).toBe(false);
  });

  test('too few bytes are an error, and the file is removed, too', async () => {
    let output = '';
    const options = { esptool: fake(4095), port: 'p', offset: 0x9000, length: 4096 };
    const error = await rejection(readPartition({ ...options, onOutput: (text) => (output += text) }));
    expect(error.code).toBe('flash.read-incomplete');
    expect(existsSync(dirname(output.trim().split(' ')[2] ?? '/'))).toBe(false);
  });

  test('every difference is reported with label and first address, never with its bytes', async () => {
    await withPrivateFolder(async (folder) => {
      const part = (label: string, content: Buffer, encryption: 'none' | 'device' = 'none') => {
        const file = join(folder, label);
        writeFileSync(file, content);
        return { label, address: 0x9000, file, length: content.length, encryption };
      };
      const bad = Buffer.alloc(4096, 0x5a);
      bad[7] = 0;
      bad[9] = 0;
      const parts = [
        part('a', Buffer.alloc(4096, 0x5a)),
        part('b', bad),
        part('c', bad, 'device'),
        part('d', bad),
      ];
      const error = await rejection(verifyParts({ esptool: fake(4096), port: 'p', parts }));
      expect(error.findings.map(({ code, params }) => [code, params])).toEqual([
        ['flash.contents-differ', { label: 'b', address: 0x9007, bytes: 2 }],
        ['flash.contents-differ', { label: 'd', address: 0x9007, bytes: 2 }],
      ]);
      const verified = await verifyParts({ esptool: fake(4096), port: 'p', parts: parts.slice(0, 1) });
      expect(verified).toEqual({ verified: ['a'], notComparable: [] });
    });
  });

  test('Ctrl+C removes the folder, and ends the process by the signal', async () => {
    const script = join(__dirname, 'private-folder-holder.ts');
    const child = spawn(process.execPath, ['-r', '@swc-node/register', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = (await once(child.stdout, 'data')) as [Buffer];
    const folder = output.toString().trim();
    expect(statSync(folder).isDirectory()).toBe(true);
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('x');
    child.kill('SIGINT');
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGINT');
    expect(existsSync(folder)).toBe(false);
  });
});
