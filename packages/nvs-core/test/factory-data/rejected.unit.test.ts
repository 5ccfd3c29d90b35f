import type { Finding } from '../../src/errors';
import { commissioningErrors } from '../../src/errors/commissioning';
import { factoryDataErrors } from '../../src/errors/factory-data';
import {
  checkFactoryData,
  decodeFactoryData,
  encodeFactoryData,
  type FactoryData,
} from '../../src/factory-data';
import type { NvsEntry, NvsValue } from '../../src/nvs';
import { sample } from './samples';

type Row = [name: string, code: string, field: string, findings: () => readonly Finding[]];

const { commissioning, attestation, deviceInstanceInfo } = sample;

/** A row of checkFactoryData: only the finding of the row must be there. */
const row = (name: string, code: string, field: string, data: FactoryData): Row => [
  name,
  code,
  field,
  () => checkFactoryData(data),
];
const instance = (name: string, code: string, change: NonNullable<FactoryData['deviceInstanceInfo']>): Row =>
  row(name, code, `deviceInstanceInfo.${Object.keys(change)[0]}`, { deviceInstanceInfo: change });
const info = (
  name: string,
  code: string,
  field: string,
  deviceInfo: NonNullable<FactoryData['deviceInfo']>,
): Row => row(name, code, `deviceInfo.${field}`, { deviceInfo });
const label = (name: string, code: string, field: string, change: object): Row =>
  info(name, code, `fixedLabels[0].${field}`, {
    fixedLabels: [{ endpoint: 1, label: 'a', value: 'b', ...change }],
  });
const mode = (name: string, code: string, field: string, change: object): Row => [
  name,
  code,
  `deviceInfo.supportedModes[0].${field}`,
  () =>
    checkFactoryData({
      deviceInfo: { supportedModes: [{ endpoint: 1, label: 'a', mode: 1, ...change }] },
    }),
];
const date = (manufacturingDate: string, code: string): Row =>
  instance(`date ${manufacturingDate}`, code, { manufacturingDate });

const entry = (key: string, value: NvsValue): NvsEntry => ({ namespace: 'chip-factory', key, ...value });
const u32 = (key: string, value: number) => entry(key, { type: 'u32', value });
const string = (key: string, value: string) => entry(key, { type: 'string', value });
/** A row of decodeFactoryData. */
const stored = (name: string, code: string, field: string, ...entries: NvsEntry[]): Row => [
  name,
  code,
  field,
  () => decodeFactoryData(entries).findings,
];

const checked: Row[] = [
  instance('negative vendor id', 'number-out-of-range', { vendorId: -1 }),
  instance('product id of 17 bits', 'number-out-of-range', { productId: 65536 }),
  instance('hardware version 0.5', 'number-out-of-range', { hardwareVersion: 0.5 }),
  row('device type of 33 bits', 'number-out-of-range', 'commissioning.deviceType', {
    commissioning: { deviceType: 2 ** 32 },
  }),
  row('location 3', 'number-out-of-range', 'commissioning.locationCapability', {
    commissioning: { locationCapability: 3 },
  }),
  mode('mode of 9 bits', 'number-out-of-range', 'mode', { mode: 256 }),
  mode('tag of 17 bits', 'number-out-of-range', 'semanticTags[0].value', {
    semanticTags: [{ value: 65536, manufacturerCode: 0 }],
  }),
  mode('tag of vendor -1', 'number-out-of-range', 'semanticTags[1].manufacturerCode', {
    semanticTags: [
      { value: 0, manufacturerCode: 0 },
      { value: 0, manufacturerCode: -1 },
    ],
  }),
  label('endpoint 65535', 'number-out-of-range', 'endpoint', { endpoint: 65535 }),
  label('endpoint -1', 'number-out-of-range', 'endpoint', { endpoint: -1 }),
  mode('endpoint -1', 'number-out-of-range', 'endpoint', { endpoint: -1 }),
  instance('empty vendor name', 'text-empty', { vendorName: '' }),
  info('empty locale', 'text-empty', 'locales[0]', { locales: [''] }),
  label('label without name', 'text-empty', 'label', { label: '' }),
  mode('mode without label', 'text-empty', 'label', { label: '' }),
  instance('vendor name, 33 bytes in 17 letters', 'text-too-long', { vendorName: `${'ö'.repeat(16)}x` }),
  instance('product name', 'text-too-long', { productName: 'x'.repeat(33) }),
  instance('serial number', 'text-too-long', { serialNumber: 'x'.repeat(33) }),
  instance('hardware version string', 'text-too-long', { hardwareVersionString: 'x'.repeat(65) }),
  instance('product label', 'text-too-long', { productLabel: 'x'.repeat(65) }),
  instance('product URL', 'text-too-long', { productUrl: 'x'.repeat(257) }),
  instance('part number', 'text-too-long', { partNumber: 'x'.repeat(33) }),
  ...['20240229ABCDEFGHI', '20240229ABCDEFGHIJ', '2024-02-29ABCDEFGHI', '2024-02-29ööööö'].map((text) =>
    date(text, 'text-too-long'),
  ),
  info('locale', 'text-too-long', 'locales[0]', { locales: ['en-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaa'] }),
  label('label name', 'text-too-long', 'label', { label: 'x'.repeat(17) }),
  label('label value', 'text-too-long', 'value', { value: 'x'.repeat(17) }),
  mode('mode label', 'text-too-long', 'label', { label: 'x'.repeat(65) }),
  instance('NUL', 'text-malformed', { vendorName: 'a\0b' }),
  instance('half a surrogate pair', 'text-malformed', { vendorName: 'a\ud83d' }),
  instance('unique id of 15 bytes', 'length-wrong', { rotatingDeviceIdUniqueId: new Uint8Array(15) }),
  instance('unique id of 17 bytes', 'length-wrong', { rotatingDeviceIdUniqueId: new Uint8Array(17) }),
  row('DAC of 601 bytes', 'length-wrong', 'attestation.dac', {
    attestation: { ...attestation, dac: new Uint8Array(601) },
  }),
  row('empty PAI', 'length-wrong', 'attestation.pai', {
    attestation: { ...attestation, pai: new Uint8Array() },
  }),
  row('key of 31 bytes', 'length-wrong', 'attestation.dacKey', {
    attestation: { ...attestation, dacKey: new Uint8Array(31) },
  }),
  row('public key of 33 bytes', 'length-wrong', 'attestation.dacPublicKey', {
    attestation: { ...attestation, dacPublicKey: new Uint8Array(33) },
  }),
  row('empty declaration', 'length-wrong', 'attestation.certificationDeclaration', {
    attestation: { certificationDeclaration: new Uint8Array() },
  }),
  // A caller without types can pass any name.
  instance('unknown colour', 'choice-unknown', { productColor: 'grey' as 'gray', productFinish: 'satin' }),
  instance('unknown finish', 'choice-unknown', { productFinish: 'toString' as 'matte' }),
  info('unknown calendar', 'choice-unknown', 'calendarTypes', {
    calendarTypes: ['gregorian' as 'Gregorian'],
  }),
  ...['2024', '240229', '29.02.2024', '2024-0229', '202402-29', ' 20240229', '2024-02-2'].map((text) =>
    date(text, 'date-malformed'),
  ),
  ...['20230229', '20240230', '20241301', '20240001', '20240100', '20240132', '20240431', '09991231'].map(
    (text) => date(text, 'date-impossible'),
  ),
  ...['20240229', '20240229-1', '2024-02-29x', '2024-02-29-batch-9', '20240229ABCDEFGH'].map((text) =>
    date(text, 'date-form-new'),
  ),
  row('key of zero', 'private-key-invalid', 'attestation.dacKey', {
    attestation: { ...attestation, dacKey: new Uint8Array(32) },
  }),
  row('compressed form', 'public-key-invalid', 'attestation.dacPublicKey', {
    attestation: { ...attestation, dacPublicKey: Uint8Array.of(2, ...attestation.dacPublicKey.slice(1)) },
  }),
  row('another key', 'key-pair-mismatch', 'attestation.dacKey', {
    attestation: { ...attestation, dacKey: Uint8Array.of(9, ...attestation.dacKey.slice(1)) },
  }),
  mode('tag key of 15 characters', 'key-too-long', 'semanticTags[16].manufacturerCode', {
    endpoint: 0xfff,
    semanticTags: Array(17).fill({ value: 1, manufacturerCode: 0 }),
  }),
  info('a name that is no tag', 'locale-unusual', 'locales[1]', { locales: ['x-lamp', 'en_US'] }),
  info('locale twice', 'duplicate', 'locales[2]', { locales: ['de', 'fr', 'de'] }),
  info('label twice', 'duplicate', 'fixedLabels[2].label', {
    fixedLabels: [
      { endpoint: 1, label: 'a', value: 'b' },
      { endpoint: 2, label: 'a', value: 'b' },
      { endpoint: 1, label: 'a', value: 'c' },
    ],
  }),
  row('verifier without iterations', 'incomplete', 'commissioning.iterations', {
    commissioning: { verifier: commissioning.verifier, salt: commissioning.salt },
  }),
  row('iterations alone', 'incomplete', 'commissioning.salt', { commissioning: { iterations: 1000 } }),
  row('no DAC key', 'incomplete', 'attestation.dacKey', {
    attestation: { dac: attestation.dac, pai: attestation.pai },
  }),
  row('no PAI', 'incomplete', 'attestation.pai', { attestation: { ...attestation, pai: undefined } }),
  instance('colour without finish', 'finish-missing', { productColor: 'gold' }),
  row('declaration of 791 bytes', 'declaration-long', 'attestation.certificationDeclaration', {
    attestation: { certificationDeclaration: new Uint8Array(791) },
  }),
];

const decoded: Row[] = [
  stored('nothing', 'namespace-missing', ''),
  stored('other namespaces', 'namespace-missing', '', { ...u32('vendor-id', 1), namespace: 'nvs' }),
  stored('u16 for u32', 'wrong-type', 'vendor-id', entry('vendor-id', { type: 'u16', value: 1 })),
  stored('u8 count', 'wrong-type', 'fl-sz/1', entry('fl-sz/1', { type: 'u8', value: 0 })),
  stored(
    'blob for string',
    'wrong-type',
    'vendor-name',
    entry('vendor-name', { type: 'blob', value: Uint8Array.of(1) }),
  ),
  stored('u64', 'wrong-type', 'discriminator', entry('discriminator', { type: 'u64', value: 1n })),
  stored('item of a wrong type', 'wrong-type', 'locale/0', u32('locale-sz', 1), u32('locale/0', 1)),
  stored('finish 6', 'choice-number-unknown', 'product-finish', u32('product-finish', 6)),
  stored('colour 21', 'choice-number-unknown', 'product-color', u32('product-color', 21)),
  stored('calendar 12', 'choice-bits-unknown', 'cal-types', u32('cal-types', 0x1001)),
  stored('number over its limit', 'number-out-of-range', 'hardware-ver', u32('hardware-ver', 65536)),
  stored('text over its limit', 'text-too-long', 'serial-num', string('serial-num', 'x'.repeat(33))),
  stored('the same key twice', 'key-duplicate', 'vendor-id', u32('vendor-id', 1), u32('vendor-id', 2)),
  stored('no item', 'item-missing', 'locale-sz', u32('locale-sz', 0xffffffff)),
  stored('half an item', 'item-missing', 'fl-sz/0', u32('fl-sz/0', 1), string('fl-k/0/0', 'a')),
  stored(
    'item beyond the count',
    'item-unreachable',
    'locale/1',
    u32('locale-sz', 1),
    string('locale/0', 'en'),
    string('locale/1', 'de'),
  ),
  stored('upper-case endpoint', 'item-unreachable', 'fl-sz/A', u32('fl-sz/A', 0)),
  stored('endpoint with a zero', 'item-unreachable', 'fl-sz/01', u32('fl-sz/01', 0)),
  stored('item without a count', 'item-unreachable', 'sm-label/1/0', string('sm-label/1/0', 'a')),
  stored(
    'mode without its count of tags',
    'item-missing',
    'sm-sz/1',
    u32('sm-sz/1', 1),
    string('sm-label/1/0', 'a'),
    u32('sm-mode/1/0', 1),
  ),
  stored('unknown key', 'key-unknown', 'my-key', u32('my-key', 1)),
  stored('passcode', 'passcode-stored', 'pin-code', u32('pin-code', 20202021)),
];

test.each([...checked, ...decoded])('%s: %s', (_name, code, field, findings) => {
  expect(findings().map((finding) => [finding.code, finding.where.field ?? ''])).toEqual([
    [`factory-data.${code}`, field],
  ]);
});

test('every code is found somewhere', () => {
  const codes = new Set([...checked, ...decoded].map(([, code]) => `factory-data.${code}`));
  expect([...codes].sort()).toEqual([...factoryDataErrors.codes].sort());
});

test.each([
  ['discriminator-out-of-range', { discriminator: -1 }],
  ['iterations-out-of-range', { iterations: 999, salt: commissioning.salt }],
  ['salt-length', { iterations: 1000, salt: new Uint8Array(15) }],
  ['verifier-length', { ...commissioning, verifier: new Uint8Array(96) }],
  ['verifier-point-invalid', { ...commissioning, verifier: new Uint8Array(97).fill(1) }],
] as const)('commissionable data: %s', (code, data) => {
  const findings = checkFactoryData({ commissioning: data });
  expect(commissioningErrors.codes).toContain(`commissioning.${code}`);
  expect(findings.map((finding) => finding.code)).toEqual([`commissioning.${code}`]);
});

test.each(['salt', 'verifier'])('a %s that is no base64', (key) => {
  const { data, extra, findings } = decodeFactoryData([string(key, 'secret!')]);
  expect(data).toEqual({});
  expect(extra).toHaveLength(1);
  expect(findings).toMatchObject([{ code: 'bytes.base64-invalid', where: { field: key } }]);
  expect(JSON.stringify(findings)).not.toContain('secret');
});

test('a near name is suggested', () => {
  const [finding] = checkFactoryData({
    deviceInstanceInfo: { productColor: 'grey' as 'gray', productFinish: 'satin' },
  });
  expect(finding?.help).toContain('did you mean gray?');
});

test('a finding of an image keeps the place of its entry', () => {
  const [finding] = decodeFactoryData([
    { ...u32('my-key', 1), where: { file: 'a.bin', offset: 64 } },
  ]).findings;
  expect(finding?.where).toEqual({ file: 'a.bin', offset: 64, field: 'my-key' });
});

test('secrets stay out of findings', () => {
  const dacKey = Uint8Array.of(...attestation.dacKey.slice(1), 0x77);
  const findings = checkFactoryData({
    attestation: { ...attestation, dacKey },
    commissioning: { verifier: commissioning.verifier.slice(1), salt: commissioning.salt.slice(1) },
    deviceInstanceInfo,
  });
  expect(findings.length).toBeGreaterThan(3);
  for (const finding of findings) {
    for (const value of Object.values(finding.params)) expect(value).not.toBeInstanceOf(Uint8Array);
  }
});

test('limits themselves are kept', () => {
  const locale = 'en-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaa';
  expect([locale.length, 'ö'.repeat(16).length]).toEqual([35, 16]);
  const data: FactoryData = {
    deviceInstanceInfo: {
      vendorName: 'ö'.repeat(16),
      productName: 'x'.repeat(32),
      serialNumber: 'x'.repeat(32),
      partNumber: 'x'.repeat(32),
      hardwareVersionString: 'x'.repeat(64),
      productLabel: 'x'.repeat(64),
      productUrl: 'x'.repeat(256),
      manufacturingDate: '1000-01-31ABCDEFGH',
      vendorId: 0xffff,
      productId: 0,
    },
    attestation: { ...attestation, dac: new Uint8Array(600) },
    deviceInfo: {
      locales: [locale],
      fixedLabels: [{ endpoint: 0xfffe, label: 'x'.repeat(16), value: 'y'.repeat(16) }],
    },
  };
  expect(checkFactoryData(data).map(({ code }) => code)).toEqual(['factory-data.date-form-new']);
  expect(encodeFactoryData(data).items).toHaveLength(21);
});
