/** No command replaces a key file that it did not write with the same bytes: the key may exist nowhere else. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/main';
import { FakeTerminal } from '../light-app';

const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nvs-keys-'));
  process.chdir(folder);
  writeFileSync('n.csv', 'key,type,encoding,value\nn,namespace,,\nk,data,u8,7\n');
  writeFileSync('hmac.bin', Buffer.alloc(32, 7));
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

async function nvs(...argv: string[]) {
  const terminal = new FakeTerminal();
  return { status: await run(['nvs', ...argv], terminal), err: terminal.stderr };
}

const HMAC = ['--key_protect_hmac', '--kp_hmac_keygen'];
const ENCRYPT = ['encrypt', 'n.csv', 'image.bin', '0x3000'];

it.each([
  ['generate-key', ['generate-key', '--keyfile', 'mine.bin'], '--keyfile'],
  ['generate-key in a folder', ['generate-key', '--keyfile', 'mine.bin', '--outdir', '.'], '--keyfile'],
  [
    'generate-key of an HMAC key',
    ['generate-key', ...HMAC, '--kp_hmac_keyfile', 'mine.bin'],
    '--kp_hmac_keyfile',
  ],
  [
    'generate-key of the keys that are derived from one',
    ['generate-key', ...HMAC, '--kp_hmac_keyfile', 'other.bin', '--keyfile', 'mine.bin'],
    '--keyfile',
  ],
  ['encrypt', [...ENCRYPT, '--keygen', '--keyfile', 'mine.bin'], '--keyfile'],
  ['encrypt with an HMAC key', [...ENCRYPT, ...HMAC, '--kp_hmac_keyfile', 'mine.bin'], '--kp_hmac_keyfile'],
])('%s does not replace a key', async (_, argv, option) => {
  mkdirSync('keys');
  writeFileSync('keys/mine.bin', 'the only copy');
  const { status, err } = await nvs(...argv);
  expect(status).toBe(1);
  expect(err).toContain('✖ files.key-exists: keys/mine.bin already exists');
  expect(err).toContain(`= help: name another file with ${option}, or remove keys/mine.bin`);
  expect(readFileSync('keys/mine.bin', 'utf8')).toBe('the only copy');
  expect([existsSync('keys/other.bin'), existsSync('image.bin')]).toEqual([false, false]);
});

it('writes the same keys again', async () => {
  const argv = [
    'generate-key',
    '--key_protect_hmac',
    '--kp_hmac_inputkey',
    'hmac.bin',
    '--keyfile',
    'derived.bin',
  ];
  expect((await nvs(...argv)).status).toBe(0);
  const keys = readFileSync('keys/derived.bin');
  expect((await nvs(...argv)).status).toBe(0);
  expect(readFileSync('keys/derived.bin')).toEqual(keys);
  writeFileSync('hmac.bin', Buffer.alloc(32, 8));
  expect(await nvs(...argv)).toEqual({ status: 1, err: expect.stringContaining('✖ files.key-exists: ') });
  expect(readFileSync('keys/derived.bin')).toEqual(keys);
});

it('replaces an image, with new keys of another name', async () => {
  for (const name of ['first.bin', 'second.bin'])
    expect((await nvs(...ENCRYPT, '--keygen', '--keyfile', name)).status).toBe(0);
  expect((await nvs('decrypt', 'image.bin', 'keys/first.bin', 'plain.bin')).err).toContain('nvs.keys-wrong');
  expect((await nvs('decrypt', 'image.bin', 'keys/second.bin', 'plain.bin')).status).toBe(0);
});
