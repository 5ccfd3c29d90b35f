import { encryptNvs, type NvsItem } from 'nvs-core';
import { diffImages, formatChanges, readImage } from '../../src/inspect';
import { credentials, KEYS, matterItems, NOW, nvsImage, secureCert } from './samples';

const read = (items: readonly NvsItem[]) => readImage(nvsImage(items), { at: NOW });
const base: NvsItem[] = [
  { namespace: 'app', key: 'a', type: 'u8', value: 1 },
  { namespace: 'app', key: 'wifi', type: 'string', value: 'old password' },
];

it.each<[string, NvsItem[], readonly string[]]>([
  ['no change', base, []],
  ['another order', [...base].reverse(), []],
  [
    'a value',
    [{ namespace: 'app', key: 'a', type: 'u8', value: 2 }, ...base.slice(1)],
    ['~ app  a  u8  1 → 2'],
  ],
  [
    'a type',
    [{ namespace: 'app', key: 'a', type: 'u16', value: 1 }, ...base.slice(1)],
    ['~ app  a  u8 → u16  1, changed'],
  ],
  ['a removed key', base.slice(1), ['- app  a  u8  1']],
  ['an added key', [...base, { namespace: 'app', key: 'b', type: 'i8', value: -1 }], ['+ app  b  i8  -1']],
  [
    'a namespace without keys',
    [...base, { type: 'namespace', namespace: 'new' }],
    ['+ new  (no keys)  namespace  namespace'],
  ],
  [
    'a secret',
    [base[0] as NvsItem, { namespace: 'app', key: 'wifi', type: 'string', value: 'new password' }],
    ['~ app  wifi  string  hidden (12 bytes), changed'],
  ],
])('finds changes: %s', (_, items, expected) => {
  const changes = diffImages(read(base), read(items));
  expect(formatChanges(changes, { colour: false })).toBe(expected.join('\n'));
});

it('shows secrets only on request', () => {
  const other = read([
    base[0] as NvsItem,
    { namespace: 'app', key: 'wifi', type: 'string', value: 'new password' },
  ]);
  expect(JSON.stringify(diffImages(read(base), other))).not.toContain('password');
  expect(diffImages(read(base), other, { showSecrets: true })).toEqual([
    {
      change: 'changed',
      namespace: 'app',
      key: 'wifi',
      secret: true,
      before: { type: 'string', value: 'old password', text: 'old password' },
      after: { type: 'string', value: 'new password', text: 'new password' },
    },
  ]);
});

it('compares by key, regardless of encryption, size and page layout', async () => {
  const matter = matterItems(await credentials());
  const encrypted = readImage(encryptNvs(nvsImage(matter), KEYS), { keys: KEYS, at: NOW });
  expect(diffImages(encrypted, readImage(nvsImage(matter, 0x10000), { at: NOW }))).toEqual([]);
  const other = matterItems(await credentials(), { serialNumber: 'SN-2' });
  expect(formatChanges(diffImages(encrypted, read(other)), { colour: false })).toBe(
    '~ chip-factory  serial-num  string  SN-1 → SN-2',
  );
});

it('compares esp_secure_cert by entry', async () => {
  const image = secureCert(await credentials());
  const cut = Uint8Array.from(image);
  cut.fill(0xff, image.indexOf(0xba, 100) - 1);
  const changes = diffImages(readImage(image, { at: NOW }), readImage(cut, { at: NOW }));
  expect(changes.length).toBeGreaterThan(0);
  expect(new Set(changes.map(({ change, namespace }) => `${change} ${namespace}`))).toEqual(
    new Set(['removed esp_secure_cert']),
  );
});
