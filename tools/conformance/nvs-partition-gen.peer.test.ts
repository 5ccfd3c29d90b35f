/** Random CSVs through esp-idf-nvs-partition-gen and through nvs-core. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  decodeKeysPartition,
  decryptNvs,
  deriveHmacKeys,
  encodeKeysPartition,
  encodeNvs,
  FactoryError,
  type NvsItem,
  type NvsKeys,
  parseNvsCsv,
} from 'nvs-core';
import { type CsvCase, csvCaseArbitrary } from './csv-cases';
import { readFlash } from './flash-rules';
import { Peer } from './peer';
import { parametersOf, printSeed, runsOf } from './seed';

// One in ten is too big for its partition, and refused by both.
const COUNT = 600;
const PAGE = 4096;
const tally: Record<string, number> = {};
const count = (what: string, by = 1) => {
  tally[what] = (tally[what] ?? 0) + by;
};

let peer: Peer;
let folder: string;
beforeAll(() => {
  printSeed('esp-idf-nvs-partition-gen', runsOf(COUNT));
  folder = mkdtempSync(join(tmpdir(), 'conformance-nvs-'));
  peer = new Peer('nvs-partition-gen');
});
afterAll(() => {
  peer?.close();
  rmSync(folder, { recursive: true, force: true });
  process.stderr.write(`esp-idf-nvs-partition-gen: ${JSON.stringify(tally)}\n`);
});

const path = (name: string) => join(folder, name);
const read = (name: string) => Uint8Array.from(readFileSync(path(name)));

function parse({ csvs, files }: CsvCase): NvsItem[] {
  return parseNvsCsv(
    csvs.map((text, index) => ({ text, file: `${index}.csv` })),
    { readFile: (name) => files.get(name) ?? new Uint8Array() },
  );
}

/** Pages that the items take; none where two keys have one hash on the device, which the peer doesn't check. */
function pagesOf(items: readonly NvsItem[], version: 1 | 2): number | undefined {
  try {
    return encodeNvs(items, { size: 0x400000, version }).layout.usedPages;
  } catch (error) {
    if (error instanceof FactoryError && error.findings.every(({ code }) => code === 'nvs.key-collision')) {
      return undefined;
    }
    throw error;
  }
}

function encode(
  items: readonly NvsItem[],
  size: number,
  version: 1 | 2,
  keys?: NvsKeys,
): Uint8Array | undefined {
  try {
    return encodeNvs(items, { size, version, ...(keys && { keys }) }).image;
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'nvs.image-too-small') return undefined;
    throw error;
  }
}

test('the keys that it adds to Wi-Fi credentials', async () => {
  const rows = [
    'key,type,encoding,value',
    'nvs.net80211,namespace,,',
    'sta.ssid,data,string,home',
    'sta.pswd,data,string,a password',
    'ap.ssid,data,string,IEEE',
    'ap.passwd,data,string,password',
    'ap.authmode,data,u8,3',
    '',
  ].join('\n');
  writeFileSync(path('wifi.csv'), rows);
  const [generated] = await peer.run(folder, ['generate', 'wifi.csv', 'theirs.bin', '0x3000']);
  expect(generated).toMatchObject({ status: 0 });
  const { image } = encodeNvs(parseNvsCsv(rows, { wifiKeys: true }), { size: 0x3000 });
  expect(Buffer.compare(image, read('theirs.bin'))).toBe(0);
});

async function compare(one: CsvCase): Promise<void> {
  const { version, csvs, files, namespaces, entries, slack, encryption } = one;
  const items = parse(one);
  const pages = pagesOf(items, version);
  if (pages === undefined) return count('skipped for a hash collision');
  const size = Math.max(1, pages + slack) * PAGE;
  const image = encode(items, size, version);

  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  for (const [name, bytes] of files) writeFileSync(path(name), bytes);
  const names = csvs.map((text, index) => {
    writeFileSync(path(`${index}.csv`), text);
    return `${index}.csv`;
  });
  const make = (command: string, output: string, ...more: string[]) => [
    command,
    ...names,
    output,
    String(size),
    '--version',
    String(version),
    ...more,
  ];
  const [generated] = await peer.run(folder, make('generate', 'theirs.bin'));
  if (image === undefined) {
    count('refused by both');
    expect({ ...generated, status: generated?.status }).toMatchObject({
      status: 1,
      output: expect.stringContaining('Size parameter is less than the size of data'),
    });
    return;
  }
  expect(generated).toMatchObject({ status: 0 });
  expect(Buffer.compare(image, read('theirs.bin'))).toBe(0);

  const reading = readFlash(image);
  expect(reading.problems).toEqual([]);
  expect(reading.namespaces).toEqual(namespaces);
  expect(reading.entries).toEqual(entries);
  count(`version ${version}`);
  count('pages', pages);
  count('entries', entries.length);
  count('files read', files.size);
  if (csvs.length > 1) count('of two CSV files');
  if (pages > 1) count('of several pages');
  if (encryption === undefined) return count('plain');

  const { scheme, key } = encryption;
  count(scheme);
  const keys =
    scheme === 'hmac'
      ? deriveHmacKeys(key)
      : { encryptionKey: key.subarray(0, 32), tweakKey: key.subarray(32) };
  writeFileSync(path('keys.bin'), encodeKeysPartition(keys));
  if (scheme === 'hmac') writeFileSync(path('efuse.bin'), key);
  const encrypted = encode(items, size, version, keys) ?? new Uint8Array();
  writeFileSync(path('ours_encrypted.bin'), encrypted);
  const runs = await peer.run(
    folder,
    ...(scheme === 'hmac'
      ? [
          [
            'generate-key',
            '--key_protect_hmac',
            '--kp_hmac_inputkey',
            'efuse.bin',
            '--keyfile',
            'their_keys.bin',
          ],
        ]
      : []),
    make(
      'encrypt',
      'theirs_encrypted.bin',
      '--inputkey',
      scheme === 'hmac' ? 'keys/their_keys.bin' : 'keys.bin',
    ),
    ['decrypt', 'ours_encrypted.bin', 'keys.bin', 'decrypted.bin'],
  );
  expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 0));
  if (scheme === 'hmac') expect(decodeKeysPartition(read('keys/their_keys.bin'))).toEqual(keys);
  expect(Buffer.compare(encrypted, read('theirs_encrypted.bin'))).toBe(0);
  expect(Buffer.compare(image, read('decrypted.bin'))).toBe(0);
  expect(Buffer.compare(image, decryptNvs(encrypted, keys))).toBe(0);
}

test('equal images, plain and encrypted; each read by the rules of nvs_flash', async () => {
  await fc.assert(fc.asyncProperty(csvCaseArbitrary, compare), parametersOf(COUNT));
}, 1_800_000);
