/** Pipes on the command line. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decodeNvs, encodeNvs } from 'nvs-core';

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
  ['a named pipe', 'mkfifo pipe && (sleep 0.5; cat image.bin > pipe) & sleep 0.1; "$0" "$1" inspect pipe'],
])('%s is read', (_, script) => {
  expect(bash(script)).toContain('led-count');
});

test('the output of a command is read', () => {
  bash('"$0" "$1" nvs generate <(cat a.csv) out.bin 0x3000');
  const { entries } = decodeNvs(readFileSync(join(folder, 'out.bin')));
  expect(entries.map(({ key }) => key)).toEqual(['led-count']);
});
