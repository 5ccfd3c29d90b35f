import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeKeysPartition, encodeQrCode, encryptNvs, type NvsItem } from 'nvs-core';
import { run } from '../../src/cli/main';
import { credentials, flashDump, KEYS, matterItems, nvsImage, SECRETS } from '../inspect/samples';

let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inspect-'));
  const items: NvsItem[] = matterItems(await credentials());
  const plain = nvsImage(items);
  const files: Record<string, Uint8Array | string> = {
    'plain.bin': plain,
    'other.bin': nvsImage(matterItems(await credentials(), { serialNumber: 'SN-2' })),
    'encrypted.bin': encryptNvs(plain, KEYS),
    'nvs_keys.bin': encodeKeysPartition(KEYS),
    'dump.bin': flashDump([
      ['nvs', 1, 2, nvsImage(items.slice(-3))],
      ['fctry', 1, 2, plain],
    ]),
    'noise.bin': Uint8Array.from({ length: 5000 }, (_, index) => (index * 167 + (index >> 8) * 31) & 0xff),
    'onboarding.json': '{"qrCode":"MT:-24J0GSY006PVH7SR00","manualCode":"36318621097"}',
  };
  for (const [name, data] of Object.entries(files)) writeFileSync(path(name), data);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command as the terminal does. */
async function cli(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await run(argv, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    colour: false,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

describe('inspect', () => {
  it('shows everything but the secrets', async () => {
    const { status, out, err } = await cli('inspect', path('plain.bin'));
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('NVS partition, format version 2, not encrypted, 24 KiB (0x6000)');
    expect(out).toMatch(/vendor id +0xFFF1 \(65521\)/);
    expect(out).toMatch(/dac-cert +blob +\d+ +0:\d+–\d+ +3082/);
    expect(out).toMatch(/wifi +string +21 +0:\d+–\d+ +hidden \(21 bytes\)/);
    expect(out).toContain('└─ DAC CN=Development DAC');
    expect(out).not.toContain(SECRETS.wifi);
    expect((await cli('inspect', path('plain.bin'), '--show-secrets')).out).toContain(SECRETS.wifi);
  });

  it.each<[string, string[], number, string]>([
    ['no file', ['inspect'], 2, 'cli.positional-missing'],
    ['a file that is not there', ['inspect', 'nowhere.bin'], 1, 'files.missing'],
    ['two forms', ['inspect', 'plain.bin', '--json', '--html'], 2, 'cli.exclusive'],
    ['a CSV without its secrets', ['inspect', 'plain.bin', '--csv'], 2, 'cli.required'],
    [
      'to write over its input',
      ['inspect', 'plain.bin', '--html', '-o', 'plain.bin'],
      2,
      'cli.value-not-allowed',
    ],
    ['another format', ['inspect', 'plain.bin', '--format', 'xml'], 2, 'cli.value-not-allowed'],
    ['a dump with two NVS', ['inspect', 'dump.bin'], 1, 'inspect.partition-choose'],
    ['a key that is none', ['inspect', 'encrypted.bin', '--key', 'onboarding.json'], 1, 'nvs.keys-length'],
    [
      'a variable that is not set',
      ['inspect', 'encrypted.bin', '--key', 'env:INSPECT_NOT_SET'],
      1,
      'inspect.key-reference',
    ],
    [
      'a CSV of what is locked',
      ['inspect', 'encrypted.bin', '--csv', '--show-secrets'],
      1,
      'inspect.csv-without-nvs',
    ],
    ['codes that are none', ['inspect', 'plain.bin', '--codes', 'noise.bin'], 1, 'factory.codes-invalid'],
    ['diff of one file', ['diff', 'plain.bin'], 2, 'cli.positional-missing'],
    ['diff with noise', ['diff', 'plain.bin', 'noise.bin'], 2, 'inspect.not-an-image'],
    ['diff of what is locked', ['diff', 'plain.bin', 'encrypted.bin'], 2, 'inspect.encrypted'],
  ])('refuses %s', async (_, argv, expected, code) => {
    const { status, err } = await cli(
      ...argv.map((word) => (/\.(bin|json)$/.test(word) ? path(word) : word)),
    );
    expect(status).toBe(expected);
    expect(err).toContain(code);
  });

  it.each<[string, number, string]>([
    ['noise.bin', 1, 'inspect.not-an-image'],
    ['encrypted.bin', 1, 'give its keys with --key FILE'],
  ])('answers %s with status %s', async (name, expected, words) => {
    const { status, out } = await cli('inspect', path(name));
    expect(status).toBe(expected);
    expect(out).toContain(words);
  });

  it('takes the key by reference, and the partition by its label', async () => {
    const whole = await cli('inspect', path('encrypted.bin'), '--key', path('nvs_keys.bin'));
    expect(whole).toMatchObject({
      status: 0,
      out: expect.stringContaining('encrypted, read with the keys given'),
    });
    process.env.INSPECT_TEST_KEY = Buffer.from(encodeKeysPartition(KEYS)).toString('hex');
    expect(await cli('inspect', path('encrypted.bin'), '--nvs-key', 'env:INSPECT_TEST_KEY')).toMatchObject({
      status: 0,
    });
    delete process.env.INSPECT_TEST_KEY;
    const part = await cli('inspect', path('dump.bin'), '--partition', 'fctry');
    expect(part).toMatchObject({ status: 0, out: expect.stringContaining('partition "fctry"') });
  });

  it('prints JSON that a program can read', async () => {
    const { out } = await cli('inspect', path('plain.bin'), '--json');
    const read = JSON.parse(out);
    expect(read).toMatchObject({ kind: 'nvs', size: 0x6000, secretsShown: false, nvs: { version: 2 } });
    expect(read.nvs.entries.find(({ key }: { key: string }) => key === 'boots')).toMatchObject({
      type: 'u16',
      value: 7,
      page: 0,
    });
    expect(out).not.toContain(SECRETS.wifi);
  });

  it('writes a CSV of which "nvs generate" makes the identical image, both private', async () => {
    const made = await cli('inspect', path('plain.bin'), '--csv', '--show-secrets', '-o', path('nvs.csv'));
    expect(made.err).toContain('nvs generate CSV OUTPUT 0x6000');
    expect(statSync(path('nvs.csv')).mode & 0o777).toBe(0o600);
    expect(await cli('nvs', 'generate', path('nvs.csv'), path('again.bin'), '0x6000')).toMatchObject({
      status: 0,
    });
    expect(readFileSync(path('again.bin')).equals(readFileSync(path('plain.bin')))).toBe(true);
  });

  it('writes one page; with the codes, or with secrets, it is private', async () => {
    const modeOf = async (...options: string[]) => {
      expect(
        await cli('inspect', path('plain.bin'), '--html', '-o', path('page.html'), ...options),
      ).toMatchObject({ status: 0 });
      return statSync(path('page.html')).mode & 0o777;
    };
    expect(await modeOf()).toBe(0o644);
    expect(readFileSync(path('page.html'), 'utf8')).not.toContain('<svg xmlns');
    expect(await modeOf('--show-secrets')).toBe(0o600);
    expect(await modeOf('--codes', path('onboarding.json'))).toBe(0o600);
    expect(readFileSync(path('page.html'), 'utf8')).toContain('MT:-24J0GSY006PVH7SR00');
  });

  it('draws the codes in the terminal too, and says when they are of another device', async () => {
    const { out } = await cli('inspect', path('plain.bin'), '--codes', path('onboarding.json'));
    expect(out).toContain('3631-862-1097');
    const payload = {
      vendorId: 0xfff1,
      productId: 0x8001,
      flow: 0,
      discovery: 2,
      discriminator: 1,
      passcode: 34567890,
    };
    writeFileSync(path('wrong.json'), JSON.stringify({ qrCode: encodeQrCode(payload) }));
    expect(await cli('inspect', path('plain.bin'), '--codes', path('wrong.json'))).toMatchObject({
      status: 1,
      out: expect.stringContaining('inspect.codes-of-another'),
    });
  });

  it.each<[string, RegExp]>([
    ['github', /^::error file=.*noise\.bin,title=inspect\.not-an-image::/],
    ['sarif', /"ruleId": "inspect.not-an-image"/],
    ['junit', /<failure type="inspect.not-an-image"/],
  ])('prints findings for CI as %s, what stops it too', async (format, expected) => {
    expect(await cli('inspect', path('noise.bin'), '--format', format)).toMatchObject({
      status: 1,
      err: '',
      out: expect.stringMatching(expected),
    });
    const stopped = await cli('inspect', path('dump.bin'), '--format', format);
    expect(stopped).toMatchObject({
      status: 1,
      err: '',
      out: expect.stringContaining('inspect.partition-choose'),
    });
  });
});

describe('diff', () => {
  it('tells what changed by key', async () => {
    expect(await cli('diff', path('plain.bin'), path('other.bin'))).toEqual({
      status: 1,
      out: '~ chip-factory  serial-num  string  SN-1 → SN-2',
      err: '',
    });
    const { out } = await cli('diff', path('plain.bin'), path('other.bin'), '--json');
    expect(JSON.parse(out)).toMatchObject({ equal: false, changes: [{ key: 'serial-num' }] });
  });

  it('is 0 for the same keys and values, encrypted or in a dump', async () => {
    const same = [
      'diff',
      path('encrypted.bin'),
      path('dump.bin'),
      '--key',
      path('nvs_keys.bin'),
      '--partition-b',
      'fctry',
    ];
    expect(await cli(...same)).toMatchObject({
      status: 0,
      out: expect.stringContaining('same keys and values'),
    });
  });
});
