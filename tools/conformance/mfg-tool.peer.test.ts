/** Random factory configs through esp-matter-mfg-tool and through ours. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { decodeKeysPartition, decodeNvs, decodeSecureCert, decryptNvs, randomBytes } from 'nvs-core';
import { configFromObject } from '../../packages/nx-esp32-factory/src/config';
import { developmentFiles } from '../../packages/nx-esp32-factory/src/init/development';
import { completeInputs } from '../../packages/nx-esp32-factory/src/inputs';
import { makeTestDevice } from '../../packages/nx-esp32-factory/test/make-device';
import { type FactoryCase, factoryCaseArbitrary, PRODUCTS } from './factory-cases';
import { readFlash } from './flash-rules';
import { Peer } from './peer';
import { parametersOf, printSeed, runsOf } from './seed';

const COUNT = 100;
const tally: Record<string, number> = {};
const count = (what: string) => {
  tally[what] = (tally[what] ?? 0) + 1;
};

let peer: Peer;
let folder: string;
const now = new Date();
beforeAll(async () => {
  printSeed('esp-matter-mfg-tool', runsOf(COUNT));
  folder = mkdtempSync(join(tmpdir(), 'conformance-mfg-'));
  for (const product of PRODUCTS) {
    const yesterday = new Date(now.getTime() - 86_400_000);
    const made = await developmentFiles({ ...product, random: randomBytes, now: yesterday });
    for (const { name, data } of made) {
      mkdirSync(dirname(credentials(product, name)), { recursive: true });
      writeFileSync(credentials(product, name), data);
    }
  }
  peer = new Peer('mfg-tool');
});
afterAll(() => {
  peer?.close();
  rmSync(folder, { recursive: true, force: true });
  process.stderr.write(`esp-matter-mfg-tool: ${JSON.stringify(tally)}\n`);
});

const credentials = ({ vendorId }: { readonly vendorId: number }, name = '') =>
  join(folder, `credentials-${vendorId.toString(16)}`, name);

async function makeOurs({ product, config }: FactoryCase) {
  const file = (name: string) => ({ file: credentials(product, name) });
  const attestation = {
    dac: { certificate: file('dac.pem'), key: file('dac-key.pem') },
    pai: { certificate: file('pai.pem') },
    certificationDeclaration: file('cd.der'),
    trust: { paa: { folder: credentials(product, 'paa-trust-store') } },
  };
  const loaded = configFromObject({ ...config, attestation }, { folder, label: 'config' });
  return makeTestDevice(completeInputs(loaded, {}, undefined), { now, random: randomBytes });
}

async function makeTheirs(one: FactoryCase & { readonly extraNamespace: string }) {
  const { product, argv, extra, encrypt, extraNamespace } = one;
  const work = join(folder, 'work');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  if (extra.length > 0) {
    const schema = extra.map(({ key, encoding }) => `${key},data,${encoding}`);
    writeFileSync(join(work, 'extra.csv'), [`${extraNamespace},namespace,`, ...schema, ''].join('\n'));
    const rows = [extra.map(({ key }) => key), extra.map(({ cell: text }) => cell(text))];
    writeFileSync(join(work, 'extra-values.csv'), rows.map((row) => `${row.join(',')}\n`).join(''));
  }
  const [run] = await peer.run(work, [
    ...argv,
    ...['--pai', '--cert', credentials(product, 'pai.pem'), '--key', credentials(product, 'pai-key.pem')],
    ...['--dac-cert', credentials(product, 'dac.pem'), '--dac-key', credentials(product, 'dac-key.pem')],
    ...['--cert-dclrn', credentials(product, 'cd.der')],
    ...(extra.length > 0 ? ['--csv', 'extra.csv', '--mcsv', 'extra-values.csv'] : []),
    ...['--outdir', 'out'],
  ]);
  if (run?.status !== 0) throw new Error(`esp-matter-mfg-tool failed: ${run?.output}`);
  const all = readdirSync(work, { recursive: true }) as string[];
  const read = (end: string) => {
    const name = all.find((path) => path.endsWith(end));
    return name === undefined ? undefined : Uint8Array.from(readFileSync(join(work, name)));
  };
  const image = read('-partition.bin');
  const written = all.find(
    (path) => path.endsWith('-partition.bin') && !path.endsWith('-keys-partition.bin'),
  );
  const raw = written === undefined ? image : Uint8Array.from(readFileSync(join(work, written)));
  const keys = read('-keys-partition.bin');
  if (raw === undefined || (keys !== undefined) !== encrypt) throw new Error('the tool wrote no image');
  return {
    image: keys === undefined ? raw : decryptNvs(raw, decodeKeysPartition(keys)),
    secureCert: read('_esp_secure_cert.bin'),
    codes: Buffer.from(read('-onb_codes.csv') ?? []).toString(),
  };
}

/** Entries by name: the order in which a tool writes them means nothing. */
function entriesOf(image: Uint8Array) {
  const { entries, findings } = decodeNvs(image);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return new Map(entries.map(({ namespace, key, type, value }) => [`${namespace} ${key}`, { type, value }]));
}

const tlvsOf = (image: Uint8Array) =>
  decodeSecureCert(image)
    // Two of them are random, and ours has them only when asked.
    .tlvs.filter(({ type, subtype }) => type !== 201 || subtype < 128)
    .map(({ type, subtype, data }) => ({ type, subtype, data: Buffer.from(data).toString('hex') }));

async function compare(one: FactoryCase & { readonly extraNamespace: string }): Promise<void> {
  const ours = await makeOurs(one);
  const theirs = await makeTheirs(one);
  const expected = entriesOf(theirs.image);
  expect(entriesOf(ours.image)).toEqual(expected);
  const { problems, entries } = readFlash(ours.image);
  expect({ problems, entries: entries.length }).toEqual({ problems: [], entries: expected.size });

  const { qrCode, manualCode } = ours.codes ?? {};
  const [, theirQr, theirManual] = /\n(MT:[^,]+),("[^"]*"|[^,]*),/.exec(theirs.codes) ?? [];
  expect({ qrCode, manualCode }).toEqual({ qrCode: theirQr, manualCode: theirManual?.replace(/\D/g, '') });

  count(one.storage);
  if (one.encrypt) count('encrypted');
  expect(theirs.secureCert === undefined).toBe(one.storage === 'nvs');
  if (theirs.secureCert === undefined || ours.secureCert === undefined) {
    expect(ours.secureCert).toBe(undefined);
    return;
  }
  expect(tlvsOf(ours.secureCert)).toEqual(tlvsOf(theirs.secureCert));
}

test('equal entries, codes and TLVs', async () => {
  await fc.assert(fc.asyncProperty(factoryCaseArbitrary, compare), parametersOf(COUNT));
}, 1_800_000);
