import { encodeKeysPartition, encryptNvs, FACTORY_FIELDS, type NvsItem } from 'nvs-core';
import { describeImage, formatImage, formatImageHtml, isSecret, readImage } from '../../src/inspect';
import { credentials, KEYS, matterItems, NOW, nvsImage, SECRETS, secureCert } from './samples';

let items: NvsItem[];
let cert: Uint8Array;

beforeAll(async () => {
  const made = await credentials();
  items = matterItems(made);
  cert = secureCert(made);
});

const view = (bytes: Uint8Array, showSecrets = false) =>
  describeImage(readImage(bytes, { at: NOW }), { showSecrets });

/** All secrets of the samples, in each form in which they could appear. */
function secretsOf(): string[] {
  const secret = new Set(FACTORY_FIELDS.filter((field) => field.secret).map(({ key }) => key));
  const values = items.flatMap((item) => {
    if (item.type === 'namespace' || !secret.has(item.key)) return [];
    return item.type === 'blob'
      ? [Buffer.from(item.value).toString('hex'), Buffer.from(item.value).toString('base64')]
      : [String(item.value)];
  });
  return [...values, SECRETS.wifi, String(SECRETS.pin)];
}

it('hides every secret in every format, and shows it on request', () => {
  const hidden = view(nvsImage(items));
  const shown = view(nvsImage(items), true);
  const forms = (of: typeof hidden) => [
    JSON.stringify(of),
    formatImage(of, { file: 'a.bin', colour: false }),
    formatImageHtml(of, { file: 'a.bin' }),
  ];
  expect(secretsOf().length).toBeGreaterThan(5);
  for (const secret of secretsOf()) for (const text of forms(hidden)) expect(text).not.toContain(secret);
  for (const text of forms(shown)) {
    expect(text).toContain(SECRETS.wifi);
    expect(text).toContain(String(SECRETS.pin));
  }
});

it('hides the keys of other partitions', () => {
  const raw = Buffer.from(KEYS.encryptionKey).toString('hex');
  const keys = encodeKeysPartition(KEYS);
  expect(JSON.stringify(view(keys))).not.toContain(raw);
  expect(JSON.stringify(view(keys, true))).toContain(raw);
  const { secureCert: hidden } = view(cert);
  expect(hidden?.entries.map(({ label, value }) => [label, value === undefined])).toEqual([
    ['DAC certificate', false],
    ['PAI certificate', false],
    ['private key', true],
  ]);
});

it.each([
  ['chip-factory', 'vendor-name', 'string', false],
  ['chip-factory', 'verifier', 'string', true],
  ['chip-factory', 'pin-code', 'u32', true],
  ['chip-factory', 'unheard-of', 'blob', true],
  ['app', 'boots', 'u16', false],
  ['app', 'greeting', 'string', true],
  ['app', 'apiToken', 'u64', true],
] as const)('%s %s (%s) is secret: %s', (namespace, key, type, secret) => {
  expect(isSecret(namespace, key, type)).toBe(secret);
});

it('has a position for every value, and accounts for every entry', () => {
  const { nvs } = view(nvsImage(items));
  expect(nvs?.fill).toMatchObject({ pages: 6, usedPages: 1, erasedEntries: 0 });
  for (const page of nvs?.pages ?? []) {
    const taken = page.slots.reduce((sum, { span }) => sum + span, 0);
    expect(taken).toBe(page.written + page.erased);
  }
  // Every part of every value is in the map, under that value.
  for (const [index, { places }] of (nvs?.entries ?? []).entries()) {
    for (const { page, entry, span } of places) {
      expect(nvs?.pages[page]?.slots).toContainEqual(expect.objectContaining({ entry, span, value: index }));
    }
  }
});

it('shows the data by name', () => {
  const { device, credentials: tree } = view(nvsImage(items));
  const texts = Object.fromEntries(
    device.flatMap(({ fields }) => fields.map(({ label, text }) => [label, text])),
  );
  expect(texts).toMatchObject({
    'vendor id': '0xFFF1 (65521)',
    discriminator: '3840 (0xF00)',
    'product finish': 'matte (1)',
    'product colour': 'teal (3)',
    'calendar types': 'Gregorian (0x10)',
    locales: 'en-US',
    'fixed label, endpoint 1': 'room = bed',
    verifier: 'hidden (132 bytes)',
    PAI: 'PAI CN=Development PAI, VID=FFF1',
  });
  expect(tree.map(({ role, title, children }) => [role, title, children.map((child) => child.role)])).toEqual(
    [
      ['issuer', 'PAA CN=Development PAA, VID=FFF1, not in the image', ['pai']],
      ['cd', 'Certification Declaration ZIG0000000000000000', []],
    ],
  );
  expect(tree[0]?.children[0]?.children[0]).toMatchObject({ role: 'dac', source: 'dac-cert' });
});

it('shows nothing of unreadable entries', () => {
  const { nvs, device } = view(encryptNvs(nvsImage(items), KEYS));
  expect(nvs?.entries).toEqual([]);
  expect(device).toEqual([]);
  expect(nvs?.pages[0]?.slots).toEqual([expect.objectContaining({ entry: 0, role: 'locked' })]);
});

it('prints no control character of an image to a terminal', () => {
  const evil = nvsImage([
    { namespace: 'n\u001b[2J', key: 'k\u0007', type: 'string', value: 'v\u001b]0;x\u0007\u202e\nnext' },
  ]);
  const text = formatImage(view(evil, true), { file: 'a\u001b[31m.bin', colour: false });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it matches control characters
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(text).toContain('v\\u001b]0;x');
});
