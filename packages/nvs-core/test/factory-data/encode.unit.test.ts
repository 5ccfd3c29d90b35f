import { toHex } from '../../src/bytes';
import { FactoryError } from '../../src/errors';
import {
  checkFactoryData,
  describeFactoryKey,
  encodeFactoryData,
  FACTORY_FIELDS,
  type FactoryData,
} from '../../src/factory-data';
import type { NvsItem } from '../../src/nvs';
import { sample } from './samples';

const line = (item: NvsItem): string => {
  if (item.type === 'namespace') return `${item.namespace} namespace`;
  const value = item.value instanceof Uint8Array ? toHex(item.value) : String(item.value);
  return `${item.key} ${item.type} ${value}`;
};

test('every key, in the order of the SDK script', () => {
  const { verifier, salt } = sample.commissioning;
  const { dacKey, dacPublicKey } = sample.attestation;
  expect(encodeFactoryData(sample).items.map(line)).toEqual([
    'chip-factory namespace',
    'discriminator u32 0',
    'iteration-count u32 1000',
    `salt string ${Buffer.from(salt).toString('base64')}`,
    `verifier string ${Buffer.from(verifier).toString('base64')}`,
    'dac-cert blob 3001',
    `dac-key blob ${toHex(dacKey)}`,
    `dac-pub-key blob ${toHex(dacPublicKey)}`,
    'pai-cert blob 3002',
    'cert-dclrn blob 3003',
    'vendor-id u32 65521',
    'vendor-name string Tëst',
    'product-id u32 32768',
    'product-name string Lamp',
    'serial-num string S1',
    'hardware-ver u32 0',
    'hw-ver-str string v1',
    'mfg-date string 2024-02-29ab',
    'rd-id-uid blob 00000000000000000000000000000000',
    'product-label string label',
    'product-url string https://example.com',
    'part-number string P1',
    'product-finish u32 5',
    'product-color u32 20',
    'device-type u32 256',
    'loc-capability u32 2',
    'cal-types u32 2049',
    'locale-sz u32 2',
    'locale/0 string en-US',
    'locale/1 string zh-Hans-CN',
    'fl-sz/1 u32 2',
    'fl-k/1/0 string room',
    'fl-v/1/0 string bed',
    'fl-k/1/1 string side',
    'fl-v/1/1 string left',
    'fl-sz/1a u32 1',
    'fl-k/1a/0 string floor',
    'fl-v/1a/0 string ',
    'sm-sz/1f u32 2',
    'sm-label/1f/0 string quiet',
    'sm-mode/1f/0 u32 7',
    'sm-st-sz/1f/0 u32 2',
    'st-v/1f/0/0 u32 1',
    'st-mfg/1f/0/0 u32 65521',
    'st-v/1f/0/1 u32 2',
    'st-mfg/1f/0/1 u32 0',
    'sm-label/1f/1 string loud',
    'sm-mode/1f/1 u32 8',
    'sm-st-sz/1f/1 u32 0',
  ]);
});

test('the order of esp-matter-mfg-tool has the same keys', () => {
  const other = encodeFactoryData(sample, { order: 'mfg-tool' }).items.map(line);
  expect(other.slice(0, 5).map((text) => text.split(' ')[0])).toEqual([
    'chip-factory',
    'discriminator',
    'iteration-count',
    'salt',
    'vendor-id',
  ]);
  expect([...other].sort()).toEqual(encodeFactoryData(sample).items.map(line).sort());
});

test('each entry names the path of its value', () => {
  const places = new Map(
    encodeFactoryData(sample).items.map((item) => [
      item.type === 'namespace' ? '' : item.key,
      item.where?.field,
    ]),
  );
  expect(places.get('hw-ver-str')).toBe('deviceInstanceInfo.hardwareVersionString');
  expect(places.get('fl-v/1/1')).toBe('deviceInfo.fixedLabels[2].value');
  expect(places.get('st-mfg/1f/0/1')).toBe('deviceInfo.supportedModes[0].semanticTags[1].manufacturerCode');
});

test.each<[string, FactoryData, string[]]>([
  ['nothing', {}, []],
  ['empty groups', { commissioning: {}, attestation: {}, deviceInfo: {} }, []],
  ['undefined values', { commissioning: { discriminator: undefined }, deviceInfo: undefined }, []],
  [
    'empty lists',
    { deviceInfo: { locales: [], calendarTypes: [], fixedLabels: [] } },
    ['cal-types u32 0', 'locale-sz u32 0'],
  ],
  [
    'a declaration alone',
    { attestation: { certificationDeclaration: Uint8Array.of(1) } },
    ['cert-dclrn blob 01'],
  ],
])('%s', (_name, data, lines) => {
  expect(checkFactoryData(data)).toEqual([]);
  expect(encodeFactoryData(data).items.map(line)).toEqual(['chip-factory namespace', ...lines]);
});

test('dynamic passcodes need no verifier', () => {
  const { salt, iterations, discriminator } = sample.commissioning;
  expect(checkFactoryData({ commissioning: { salt, iterations, discriminator } })).toEqual([]);
});

test('all errors are thrown at once, warnings are not', () => {
  const wrong: FactoryData = {
    commissioning: { discriminator: 4096, verifier: new Uint8Array(3) },
    deviceInstanceInfo: { vendorName: '', vendorId: -1 },
    deviceInfo: { supportedModes: [{ endpoint: 0, label: 'x', mode: 256 }] },
  };
  const fields = (findings: readonly { where: { field?: string } }[]) =>
    findings.map(({ where }) => where.field);
  const errors = [
    'commissioning.discriminator',
    'commissioning.verifier',
    'deviceInstanceInfo.vendorId',
    'deviceInstanceInfo.vendorName',
    'deviceInfo.supportedModes[0].mode',
  ];
  const warnings = ['commissioning.salt', 'commissioning.iterations'];
  expect(fields(checkFactoryData(wrong))).toEqual([...errors, ...warnings]);
  try {
    encodeFactoryData(wrong);
    throw new Error('nothing was refused');
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    expect(fields(error.findings)).toEqual(errors);
  }
});

test('inspectors hide what gives the passcode or the key away', () => {
  const keys = encodeFactoryData(sample).items.flatMap((item) => (item.type === 'namespace' ? [] : [item]));
  for (const { key, type } of keys) {
    expect(describeFactoryKey(key)).toMatchObject({ key, nvsType: type, label: expect.stringMatching(/\w/) });
  }
  const secret = [...keys.map(({ key }) => key), 'pin-code', 'device-key'].filter(
    (key) => describeFactoryKey(key)?.secret,
  );
  expect(secret).toEqual(['salt', 'verifier', 'dac-key', 'rd-id-uid', 'pin-code', 'device-key']);
  expect(describeFactoryKey('something-else')).toBeUndefined();
  expect(FACTORY_FIELDS.filter(({ secret }) => secret)).toHaveLength(4);
});
