/** Images, tables and certificates of the field that were read wrong: a row a case, with what is right. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCdSigner, parseCertificate } from 'nvs-core';
import { run } from '../../packages/nx-esp32-factory/src/cli/main';
import { FakeTerminal } from '../../packages/nx-esp32-factory/test/light-app';

const CASES = join(__dirname, 'cases');
const VECTORS = join(__dirname, '../../vectors/chip-test');
/** Key identifier of "Certification Declaration Signing Key 001" of the CSA. */
const CSA_KEY_001 = 'fe343f959947763b61ee4539131338494fe67d8e';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'field-images-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await run(argv, terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

interface Report {
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
}

const codesOf = (json: string) => (JSON.parse(json) as Report).findings.map(({ code }) => code);

test('name-16-bytes', async () => {
  const csv = join(CASES, 'name-16-bytes/partitions.csv');
  const binary = join(folder, 'table.bin');
  expect(await command('partitions', csv, binary)).toMatchObject({ status: 0, err: '' });
  expect(
    readFileSync(binary)
      .subarray(3 * 32 + 12, 3 * 32 + 28)
      .toString(),
  ).toBe('sixteen_bytes_xx');
  const { out } = await command('partitions', binary);
  expect(out).toMatch(/sixteen_bytes_xx +data +spiffs +0x110000 +0x10000/);
});

test('bootloader-rows', async () => {
  const csv = join(CASES, 'bootloader-rows/partitions.csv');
  const without = await command('partitions', csv, '-o', '0xC000');
  expect(without).toMatchObject({ status: 1, err: expect.stringContaining('--bootloader-offset') });
  const { status, out } = await command('partitions', csv, '-o', '0xC000', '--bootloader-offset', '0x1000');
  expect(status).toBe(0);
  expect(out).toMatch(/bootloader +bootloader +primary +0x1000 +0xB000/);
  expect(out).toMatch(/partition_table +partition_table +primary +0xC000 +0x1000/);
  expect(out).toMatch(/nvs +data +nvs +0xD000 +0x4000/);
});

test('inspect-partition-table-bin', async () => {
  const file = join(CASES, 'inspect-partition-table-bin/partition-table.bin');
  const { status, out } = await command('inspect', file);
  expect(status).toBe(0);
  expect(out).toMatch(/partition table, 3 KiB/);
  expect(out).toMatch(/Partition table at 0x8000/);
  expect(out).toMatch(/nvs +data\/nvs/);
});

describe('nvs-float', () => {
  const file = join(CASES, 'nvs-float/float.bin');

  test('inspect', async () => {
    const { status, out } = await command('inspect', file, '--json');
    expect([status, codesOf(out)]).toEqual([0, []]);
    const { entries } = (
      JSON.parse(out) as { nvs: { entries: { key: string; type: string; value: unknown }[] } }
    ).nvs;
    expect(entries.filter(({ type }) => type !== 'string')).toMatchObject([
      { key: 'gain', type: 'float', length: 4, value: 1.25 },
      { key: 'offset', type: 'double', length: 8 },
    ]);
  });

  test('the CSV gives the same image again', async () => {
    const csv = join(folder, 'out.csv');
    const again = join(folder, 'again.bin');
    expect((await command('inspect', file, '--csv', '--show-secrets', '-o', csv)).status).toBe(0);
    expect((await command('nvs', 'generate', csv, again, '0x3000')).status).toBe(0);
    expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
    expect(await command('diff', file, again)).toMatchObject({ status: 0 });
  });

  test('a CSV with a float', async () => {
    const image = join(folder, 'f.bin');
    expect(await command('nvs', 'generate', join(CASES, 'nvs-float/f.csv'), image, '0x3000')).toMatchObject({
      status: 0,
      err: '',
    });
    expect((await command('diff', file, image, '--json')).out).toContain('"offset"');
    expect((await command('diff', file, image)).out).not.toContain('gain');
  });
});

test('nvs-full-empty-pages', async () => {
  const { status, out } = await command(
    'inspect',
    join(CASES, 'nvs-full-empty-pages/old-generator.bin'),
    '--json',
  );
  expect([status, codesOf(out)]).toEqual([0, []]);
  expect(JSON.parse(out)).toMatchObject({ nvs: { fill: { writtenEntries: 5, freeEntries: 2 * 126 - 5 } } });
});

test('secure-cert-flags-ff', async () => {
  const file = (name: string) => join(CASES, 'secure-cert-flags-ff', name);
  const [erased, zero] = [
    await command('inspect', file('flagsff.bin'), '--json'),
    await command('inspect', file('flags00.bin'), '--json'),
  ];
  // The declaration of this device is in its NVS; all else is checked.
  expect(codesOf(erased.out)).toEqual(['inspect.attestation-not-checked']);
  expect(codesOf(erased.out)).toEqual(codesOf(zero.out));
  expect([erased.status, zero.status]).toEqual([0, 0]);
  expect(erased.out).not.toContain('HMAC');
  const titles = (json: string) => JSON.stringify((JSON.parse(json) as { credentials: unknown }).credentials);
  expect(titles(erased.out)).toBe(titles(zero.out));
  expect(titles(erased.out)).toContain('"title":"DAC ');
});

test('cd-signer-called-pai', async () => {
  // A CA certificate with a public key of the CSA, in place of the CSA's own certificate of it.
  const pai = readFileSync(join(VECTORS, 'Chip-Test-PAI-FFF2-8001-Cert.der'));
  const { publicKey } = parseCertificate(pai);
  const signer = findCdSigner(Buffer.from(CSA_KEY_001, 'hex'), []);
  pai.set(signer?.publicKey ?? [], pai.indexOf(publicKey.data));
  const file = join(folder, 'signer.der');
  writeFileSync(file, pai);
  expect((await command('attestation', 'show', file)).out).toMatch(/^CD signer /);
  const test = join(VECTORS, 'Chip-Test-CD-Signing-Cert.pem');
  expect((await command('attestation', 'show', test)).out).toMatch(
    /^CD signer CN=Matter Test CD Signing Authority/,
  );
  expect(
    (await command('attestation', 'show', join(VECTORS, 'Chip-Test-PAI-FFF2-8001-Cert.der'))).out,
  ).toMatch(/^PAI /);
});
