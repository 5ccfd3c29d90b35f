import fc from 'fast-check';
import { FactoryError } from '../../src/errors';
import {
  DEFAULT_TABLE_CHOICES,
  defaultTableCsv,
  defaultTableName,
  encodePartitionTable,
  formatPartitionsCsv,
  type Partition,
  parsePartitionTable,
} from '../../src/partition-table';
import { decodePartitionTable } from '../../src/partition-table/binary';
import { parsePartitionsCsv } from '../../src/partition-table/csv';
import { DEFAULT_TABLE_NAMES } from '../../src/partition-table/default-tables';

const TEXT = 'nvs,data,nvs,,24K,\notadata,data,ota,,8K\nkeys,data,nvs_keys,,4K,encrypted\napp,app,ota_0,,1M';
const table = () => encodePartitionTable(parsePartitionsCsv(TEXT).partitions);
const MD5_ROW = 4 * 32;

/** The table with bytes at an offset replaced; the MD5 row is removed by default. */
const edited = (at: number, bytes: readonly number[], keepMd5 = false) => {
  const data = table();
  data.set(bytes, at);
  if (!keepMd5) data.fill(0xff, MD5_ROW, MD5_ROW + 32);
  return data;
};

describe('decodePartitionTable', () => {
  it.each<[code: string, data: Uint8Array, offset: number]>([
    ['length', new Uint8Array(), 0],
    ['length', table().subarray(0, 33), 33],
    ['magic', edited(0, [0x12]), 0],
  ])('rejects %s', (code, data, offset) => {
    let thrown: unknown;
    try {
      decodePartitionTable(data, { file: 'table.bin' });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(FactoryError);
    expect(thrown).toMatchObject({ code: `partition-table.${code}`, where: { file: 'table.bin', offset } });
  });

  it.each<[code: string, severity: string, data: Uint8Array, offset: number]>([
    ['magic', 'error', edited(32, [0x12]), 32],
    ['md5-mismatch', 'error', edited(MD5_ROW + 20, [1, 2], true), MD5_ROW],
    ['end-missing', 'error', table().subarray(0, MD5_ROW + 32), MD5_ROW + 32],
    ['flags-unknown', 'warning', edited(28, [0x81]), 0],
    ['name-invalid', 'error', edited(12, [0xff]), 0],
    ['name-invalid', 'error', edited(12, [0x2c]), 0],
    ['overlap', 'error', edited(32 + 4, [0x00, 0x98, 0x00]), 32],
    ['name-duplicate', 'error', edited(32 + 12, [...Buffer.from('nvs\0\0\0\0')]), 32],
  ])('reports %s', (code, severity, data, offset) => {
    const { findings } = decodePartitionTable(data, { file: 'table.bin' });
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: `partition-table.${code}`,
        severity,
        where: expect.objectContaining({ file: 'table.bin', offset }),
      }),
    );
  });

  it('reads a table without a checksum, and stops at its end', () => {
    const data = edited(MD5_ROW + 64, [0x12, 0x34]);
    expect(decodePartitionTable(data)).toMatchObject({ findings: [], partitions: { length: 4 } });
  });

  it('survives truncation at each length and a flip of each byte', () => {
    const data = table().subarray(0, MD5_ROW + 64);
    const attempt = (bytes: Uint8Array) => {
      try {
        return parsePartitionTable(bytes).findings.length > 0;
      } catch (error) {
        if (error instanceof FactoryError) return true;
        throw error;
      }
    };
    for (let length = 0; length < data.length - 32; length++) attempt(data.subarray(0, length));
    for (let at = 0; at < MD5_ROW + 32; at++) {
      const flipped = Uint8Array.from(data);
      flipped[at] = (flipped[at] ?? 0) ^ 0x55;
      // The filler of the MD5 row is not checked; ESP-IDF does not check it either.
      const filler = at >= MD5_ROW + 2 && at < MD5_ROW + 16;
      expect([at, attempt(flipped)]).toEqual([at, !filler]);
    }
  });
});

describe('encodePartitionTable', () => {
  const partition: Partition = {
    name: 'x',
    type: 64,
    subtype: 1,
    offset: 0x9000,
    size: 0x1000,
    encrypted: false,
    readonly: false,
  };
  it.each<[code: string, change: Partial<Partition>]>([
    ['name-missing', { name: '' }],
    ['name-too-long', { name: 'seventeen-bytes-x' }],
    ['number-out-of-range', { type: 256 }],
    ['number-out-of-range', { subtype: -1 }],
    ['number-out-of-range', { offset: 2 ** 32 }],
    ['number-out-of-range', { size: 0.5 }],
  ])('rejects %s', (code, change) => {
    expect(() => encodePartitionTable([{ ...partition, ...change }])).toThrow(`partition-table.${code}`);
  });

  const tables = fc
    .uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-z][a-z0-9_]{0,14}$/),
        type: fc.integer({ min: 0x40, max: 0xfe }),
        subtype: fc.integer({ min: 0, max: 0xfe }),
        size: fc.integer({ min: 1, max: 16 }).map((sectors) => sectors * 0x1000),
        encrypted: fc.boolean(),
        readonly: fc.boolean(),
      }),
      { selector: ({ name }) => name, maxLength: 94 },
    )
    .map((rows) => {
      let offset = 0x9000;
      return rows.map((row): Partition => {
        const placed = { ...row, offset };
        offset += row.size;
        return placed;
      });
    });

  it('round trips through both forms', () => {
    fc.assert(
      fc.property(tables, (partitions) => {
        const bare = (rows: readonly Partition[]) => rows.map(({ source: _, ...rest }) => rest);
        expect(bare(decodePartitionTable(encodePartitionTable(partitions)).partitions)).toEqual(partitions);
        expect(bare(parsePartitionsCsv(formatPartitionsCsv(partitions)).partitions)).toEqual(partitions);
      }),
      { numRuns: 50 },
    );
  });
});

describe("ESP-IDF's own tables", () => {
  it.each(DEFAULT_TABLE_NAMES)('%s has no findings in 4 MiB', (name) => {
    const { findings, partitions } = parsePartitionsCsv(defaultTableCsv(name) ?? '', { flashSize: 0x400000 });
    expect(findings).toEqual([]);
    expect(partitions[0]).toMatchObject({ name: 'nvs', offset: 0x9000 });
  });

  it('are those that the choices select', () => {
    expect(DEFAULT_TABLE_CHOICES[0]).toBe('SINGLE_APP');
    const selected = DEFAULT_TABLE_CHOICES.flatMap((choice) => [
      defaultTableName(choice),
      defaultTableName(choice, true),
    ]);
    expect(new Set(selected)).toEqual(new Set(DEFAULT_TABLE_NAMES));
    expect(defaultTableName('CUSTOM')).toBeUndefined();
    expect(defaultTableCsv('constructor')).toBeUndefined();
  });
});
