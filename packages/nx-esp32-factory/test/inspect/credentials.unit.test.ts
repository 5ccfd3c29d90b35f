import { type DevelopmentCredentials, encodePem, type NvsItem } from 'nvs-core';
import { utf8 } from 'nvs-core/bytes';
import { type CredentialNode, credentialTree, describeImage, readImage } from '../../src/inspect';
import { credentials, FACTORY_NAMESPACE, flashDump, matterItems, NOW, nvsImage, secureCert } from './samples';

let made: DevelopmentCredentials;
beforeAll(async () => {
  made = await credentials();
});

const blob = (key: string, value: Uint8Array): NvsItem => ({
  namespace: FACTORY_NAMESPACE,
  key,
  type: 'blob',
  value,
});
const read = (items: readonly NvsItem[]) => readImage(nvsImage(items), { at: NOW });

/** "PAI (DAC)": the first word of each title, with those of its children. */
function outline(nodes: readonly CredentialNode[]): string {
  return nodes
    .map(
      ({ title, children }) => title.split(' ')[0] + (children.length > 0 ? ` (${outline(children)})` : ''),
    )
    .join(', ');
}

it.each<[string, (of: DevelopmentCredentials) => NvsItem[], string]>([
  [
    'a chain',
    (of) => [blob('dac-cert', of.dac.certificate.der), blob('pai-cert', of.pai.certificate.der)],
    'PAA (PAI (DAC))',
  ],
  ['a DAC alone', (of) => [blob('dac-cert', of.dac.certificate.der)], 'Issuer (DAC)'],
  ['a root instead of the PAI', (of) => [blob('pai-cert', of.paa.certificate.der)], 'PAA'],
  [
    'one certificate under both keys',
    (of) => [blob('dac-cert', of.paa.certificate.der), blob('pai-cert', of.paa.certificate.der)],
    'PAA (PAA)',
  ],
  [
    'malformed credentials',
    () => [blob('dac-cert', utf8('nonsense')), blob('cert-dclrn', utf8('nonsense'))],
    'DAC, Certification',
  ],
  ['no credentials', () => [], ''],
])('makes a tree of %s', (_, items, expected) => {
  expect(outline(credentialTree(read(items(made)).credentials))).toBe(expected);
});

it('reports which credential cannot be read, with its offset', () => {
  const contents = read([blob('dac-cert', utf8('nonsense'))]);
  const about = contents.findings.filter(
    ({ where, code }) => where.field === 'dac-cert' && code.startsWith('attestation.'),
  );
  expect(about).toHaveLength(1);
  expect(about[0]?.where).toMatchObject({ offset: contents.nvs?.decoded.entries[0]?.offset });
  expect(describeImage(contents).credentials).toEqual([
    expect.objectContaining({ title: 'DAC (unreadable)', children: [] }),
  ]);
});

it('reports a key that does not belong to the DAC', () => {
  const items = matterItems(made).map((item) =>
    item.type === 'blob' && item.key === 'dac-key' ? blob('dac-key', made.pai.key.raw) : item,
  );
  expect(
    read(items)
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ code }) => code),
  ).toContain('attestation.key-not-of-dac');
});

it('shows a certificate once that is in NVS and in esp_secure_cert', () => {
  const dump = flashDump([
    ['nvs', 1, 2, nvsImage(matterItems(made))],
    ['esp_secure_cert', 0x3f, 6, secureCert(made)],
  ]);
  const tree = credentialTree(readImage(dump, { at: NOW }).credentials);
  expect(outline(tree)).toBe('PAA (PAI (DAC)), Certification');
  expect(tree[0]?.children[0]?.source).toBe('pai-cert, esp_secure_cert PAI');
});

describe('what is checked', () => {
  const notChecked = (bytes: Uint8Array) =>
    readImage(bytes, { at: NOW }).findings.flatMap(({ code, params }) =>
      code === 'inspect.attestation-not-checked' ? [params.missing] : [],
    );

  it('DAC and PAI without a declaration', () => {
    const image = nvsImage([
      blob('dac-cert', made.dac.certificate.der),
      blob('pai-cert', made.pai.certificate.der),
      blob('dac-key', new Uint8Array(32).fill(1)),
    ]);
    expect(notChecked(image)).toEqual([['Certification Declaration']]);
    expect(readImage(image, { at: NOW }).findings.map(({ code }) => code)).toContain(
      'attestation.key-not-of-dac',
    );
  });

  it('nothing without a chain', () => {
    expect(notChecked(nvsImage([blob('dac-cert', made.dac.certificate.der)]))).toEqual([['PAI']]);
    expect(notChecked(nvsImage([blob('cert-dclrn', made.cd.der)]))).toEqual([['DAC', 'PAI']]);
    expect(notChecked(nvsImage([blob('other', made.cd.der)]))).toEqual([]);
  });

  it('not the certificates of another device, which are described', async () => {
    const pem = Buffer.from(`${await encodePem('CERTIFICATE', made.dac.certificate.der)}\0`);
    const tlvs = [1, 0, 2].map((type) => tlvOf(type, pem));
    const { findings, credentials: found } = readImage(Buffer.concat(tlvs), { at: NOW });
    expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(
      new Array(3).fill('secure-cert.not-matter warning'),
    );
    expect(found.map(({ description }) => description?.title)).toEqual(
      new Array(2).fill(expect.stringContaining('DAC')),
    );
  });
});

/** An entry of esp_secure_cert. */
function tlvOf(type: number, data: Uint8Array): Buffer {
  const entry = Buffer.alloc(12 + Math.ceil(data.length / 16) * 16 + 4);
  entry.writeUInt32LE(0xba5eba11, 0);
  entry.writeUInt8(type, 8);
  entry.writeUInt16LE(data.length, 10);
  entry.set(data, 12);
  let crc = 0;
  for (const byte of entry.subarray(0, -4)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  entry.writeUInt32LE(~crc >>> 0, entry.length - 4);
  return entry;
}
