/** Pipes on the command line. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodeNvs } from 'nvs-core';

const COMMAND = resolve(__dirname, '../../bin/esp32-factory.js');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipes-'));
  const items = [{ namespace: 'n', key: 'led-count', type: 'u8', value: 12 } as const];
  writeFileSync(join(folder, 'image.bin'), encodeNvs(items, { size: 0x3000 }).image);
  writeFileSync(join(folder, 'a.csv'), 'key,type,encoding,value\nn,namespace,,\nled-count,data,u8,12\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bash = (script: string) =>
  execFileSync('bash', ['-c', script, process.execPath, COMMAND], { cwd: folder, encoding: 'utf8' });

test.each([
  ['standard input', 'cat image.bin | "$0" "$1" inspect /dev/stdin'],
  ['the output of a command', '"$0" "$1" inspect <(cat image.bin)'],
  ['a named pipe', 'mkfifo pipe && (sleep 1; cat image.bin > pipe) & sleep 0.2; "$0" "$1" inspect pipe'],
  ['a CSV', '"$0" "$1" nvs generate <(cat a.csv) out.bin 0x3000 >&2 && "$0" "$1" inspect out.bin'],
])('%s is read', (_, script) => {
  expect(bash(script)).toContain('led-count');
});
