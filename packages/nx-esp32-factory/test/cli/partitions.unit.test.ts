import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/main';
import { FakeTerminal } from '../light-app';

const CSV = `# Name, Type, SubType, Offset, Size, Flags
nvs,      data, nvs,     ,        0x6000,
fctry,    data, nvs,     ,        24K, readonly
factory,  app,  factory, ,        1M, , # the app
`;

let folder: string;
const home = process.cwd();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partitions-'));
  process.chdir(folder);
  writeFileSync('in.csv', CSV);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await run(['partitions', ...argv], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

it('prints a table with its offsets filled in, from where the table itself lies', async () => {
  const { status, out } = await command('in.csv', '--offset', '0xC000');
  expect(status).toBe(0);
  expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['Name', 'Type', 'SubType', 'Offset', 'Size', 'Flags'],
    ['nvs', 'data', 'nvs', '0xD000', '0x6000'],
    ['fctry', 'data', 'nvs', '0x13000', '0x6000', 'readonly'],
    ['factory', 'app', 'factory', '0x20000', '0x100000'],
    [''],
  ]);
});

it('converts to binary and back', async () => {
  expect((await command('in.csv', 'out.bin')).status).toBe(0);
  expect(readFileSync('out.bin').length).toBe(3072);
  expect((await command('out.bin', 'back.csv')).status).toBe(0);
  expect((await command('back.csv', 'again.bin')).status).toBe(0);
  expect(readFileSync('again.bin')).toEqual(readFileSync('out.bin'));
  expect((await command('in.csv', 'resolved.csv')).status).toBe(0);
  expect(readFileSync('resolved.csv')).toEqual(readFileSync('back.csv'));
});

it('writes no MD5 row with --disable-md5sum', async () => {
  await command('in.csv', 'out.bin', '--disable-md5sum');
  expect(readFileSync('out.bin').subarray(3 * 32, 4 * 32)).toEqual(Buffer.alloc(32, 0xff));
});

it('prints JSON for programs', async () => {
  const { out } = await command('in.csv', '--json', '--flash-size', '4mb');
  expect(JSON.parse(out)).toMatchObject({
    partitions: [{ name: 'nvs', offset: 0x9000 }, { readonly: true }, {}],
    findings: [],
  });
});

it.each([
  [1, 'partition-table.', 'x,data,nvs,,0x6000\nx,data,nvs,,0x6000\n', []],
  [1, 'partition-table.', CSV, ['--flash-size', '1MB']],
  [2, 'cli.value-not-allowed', CSV, ['--flash-size', '3MB']],
  [2, 'cli.value-not-allowed', CSV, ['--secure', 'v3']],
  [2, 'cli.number-invalid', CSV, ['--offset', 'here']],
])('ends with %i and says %s, and writes nothing', async (expected, code, text, options) => {
  writeFileSync('in.csv', text);
  const { status, err } = await command('in.csv', 'out.bin', ...options);
  expect([status, err]).toEqual([expected, expect.stringContaining(code)]);
  expect(existsSync('out.bin')).toBe(false);
});

it('refuses what is no table at all', async () => {
  writeFileSync('in.csv', Buffer.alloc(3072, 7));
  expect(await command('in.csv')).toMatchObject({
    status: 1,
    err: expect.stringContaining('✖ partition-table.'),
  });
});
