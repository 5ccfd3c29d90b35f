import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectors } from '../../../../tools/testing/vectors';
import { decodeFactoryData, encodeFactoryData, type FactoryData } from '../../src/factory-data';
import type { NvsEntry, NvsItem } from '../../src/nvs';

const golden = vectors('golden');

/** The CSVs of this folder are simple: one line a row, quotes only around one value. */
function readCsv(name: string): NvsItem[] {
  const [, ...lines] = readFileSync(join(golden, 'full', name), 'utf8')
    .trim()
    .split(/\r?\n/);
  return lines.map((line) => {
    const [key = '', type, encoding, raw = ''] = line.split(/,(.*?),(.*?),(.*)/s);
    if (type === 'namespace') return { type, namespace: key };
    const value = raw.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"');
    const place = { namespace: 'chip-factory', key };
    if (encoding === 'u32') return { ...place, type: 'u32', value: Number(value) };
    if (encoding === 'string') return { ...place, type: 'string', value };
    const bytes = type === 'file' ? readFileSync(join(golden, value)) : Buffer.from(value, 'hex');
    return { ...place, type: 'blob', value: Uint8Array.from(bytes) };
  });
}

const isEntry = (item: NvsItem): item is NvsEntry => item.type !== 'namespace';
const bare = (items: readonly NvsItem[]) => items.map(({ where: _, ...item }) => item);

describe('golden CSVs', () => {
  describe.each([
    ['chip-script.csv', 'sdk'],
    ['mfg-tool.csv', 'mfg-tool'],
  ] as const)('%s', (name, order) => {
    const rows = readCsv(name);
    const decoded = decodeFactoryData(rows.filter(isEntry));

    test('decodes without a rest', () => {
      expect(rows.length).toBeGreaterThan(50);
      expect(decoded.extra).toEqual([]);
      expect(decoded.findings.map(({ code }) => code)).toEqual(['factory-data.date-form-new']);
      expect(decoded.data).toMatchObject<FactoryData>({
        commissioning: { discriminator: 3840, iterations: 10000 },
        deviceInstanceInfo: { vendorId: 0xfff2, manufacturingDate: '20250416' },
        deviceInfo: { calendarTypes: ['Buddhist', 'Gregorian', 'Taiwanese'] },
      });
      expect(decoded.data.deviceInfo?.supportedModes).toHaveLength(3);
    });

    test('encodes to the same rows in the same order', () => {
      expect(bare(encodeFactoryData(decoded.data, { order }).items)).toEqual(bare(rows));
    });
  });
});
