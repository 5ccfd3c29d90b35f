import { encodeKeysPartition, encodePartitionTable, encodeQrCode, encryptNvs, type NvsItem } from 'nvs-core';
import { utf8 } from 'nvs-core/bytes';
import { readOnboarding } from '../../src/artifacts';
import { inspectErrors } from '../../src/errors';
import {
  assertComparable,
  compareCodes,
  imageCsv,
  keysOfBytes,
  readImage,
  readKeyReference,
} from '../../src/inspect';
import { changed, codesOf, flashDump, KEYS, madeImages, NOW, nvsImage } from './samples';

const OTHER_CODES = readOnboarding(
  utf8(
    JSON.stringify({
      qrCode: encodeQrCode({
        vendorId: 0xfff1,
        productId: 0x8001,
        flow: 0,
        discovery: 2,
        discriminator: 1,
        passcode: 34567890,
      }),
    }),
  ),
  'onboarding.json',
);

let items: NvsItem[];
let plain: Uint8Array;
let cert: Uint8Array;

beforeAll(async () => {
  ({ items, plain, cert } = await madeImages());
});

const codes = (bytes: Uint8Array, options = {}) =>
  readImage(bytes, { at: NOW, ...options }).findings.map(({ code }) => code);
const blank = (size: number) => new Uint8Array(size).fill(0xff);

function legacySecureCert(): Uint8Array {
  return changed(blank(0x6000), (copy) => copy.fill(0, 0, 64).set([0x78, 0x56, 0x34, 0x12], 24));
}

function loneTable(): Uint8Array {
  return flashDump([['nvs', 1, 2, nvsImage([])]]).subarray(0x8000, 0x8c00);
}

describe('the kind of a file', () => {
  it.each<[string, () => Uint8Array, string]>([
    ['an NVS image', () => plain, 'nvs'],
    ['an NVS image without entries', () => nvsImage([]), 'nvs'],
    ['an encrypted NVS image', () => encryptNvs(plain, KEYS), 'nvs'],
    [
      'one page of NVS with a damaged header',
      () => changed(nvsImage(items.slice(-3), 0x1000), (copy) => copy.fill(0, 28, 32)),
      'nvs',
    ],
    ['esp_secure_cert', () => cert, 'secure-cert'],
    ['esp_secure_cert in its legacy format', legacySecureCert, 'secure-cert'],
    ['NVS keys', () => encodeKeysPartition(KEYS), 'nvs-keys'],
    ['a dump with the table at 0x8000', () => flashDump([['nvs', 1, 2, plain]]), 'flash-dump'],
    ['a dump with the table at 0xC000', () => flashDump([['nvs', 1, 2, plain]], 0xc000), 'flash-dump'],
    ['a dump with the table elsewhere', () => flashDump([['nvs', 1, 2, plain]], 0x22000), 'flash-dump'],
    ['erased flash', () => blank(0x6000), 'blank'],
    ['a partition table', loneTable, 'partition-table'],
    [
      'a sector with a partition table',
      () => flashDump([['nvs', 1, 2, plain]]).subarray(0x8000, 0x9000),
      'partition-table',
    ],
    ['a partition table of other length', () => loneTable().subarray(0, 0x100), 'partition-table'],
    ['a damaged partition table', () => changed(loneTable(), (copy) => copy.set([9], 20)), 'partition-table'],
  ])('%s', (_, bytes, kind) => {
    expect(readImage(bytes(), { at: NOW }).kind).toBe(kind);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty partition table', encodePartitionTable([]), /nothing known|erased/],
    ['ELF', utf8('\x7fELF.............'), /ELF/],
    ['PEM', utf8('-----BEGIN CERTIFICATE-----\n'), /PEM/],
    ['CSV', utf8('key,type,encoding,value\na,namespace,,\n'), /CSV/],
    ['JSON', utf8('{"passcode": 1}'), /JSON/],
    ['text', utf8('hello, wörld, this is text'), /text/],
    ['an HMAC key', new Uint8Array(32).fill(0x80), /HMAC/],
    ['a partition table that was cut', loneTable().subarray(0, 50), /partition table/],
    ['firmware', Uint8Array.from({ length: 0x2000 }, (_, i) => (i === 0 ? 0xe9 : i & 7)), /firmware/],
    ['DER', Uint8Array.from({ length: 300 }, (_, i) => [0x30, 0x82, 1, 0][i] ?? 1), /DER/],
    ['zeros', new Uint8Array(0x2000), /zero/],
    ['a truncated erased sector', blank(100), /erased/],
    ['noise', Uint8Array.from({ length: 0x2000 }, (_, i) => (i * 167 + (i >> 8) * 31) & 0xff), /random/],
    ['nothing known', Uint8Array.of(0xaa, 1, 2, 3), /nothing known/],
  ])('recognizes %s', (_, bytes, looks) => {
    const { kind, findings } = readImage(bytes);
    expect(kind).toBe('unknown');
    expect(findings.map(({ code }) => code)).toEqual(['inspect.not-an-image']);
    expect(findings[0]?.message).toMatch(looks);
  });
});

describe('findings and errors', () => {
  const dump = () =>
    flashDump([
      ['nvs', 1, 2, nvsImage(items.slice(-3))],
      ['fctry', 1, 2, plain],
      ['app', 0, 0, blank(0x10000)],
    ]);

  const rejected: readonly (readonly [code: string, work: () => unknown])[] = [
    ['inspect.empty', () => codes(new Uint8Array(0))],
    ['inspect.not-an-image', () => codes(Uint8Array.of(1, 2, 3))],
    ['inspect.truncated', () => codes(plain.subarray(0, 0x5000 + 7))],
    ['inspect.truncated', () => codes(plain.subarray(0, 2000))],
    ['inspect.encrypted', () => codes(encryptNvs(plain, KEYS))],
    [
      'nvs.keys-wrong',
      () => codes(encryptNvs(plain, KEYS), { keys: { ...KEYS, tweakKey: new Uint8Array(32).fill(3) } }),
    ],
    ['nvs.image-not-encrypted', () => codes(plain, { keys: KEYS })],
    ['inspect.too-large', () => codes(tooLarge())],
    [
      'inspect.keys-in-dump',
      () =>
        codes(
          flashDump([
            ['nvs', 1, 2, encryptNvs(plain, KEYS)],
            ['nvs_keys', 1, 4, encodeKeysPartition(KEYS)],
          ]),
        ),
    ],
    ['inspect.partition-missing', () => codes(flashDump([['app', 0, 0, blank(0x10000)]]))],
    ['inspect.partition-choose', () => readImage(dump())],
    ['inspect.partition-unknown', () => readImage(dump(), { which: 'factory' })],
    ['inspect.partition-unsupported', () => readImage(dump(), { which: 'app' })],
    ['inspect.partition-not-dump', () => readImage(plain, { which: 'fctry' })],
    ['inspect.partition-outside', () => readImage(dump().subarray(0, 0xa000), { which: 'fctry' })],
    ['inspect.attestation-not-checked', () => codes(cert)],
    [
      'inspect.secure-cert-in-nvs',
      () => codes(nvsImage([{ namespace: 'pre_prov', key: 'dev_cert', type: 'string', value: 'PEM' }])),
    ],
    ['secure-cert.legacy-format', () => codes(legacySecureCert())],
    ['inspect.not-comparable', () => assertComparable(readImage(loneTable()))],
    ['inspect.csv-without-nvs', () => imageCsv(readImage(cert))],
    [
      'inspect.csv-not-identical',
      () =>
        imageCsv(readImage(changed(plain, (copy) => copy.fill(0x55, 0x3000, 0x3004)))).findings.map(
          ({ code }) => code,
        ),
    ],
    ['inspect.codes-of-another', () => compareCodes(OTHER_CODES, readImage(plain)).map(({ code }) => code)],
    ['inspect.key-reference', () => readKeyReference('env:NOT_THERE', {})],
  ];

  it.each(rejected)('%s', (code, work) => {
    let found: unknown;
    const thrown = codesOf(() => {
      found = work();
    });
    expect([...thrown, ...(Array.isArray(found) ? found : [])]).toContain(code);
  });

  it('compares the serial number of the codes, if they have one', () => {
    const qr = { ...OTHER_CODES.qr, discriminator: 0xf00, serialNumber: 'OTHER' } as NonNullable<
      typeof OTHER_CODES.qr
    >;
    const found = compareCodes({ ...OTHER_CODES, qr }, readImage(plain));
    expect(found.map(({ params }) => params)).toEqual([
      { what: 'serial number', codes: '"OTHER"', image: expect.stringMatching(/^".+"$/) },
    ]);
    expect(
      compareCodes({ ...OTHER_CODES, qr: { ...qr, serialNumber: undefined } }, readImage(plain)),
    ).toEqual([]);
  });

  it('has a row for every code', () => {
    const rows = new Set(rejected.map(([code]) => code));
    expect(inspectErrors.codes.filter((code) => !rows.has(code))).toEqual([]);
  });

  it('lists the partitions of a dump and their contents', () => {
    const choose = () => readImage(dump());
    expect(choose).toThrow(/nvs \(1 namespace\), fctry \(Matter factory data\)/);
    expect(
      readImage(dump(), { which: 'fctry', at: NOW }).factory?.data.deviceInstanceInfo?.serialNumber,
    ).toBe('SN-1');
  });

  it('reports findings of a partition with offsets in the file', () => {
    const damaged = changed(plain, (copy) => copy.fill(0, 0x1000, 0x1004));
    const [finding] = readImage(flashDump([['nvs', 1, 2, damaged]]), { at: NOW }).findings;
    expect(finding).toMatchObject({ code: 'nvs.page-state', where: { offset: 0x9000 + 0x1000 } });
  });

  function tooLarge(): Uint8Array {
    const image = new Uint8Array(513 * 0x1000);
    for (let page = 0; page < 513; page++) image.set(plain.subarray(0, 0x1000), page * 0x1000);
    return image;
  }
});

it('reads the data of a device and checks its credentials', () => {
  const { factory, credentials: found, findings } = readImage(plain, { at: NOW });
  expect(factory?.data).toMatchObject({
    commissioning: { discriminator: 0xf00 },
    deviceInstanceInfo: { productName: 'Test Lamp' },
  });
  expect(found.map(({ role, source }) => [role, source])).toEqual([
    ['dac', 'dac-cert'],
    ['pai', 'pai-cert'],
    ['cd', 'cert-dclrn'],
  ]);
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
    ['attestation.cd-signer-unknown', 'warning'],
  ]);
  expect(codes(plain, { at: new Date('2025-01-01') })).toContain('attestation.not-valid');
});

it('reads the DAC from esp_secure_cert and the declaration from NVS', () => {
  const dump = flashDump([
    ['nvs', 1, 2, plain],
    ['esp_secure_cert', 0x3f, 6, cert],
  ]);
  const { secureCert: read, credentials: found } = readImage(dump, { at: NOW });
  expect(read?.offset).toBe(0xf000);
  expect(found.filter(({ source }) => source.startsWith('esp_secure_cert'))).toHaveLength(2);
  expect(
    codes(
      flashDump([
        ['nvs', 1, 2, plain],
        ['esp_secure_cert', 0x3f, 6, blank(0x2000)],
      ]),
    ),
  ).not.toContain('secure-cert.empty');
});

it('decrypts with keys of either scheme, given or by reference', () => {
  const hmac = keysOfBytes(new Uint8Array(32).fill(9));
  for (const keys of [KEYS, hmac]) {
    const { nvs } = readImage(encryptNvs(plain, keys), { keys, at: NOW });
    expect(nvs?.encryption).toBe('unlocked');
    expect(Buffer.compare(nvs?.image ?? new Uint8Array(), plain)).toBe(0);
  }
  const hex = Buffer.from(encodeKeysPartition(KEYS)).toString('hex');
  expect(readKeyReference('env:K', { K: hex })).toEqual(KEYS);
  expect(
    readKeyReference('env:K', { K: Buffer.from(new Uint8Array(32).fill(9)).toString('base64') }),
  ).toEqual(hmac);
});

describe('hostile input', () => {
  it('handles 16 MiB of noise in bounded time and memory', () => {
    const noise = new Uint8Array(16 * 1024 * 1024);
    let state = 1;
    const words = new Uint32Array(noise.buffer);
    for (let index = 0; index < words.length; index++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      words[index] = state;
    }
    const before = process.memoryUsage().heapUsed;
    const start = performance.now();
    expect(codes(noise)).toEqual(['inspect.not-an-image']);
    expect(performance.now() - start).toBeLessThan(1250);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(16 * 1024 * 1024);
  });

  it('handles 16 MiB that are nearly blank', () => {
    const flash = blank(16 * 1024 * 1024);
    flash.set(plain.subarray(0, 0x1000), 0xc00000);
    expect(readImage(flash, { at: NOW }).nvs?.decoded.entries.length).toBeGreaterThan(20);
  });
});

describe('a dump that begins with the partition table', () => {
  it.each([0x8000, 0xc000, 0x10000])('at %d', (tableOffset) => {
    const dump = flashDump([['fctry', 1, 2, plain]], tableOffset).subarray(tableOffset);
    const { kind, table, factory, nvs } = readImage(dump, { at: NOW });
    expect(kind).toBe('flash-dump');
    expect(table).toMatchObject({ offset: tableOffset, start: tableOffset });
    expect(factory?.data.deviceInstanceInfo?.serialNumber).toBe('SN-1');
    expect(nvs?.offset).toBe(0x1000);
  });

  it('a first partition that is not right behind the table', () => {
    const dump = flashDump(
      [
        ['phy', 1, 1, blank(0x4000)],
        ['fctry', 1, 2, plain],
      ],
      0x8000,
    );
    expect(readImage(dump.subarray(0x8000), { at: NOW }).factory).toBeDefined();
  });

  it('findings have offsets in the file', () => {
    const damaged = changed(plain, (copy) => copy.fill(0, 0x1000, 0x1004));
    const dump = flashDump([['nvs', 1, 2, damaged]]).subarray(0x8000);
    expect(readImage(dump, { at: NOW }).findings[0]).toMatchObject({
      code: 'nvs.page-state',
      where: { offset: 0x1000 + 0x1000 },
    });
  });

  it('a partition that it does not reach', () => {
    const dump = flashDump([['nvs', 1, 2, plain]]).subarray(0x8000, 0xa000);
    expect(() => readImage(dump)).toThrow(/spans 0x9000 to 0x[0-9A-F]+, but the dump ends at 0xA000/);
  });
});

it('shows a partition table alone, with its findings', () => {
  const { table, findings } = readImage(changed(loneTable(), (copy) => copy.set([9], 20)));
  expect(table?.partitions).toHaveLength(1);
  expect(findings.map(({ code }) => code)).toEqual(['partition-table.md5-mismatch']);
  expect(readImage(loneTable()).findings).toEqual([]);
});
