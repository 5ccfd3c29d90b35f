import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHIPS } from 'nvs-core';
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

const SYSTEM = 'bootloader, bootloader, primary, N/A, N/A\ntable, partition_table, primary, N/A, N/A\n';

it('takes the offsets of the bootloaders', async () => {
  writeFileSync('system.csv', `${SYSTEM}nvs, data, nvs, , 0x4000\nrec, bootloader, recovery, N/A, N/A\n`);
  const { err } = await command('system.csv', '-o', '0xC000');
  expect(err).toContain('--bootloader-offset: 0x1000 for esp32 and esp32s2');
  const { out } = await command(
    'system.csv',
    '-o',
    '0xC000',
    '--primary-bootloader-offset',
    '0x2000',
    '--recovery-offset=0x3F0000',
  );
  expect(out.split('\n').map((line) => line.split(/ {2,}/).slice(3, 5))).toEqual([
    ['Offset', 'Size'],
    ['0x2000', '0xA000'],
    ['0xC000', '0x1000'],
    ['0xD000', '0x4000'],
    ['0x3F0000', '0xA000'],
    [],
  ]);
});

it('names the bootloader offsets of the table of chips', async () => {
  const at = (offset: number) =>
    CHIPS.flatMap(({ name, bootloaderOffset }) => (bootloaderOffset === offset ? [name] : []));
  writeFileSync('system.csv', SYSTEM);
  const { err } = await command('system.csv');
  const list = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  expect(err).toContain(`0x1000 for ${list(at(0x1000))}, 0x2000 for ${list(at(0x2000))}, 0 for all others`);
});

it('takes the subtypes of components', async () => {
  writeFileSync('extra.csv', 'a, data, my_fs, , 0x4000\nb, app, mine, , 1M\nc, data, third, , 4K\n');
  expect((await command('extra.csv')).status).toBe(1);
  const { out } = await command(
    'extra.csv',
    '--extra-subtypes',
    'data, my_fs, 0x40',
    '--extra-partition-subtypes=app,mine,41;data,third,0x42',
  );
  expect(out.split('\n').map((line) => line.split(/ {2,}/)[2])).toEqual([
    'SubType',
    '64',
    '65',
    '66',
    undefined,
  ]);
  const { status, err } = await command('extra.csv', '--extra-subtypes', 'data,my_fs');
  expect([status, err]).toEqual([2, expect.stringContaining('data,my_fs,0x40')]);
});

it('takes names of 16 bytes, and gives one error for a header', async () => {
  writeFileSync('names.csv', 'sixteen_bytes_xx, data, spiffs, , 0x10000\n');
  expect((await command('names.csv', 'names.bin')).status).toBe(0);
  expect((await command('names.bin')).out).toContain('sixteen_bytes_xx');
  writeFileSync('header.csv', 'Name, Type, SubType, Offset, Size, Flags\nnvs, data, nvs, , 0x6000,\n');
  expect((await command('header.csv')).err.match(/✖/g)).toHaveLength(1);
});
