import fc from 'fast-check';
import { utf8Length } from '../../src/bytes';
import {
  decodeFactoryData,
  encodeFactoryData,
  type FactoryData,
  PRODUCT_COLORS,
  PRODUCT_FINISHES,
} from '../../src/factory-data';
import { CALENDAR_TYPES } from '../../src/factory-data/choices';
import { factoryItems } from '../../src/factory-data/items';
import type { NvsEntry, NvsItem } from '../../src/nvs';
import { sample } from './samples';

const isEntry = (item: NvsItem): item is NvsEntry => item.type !== 'namespace';
const entriesOf = (data: FactoryData): NvsEntry[] => encodeFactoryData(data).items.filter(isEntry);
const entries = entriesOf(sample);

/** Lists in the order of the image: endpoints by their first member. */
const grouped = <T extends { endpoint: number }>(list: readonly T[]): T[] => {
  const endpoints = [...new Set(list.map(({ endpoint }) => endpoint))];
  return endpoints.flatMap((endpoint) => list.filter((member) => member.endpoint === endpoint));
};

test('everything comes back', () => {
  const { data, extra, findings } = decodeFactoryData(entries);
  expect(data).toEqual({
    ...sample,
    deviceInfo: {
      ...sample.deviceInfo,
      fixedLabels: grouped(sample.deviceInfo.fixedLabels),
      supportedModes: sample.deviceInfo.supportedModes.map((mode) => ({ semanticTags: [], ...mode })),
    },
  });
  expect(extra).toEqual([]);
  expect(findings.map(({ code }) => code)).toEqual(['factory-data.date-form-new']);
});

const text = (max: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: max })
    .filter((value) => utf8Length(value) <= max && !value.includes('\0'));
const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const number = (max: number) => fc.integer({ min: 0, max });
const endpoint = number(0xfff);
const partly = { requiredKeys: [] };

const anyData = fc.record({
  commissioning: fc.record(
    { discriminator: number(4095), iterations: fc.integer({ min: 1000, max: 100000 }), salt: bytes(16, 32) },
    partly,
  ),
  attestation: fc.record(
    { dac: bytes(1, 600), pai: bytes(1, 600), certificationDeclaration: bytes(1, 900) },
    partly,
  ),
  deviceInstanceInfo: fc
    .record(
      {
        vendorId: number(0xffff),
        vendorName: text(32),
        productUrl: text(256),
        rotatingDeviceIdUniqueId: bytes(16, 16),
        productFinish: fc.constantFrom(...PRODUCT_FINISHES),
        productColor: fc.constantFrom(...PRODUCT_COLORS),
      },
      partly,
    )
    .filter(({ productColor, productFinish }) => productColor === undefined || productFinish !== undefined),
  deviceInfo: fc.record({
    calendarTypes: fc.subarray([...CALENDAR_TYPES]),
    locales: fc.array(text(35), { maxLength: 40 }),
    fixedLabels: fc.array(fc.record({ endpoint, label: text(16), value: text(16) }), {
      minLength: 1,
      maxLength: 12,
    }),
    supportedModes: fc.array(
      fc.record({
        endpoint: number(0xff),
        label: text(64),
        mode: number(0xff),
        semanticTags: fc.array(fc.record({ value: number(0xffff), manufacturerCode: number(0xffff) }), {
          maxLength: 3,
        }),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  }),
});

test('what is encoded decodes to the same', () => {
  fc.assert(
    fc.property(anyData, fc.constantFrom('sdk' as const, 'mfg-tool' as const), (data, order) => {
      const decoded = decodeFactoryData(encodeFactoryData(data, { order }).items.filter(isEntry));
      const { fixedLabels, supportedModes, ...rest } = data.deviceInfo;
      const filled = Object.fromEntries(
        Object.entries(data).filter(([, group]) => Object.keys(group).length > 0),
      );
      expect(decoded.data).toEqual({
        ...filled,
        deviceInfo: { ...rest, fixedLabels: grouped(fixedLabels), supportedModes: grouped(supportedModes) },
      });
      expect(decoded.extra).toEqual([]);
      expect(decoded.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    }),
  );
});

test('a missing entry never surprises, and no other value is lost silently', () => {
  for (const missing of entries) {
    const { data, extra, findings } = decodeFactoryData(entries.filter((entry) => entry !== missing));
    const written = new Set(entriesUnchecked(data));
    const lost = entries.filter(({ key }) => key !== missing.key && !written.has(key));
    expect(extra.map(({ key }) => key)).toEqual(lost.map(({ key }) => key));
    if (lost.length > 0)
      expect(findings.some(({ code }) => /item-(missing|unreachable)/.test(code))).toBe(true);
  }
});

const entriesUnchecked = (data: FactoryData): string[] => factoryItems(data).map(({ key }) => key);

test('an entry of any other type is found and kept aside', () => {
  for (const changed of entries) {
    const type = changed.type === 'blob' ? 'string' : 'blob';
    const value = type === 'blob' ? Uint8Array.of(1) : 'x';
    const wrong = { namespace: changed.namespace, key: changed.key, type, value } as NvsEntry;
    const { extra, findings } = decodeFactoryData(
      entries.map((entry) => (entry === changed ? wrong : entry)),
    );
    expect(extra).toContain(wrong);
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'factory-data.wrong-type',
        params: expect.objectContaining({ key: changed.key }),
      }),
    );
  }
});

test('any entries give data and findings', () => {
  const keys = fc.oneof(
    fc.constantFrom(
      ...entries.map(({ key }) => key),
      'fl-sz/',
      'fl-sz/ffff',
      'locale/',
      '__proto__',
      'constructor',
    ),
    fc.string({ maxLength: 15 }),
  );
  const values = fc.oneof(
    fc.record({ type: fc.constant('u32' as const), value: fc.integer({ min: 0, max: 0xffffffff }) }),
    fc.record({ type: fc.constant('string' as const), value: fc.string({ unit: 'binary', maxLength: 40 }) }),
    fc.record({ type: fc.constant('blob' as const), value: fc.uint8Array({ maxLength: 100 }) }),
    fc.record({ type: fc.constant('u64' as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  );
  const some = fc.array(
    fc.tuple(keys, values).map(([key, value]): NvsEntry => ({ namespace: 'chip-factory', key, ...value })),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(some, (list) => {
      const { extra, findings } = decodeFactoryData(list);
      expect(extra.length).toBeLessThanOrEqual(list.length);
      for (const finding of findings) expect(finding.message).not.toContain('undefined');
    }),
  );
});

test('entries of other namespaces are extra, without a word', () => {
  const other: NvsEntry = { namespace: 'nvs', key: 'vendor-id', type: 'u32', value: 1 };
  const { data, extra, findings } = decodeFactoryData([
    other,
    ...entriesOf({ deviceInstanceInfo: { vendorId: 2 } }),
  ]);
  expect(data).toEqual({ deviceInstanceInfo: { vendorId: 2 } });
  expect([extra, findings]).toEqual([[other], []]);
});

test('the first of two equal keys counts', () => {
  const [one, other] = [1, 2].map(
    (value): NvsEntry => ({ namespace: 'chip-factory', key: 'vendor-id', type: 'u32', value }),
  );
  if (one === undefined || other === undefined) throw new Error('two were made');
  const { data, extra } = decodeFactoryData([one, other]);
  expect(data.deviceInstanceInfo?.vendorId).toBe(1);
  expect(extra).toEqual([other]);
});
