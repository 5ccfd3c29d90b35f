/** Tries each row of the table of defects: fails when a tool is fixed, or when we fall into the same hole. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { decodeNvs, encodeNvs, FactoryError, parseNvsCsv, parsePrivateKey, randomBytes } from 'nvs-core';
import { run } from '../../packages/nx-esp32-factory/src/cli/main';
import { configFromObject } from '../../packages/nx-esp32-factory/src/config';
import { developmentFiles } from '../../packages/nx-esp32-factory/src/init/development';
import { completeInputs } from '../../packages/nx-esp32-factory/src/inputs';
import { makeTestDevice } from '../../packages/nx-esp32-factory/test/make-device';
import { DEFECTS } from './defects';
import { type FlashReading, readFlash } from './flash-rules';
import { Peer, type PeerRun } from './peer';

type Id = keyof typeof DEFECTS;

let home: string;
let work: string;
let nvsPeer: Peer;
let mfgPeer: Peer;
const product = { vendorId: 0xfff1, productId: 0x8000 };
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'conformance-defects-'));
  const yesterday = new Date(Date.now() - 86_400_000);
  for (const { name, data } of await developmentFiles({ ...product, random: randomBytes, now: yesterday })) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), data);
  }
  nvsPeer = new Peer('nvs-partition-gen');
  mfgPeer = new Peer('mfg-tool');
});
afterAll(() => {
  nvsPeer?.close();
  mfgPeer?.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  work = join(home, 'work');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
});

// ---- esp-idf-nvs-partition-gen

interface Options {
  readonly size?: string;
  readonly version?: 1 | 2;
  readonly files?: Readonly<Record<string, string>>;
}
interface Made extends PeerRun {
  readonly image: Uint8Array | undefined;
}

const csv = (...rows: string[]) => ['key,type,encoding,value', 'ns,namespace,,', ...rows, ''].join('\n');

async function theirs(
  text: string,
  { size = '0x4000', version = 2, files = {} }: Options = {},
): Promise<Made> {
  writeFileSync(join(work, 'in.csv'), text);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(work, name), content);
  const output = join(work, 'out.bin');
  const [run] = await nvsPeer.run(work, [
    'generate',
    'in.csv',
    'out.bin',
    size,
    '--version',
    String(version),
  ]);
  if (run === undefined) throw new Error('no answer');
  return { ...run, image: existsSync(output) ? Uint8Array.from(readFileSync(output)) : undefined };
}

async function theirReading(text: string, options?: Options): Promise<FlashReading> {
  const { image } = await theirs(text, options);
  if (image === undefined) throw new Error('the tool wrote no image');
  return readFlash(image);
}

function ours(text: string, { size = '0x4000', version = 2, files = {} }: Options = {}): FlashReading {
  const readFile = (name: string) => Buffer.from(files[name] ?? '');
  const reading = readFlash(
    encodeNvs(parseNvsCsv(text, { readFile }), { size: Number(size), version }).image,
  );
  expect(reading.problems).toEqual([]);
  return reading;
}

const values = ({ entries }: FlashReading) =>
  Object.fromEntries(entries.map(({ key, value }) => [key, value]));

/** Codes of what we refuse. */
function refused(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof FactoryError) return error.findings.map(({ code }) => code);
    throw error;
  }
  return [];
}

async function crashes(text: string, what: string, options?: Options): Promise<void> {
  const run = await theirs(text, options);
  expect(run).toMatchObject({ status: 1, output: expect.stringContaining('Traceback') });
  expect(run.output).toContain(what);
}

// ---- esp-matter-mfg-tool

const BASE = ['--vendor-id', '0xFFF1', '--product-id', '0x8000', '--outdir', 'out'];

async function mfg(...argv: string[]): Promise<PeerRun & { readonly read: (end: string) => Buffer }> {
  const [run] = await mfgPeer.run(work, [...BASE, ...argv]);
  if (run === undefined) throw new Error('no answer');
  return { ...run, read: (end) => readFileSync(pathOf(end)) };
}

function pathOf(end: string): string {
  const name = (readdirSync(work, { recursive: true }) as string[]).find((path) => path.endsWith(end));
  if (name === undefined) throw new Error(`the tool wrote no ${end}`);
  return join(work, name);
}

const entriesOf = (image: Uint8Array) =>
  Object.fromEntries(
    decodeNvs(image).entries.map(({ namespace, key, value }) => [
      namespace === 'chip-factory' ? key : `${namespace}/${key}`,
      value,
    ]),
  );

/** What our image holds, for a config with a serial number. */
async function makeOurs(config: Record<string, Record<string, unknown>>) {
  const loaded = configFromObject(
    { ...config, deviceInstanceInfo: { ...product, ...config.deviceInstanceInfo } },
    { folder: home, label: 'config' },
  );
  const request = completeInputs(loaded, {}, undefined);
  return makeTestDevice(request, { now: new Date(), random: randomBytes });
}
const ourEntries = async (config: Record<string, Record<string, unknown>>) =>
  entriesOf((await makeOurs(config)).image);

const credentials = () => [
  ...['--pai', '--cert', join(home, 'pai.pem'), '--key', join(home, 'pai-key.pem')],
  ...['--dac-cert', join(home, 'dac.pem'), '--dac-key', join(home, 'dac-key.pem')],
];

/** Runs our command line. */
async function command(...argv: string[]): Promise<void> {
  const terminal = { colour: false, out: () => {}, err: (text: string) => said.push(text) };
  const said: string[] = [];
  const status = await run(argv, terminal);
  if (status !== 0) throw new Error(said.join('\n'));
}

const LONG = 'x'.repeat(3968);
const many = (count: number) =>
  [
    'key,type,encoding,value',
    ...Array.from({ length: count }, (_, index) => `n${index},namespace,,`),
    '',
  ].join('\n');

const PROBES: Record<Id, () => Promise<void>> = {
  'nvs-string-3968': async () => {
    await crashes(csv(`k,data,string,${LONG}`), 'PageFullError');
    expect(values(ours(csv(`k,data,string,${LONG}`)))).toEqual({ k: LONG });
  },
  'nvs-string-version-1': async () => {
    const text = csv(`k,data,string,${'x'.repeat(1984)}`);
    expect(await theirs(text, { version: 1 })).toMatchObject({
      status: 254,
      output: expect.stringContaining('exceeds max allowed length'),
      image: undefined,
    });
    expect(values(ours(text, { version: 1 }))).toEqual({ k: 'x'.repeat(1984) });
  },
  'nvs-namespace-again': async () => {
    const text = csv('a,data,u8,1', 'other,namespace,,', 'b,data,u8,2', 'ns,namespace,,', 'c,data,u8,3');
    const home = ({ entries }: FlashReading) => entries.find(({ key }) => key === 'c')?.namespace;
    expect(home(await theirReading(text))).toBe('other');
    expect(home(ours(text))).toBe('ns');
  },
  'nvs-no-namespace': async () => {
    const text = 'key,type,encoding,value\nk,data,u8,7\n';
    expect(await theirReading(text)).toMatchObject({ namespaces: ['k'], entries: [] });
    expect(refused(() => ours(text))).toEqual(['nvs.namespace-missing']);
  },
  'nvs-namespaces-255': async () => {
    const { problems } = await theirReading(many(255), { size: '0x6000' });
    expect(problems).toEqual([expect.stringContaining('namespace index 255')]);
    expect(refused(() => ours(many(255), { size: '0x6000' }))).toEqual(['nvs.too-many-namespaces']);
    expect(ours(many(254), { size: '0x6000' }).namespaces).toHaveLength(254);
  },
  'nvs-key-bytes': async () => {
    const text = csv('éééééééé,data,u8,1');
    expect((await theirs(text)).status).toBe(0);
    expect((await theirReading(text)).problems).not.toEqual([]);
    expect(refused(() => ours(text))).toEqual(['nvs.key-too-long']);
  },
  'nvs-key-not-ascii': async () => {
    const rows = Array.from({ length: 124 }, (_, index) => `k${index},data,u8,1`);
    const text = csv(...rows, 'é,data,u8,2', 'z,data,u8,3');
    expect((await theirs(text)).image).toHaveLength(0x4001);
    expect(values(ours(text))).toMatchObject({ é: 2n, z: 3n });
  },
  'nvs-key-twice': async () => {
    const text = csv('k,data,u8,1', 'k,data,u8,2');
    expect((await theirReading(text)).problems).toEqual([
      expect.stringContaining('have one hash'),
      expect.stringContaining('a second time'),
    ]);
    expect(refused(() => ours(text))).toEqual(['nvs.key-duplicate']);
  },
  'nvs-key-collision': async () => {
    const text = csv('c874,data,u8,1', 'c200705,data,u8,2');
    expect((await theirReading(text)).problems).toEqual([expect.stringContaining('one hash')]);
    expect(refused(() => ours(text))).toEqual(['nvs.key-collision']);
  },
  'nvs-line-number-sign': async () => {
    const text = csv('k,data,string,"one\n#two\nthree"');
    expect(values(await theirReading(text))).toEqual({ k: 'one\nthree' });
    expect(values(ours(text))).toEqual({ k: 'one\n#two\nthree' });
  },
  'nvs-comma': async () => {
    const text = csv('k,data,string,one,two');
    expect(values(await theirReading(text))).toEqual({ k: 'one' });
    expect(refused(() => ours(text))).toEqual(['nvs.csv-fields']);
  },
  'nvs-wifi-keys': async () => {
    const text = csv('sta.ssid,data,string,home');
    expect(Object.keys(values(await theirReading(text)))).toEqual([
      'sta.ssid',
      'sta.apinfo',
      'sta.pmk',
      'sta.apsw',
    ]);
    expect(values(ours(text))).toEqual({ 'sta.ssid': 'home' });
  },
  'nvs-encoding-case': async () => {
    const text = csv('k,data,STRING,abc');
    expect((await theirReading(text)).problems).toEqual([expect.stringContaining('without its NUL')]);
    expect(values(ours(text))).toEqual({ k: 'abc' });
  },
  'nvs-binary-text': async () => {
    const text = csv('k,data,binary,é漢');
    expect((await theirReading(text)).problems).toEqual([expect.stringContaining('CRC of the data')]);
    expect(values(ours(text))).toEqual({ k: Uint8Array.from(Buffer.from('é漢')) });
  },
  'nvs-base64': async () => {
    const text = csv('k,data,base64,AP*8=');
    expect(values(await theirReading(text))).toEqual({ k: Uint8Array.of(0, 0xff) });
    expect(refused(() => ours(text))).toEqual(['nvs.csv-base64']);
  },
  'nvs-fill-file': async () => {
    const text = csv('k,file,blob_fill(4;0x2e),content');
    await crashes(text, 'encode', { files: { content: 'ab' } });
    expect(values(ours(text, { files: { content: 'ab' } }))).toEqual({
      k: Uint8Array.from(Buffer.from('ab..')),
    });
  },
  'nvs-byte-order-mark': async () => {
    await crashes(`\ufeff${csv('k,data,u8,1')}`, "KeyError: 'key'");
    expect(values(ours(`\ufeff${csv('k,data,u8,1')}`))).toEqual({ k: 1n });
  },
  'nvs-hexadecimal': async () => {
    await crashes(csv('k,data,u8,0x10'), 'ValueError');
    expect(values(ours(csv('k,data,u8,0x10')))).toEqual({ k: 16n });
  },
  'nvs-blob-508001': async () => {
    const text = csv('k,file,binary,big');
    const options = { size: '0x90000', files: { big: 'x'.repeat(508_001) } };
    expect((await theirReading(text, options)).problems).toEqual(
      expect.arrayContaining([expect.stringContaining('128 chunks')]),
    );
    expect(refused(() => ours(text, options))).toEqual(['nvs.blob-too-long']);
  },
  'nvs-leftover': async () => {
    for (const [row, code] of [
      ['k,data,u8,256', 'nvs.value-out-of-range'],
      ['k,file,binary,big', 'nvs.image-too-small'],
    ] as const) {
      writeFileSync(join(work, 'out.bin'), 'an image');
      const options = { files: { big: 'x'.repeat(20_000) } };
      const { status, image } = await theirs(csv(row), options);
      expect({ status, length: image?.length }).toEqual({ status: 1, length: 0 });
      expect(refused(() => ours(csv(row), options))).toEqual([code]);
    }
  },
  'nvs-exit-status': async () => {
    expect(await theirs(csv('k,data,u8,1'), { size: 'large' })).toMatchObject({
      status: 0,
      image: undefined,
    });
    expect(refused(() => ours(csv('k,data,u8,1'), { size: 'large' }))).toEqual(['nvs.size-invalid']);
  },
  'nvs-key-file-mode': async () => {
    process.umask(0o022);
    const [run] = await nvsPeer.run(work, ['generate-key', '--keyfile', 'k.bin']);
    expect(run?.status).toBe(0);
    expect(statSync(join(work, 'keys/k.bin')).mode & 0o077).toBe(0o044);
    await command('nvs', 'generate-key', '--outdir', work, '--keyfile', 'ours.bin');
    expect(statSync(join(work, 'keys/ours.bin')).mode & 0o777).toBe(0o600);
  },
  'nvs-key-generator': async () => {
    const site = resolve(__dirname, '../../.venvs/nvs-partition-gen/lib');
    const name = (readdirSync(site, { recursive: true }) as string[]).find((path) =>
      path.endsWith('esp_idf_nvs_partition_gen/nvs_partition_gen.py'),
    );
    expect(readFileSync(join(site, name ?? ''), 'utf8')).toContain("random.choice('0123456789abcdef')");
  },
  'mfg-passcode': async () => {
    const { status, read } = await mfg('--passcode', '100000000', '--serial-num', '1');
    expect(status).toBe(0);
    expect(read('-onb_codes.csv').toString()).toContain(',100000000\n');
    await expect(makeOurs({ commissioning: { passcode: 100_000_000 } })).rejects.toThrow(
      'commissioning.passcode-out-of-range',
    );
  },
  'mfg-discriminator-0': async () => {
    const drawn = [];
    for (const name of ['first', 'second']) {
      const { read } = await mfg('--discriminator', '0', '--serial-num', '1', '--outdir', name);
      drawn.push(entriesOf(read('-partition.bin')).discriminator);
      rmSync(join(work, name), { recursive: true });
    }
    expect(drawn).not.toEqual([0, 0]);
    expect(await ourEntries({ commissioning: { discriminator: 0 } })).toMatchObject({ discriminator: 0 });
  },
  'mfg-i16': async () => {
    writeFileSync(join(work, 'c.csv'), 'app,namespace,\nk,data,i16\n');
    writeFileSync(join(work, 'm.csv'), 'k\n-5\n');
    const run = await mfg('--csv', 'c.csv', '--mcsv', 'm.csv', '--serial-num', '1');
    expect(run).toMatchObject({ status: 1, output: expect.stringContaining('mfg-gen exited') });
    const extra = [{ namespace: 'app', key: 'k', type: 'i16', value: -5 }];
    expect(await ourEntries({ nvs: { extra } as never })).toMatchObject({ 'app/k': -5 });
  },
  'mfg-fixed-label-16': async () => {
    const label = 'a'.repeat(16);
    const run = await mfg('--fixed-labels', `0/${label}/v`);
    expect(run).toMatchObject({ status: 1, output: expect.stringContaining('Invalid fixed label') });
    const fixedLabels = [{ endpoint: 0, label, value: 'v' }];
    expect(await ourEntries({ deviceInfo: { fixedLabels } })).toMatchObject({ 'fl-k/0/0': label });
  },
  'mfg-fixed-label-hex': async () => {
    const run = await mfg('--fixed-labels', 'a/label/v');
    expect(run).toMatchObject({ status: 1, output: expect.stringContaining('ValueError') });
    const fixedLabels = [{ endpoint: '0xa', label: 'label', value: 'v' }];
    expect(await ourEntries({ deviceInfo: { fixedLabels } })).toMatchObject({ 'fl-k/a/0': 'label' });
  },
  'mfg-date': async () => {
    const run = await mfg('--mfg-date', '2025-04-16');
    expect(run).toMatchObject({ status: 1, output: expect.stringContaining('ISO 8601') });
    const [help] = await mfgPeer.run(work, ['--help']);
    expect(help?.output).toContain('YYYY-MM-DD');
    const made = await ourEntries({ deviceInstanceInfo: { manufacturingDate: '2025-04-16' } });
    expect(made).toMatchObject({ 'mfg-date': '2025-04-16' });
  },
  'mfg-serial-17': async () => {
    const serialNumber = 's'.repeat(17);
    const run = await mfg('--serial-num', serialNumber);
    expect(run).toMatchObject({ status: 1, output: expect.stringContaining('Serial number must be') });
    expect(await ourEntries({ deviceInstanceInfo: { serialNumber } })).toMatchObject({
      'serial-num': serialNumber,
    });
  },
  'mfg-text-bytes': async () => {
    const vendorName = 'é'.repeat(32);
    const { read } = await mfg('--vendor-name', vendorName, '--serial-num', '1');
    expect(entriesOf(read('-partition.bin'))).toMatchObject({ 'vendor-name': vendorName });
    await expect(makeOurs({ deviceInstanceInfo: { vendorName } })).rejects.toThrow('config.text-too-long');
  },
  'mfg-same-key': async () => {
    writeFileSync(join(work, 'c.csv'), 'one,namespace,\nk,data,u8\ntwo,namespace,\nk,data,u8\n');
    writeFileSync(join(work, 'm.csv'), 'k,k\n1,2\n');
    const { read } = await mfg('--csv', 'c.csv', '--mcsv', 'm.csv', '--serial-num', '1');
    expect(entriesOf(read('-partition.bin'))).toMatchObject({ 'one/k': 2, 'two/k': 2 });
    const extra = [
      { namespace: 'one', key: 'k', type: 'u8', value: 1 },
      { namespace: 'two', key: 'k', type: 'u8', value: 2 },
    ];
    expect(await ourEntries({ nvs: { extra } as never })).toMatchObject({ 'one/k': 1, 'two/k': 2 });
  },
  'mfg-blank-line': async () => {
    const productName = 'one\n\ntwo';
    const { read } = await mfg('--product-name', productName, '--serial-num', '1');
    expect(entriesOf(read('-partition.bin'))).toMatchObject({ 'product-name': 'one\ntwo' });
    await expect(makeOurs({ deviceInstanceInfo: { productName } })).rejects.toThrow('config.text-invalid');
  },
  'mfg-file-mode': async () => {
    process.umask(0o022);
    const { status } = await mfg('--serial-num', '1', ...credentials());
    expect(status).toBe(0);
    expect(statSync(pathOf('DAC_key.der')).mode & 0o044).toBe(0o044);
    expect(statSync(pathOf('DAC_private_key.bin')).mode & 0o044).toBe(0o044);
    const flags = ['--vendor-id', '0xFFF1', '--product-id', '0x8000', '-p', '20202020', '-d', '3840'];
    const files = {
      '--dac-cert': 'dac.pem',
      '--dac-key': 'dac-key.pem',
      '--pai-cert': 'pai.pem',
    };
    const options = Object.entries(files).flatMap(([name, file]) => [name, join(home, file)]);
    const ours = join(work, 'ours');
    mkdirSync(ours);
    await command('image', ...flags, ...options, '--output_dir', ours);
    const key = parsePrivateKey(readFileSync(join(home, 'dac-key.pem'))).raw;
    const holders = readdirSync(ours, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .filter((path) => readFileSync(path).includes(Buffer.from(key)));
    expect(holders).toHaveLength(1);
    for (const path of holders) expect(statSync(path).mode & 0o777).toBe(0o600);
  },
};

test.each(Object.keys(DEFECTS) as Id[])(
  '%s',
  async (id) => {
    await PROBES[id]();
  },
  60_000,
);
