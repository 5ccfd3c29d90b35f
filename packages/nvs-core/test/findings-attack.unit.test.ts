import { FactoryError, FINDINGS_MAX } from '../src/errors';
import { encodeNvs, type NvsItem, parseNvsCsv } from '../src/nvs';
import { decodePartitionTable } from '../src/partition-table/binary';
import { parsePartitionsCsv } from '../src/partition-table/csv';

const MANY = 1_000;

test.each([
  ['a CSV', () => parseNvsCsv(`key,type,encoding,value\n${'a,b,c,d\n'.repeat(MANY)}`)],
  [
    'an image',
    () => {
      const item: NvsItem = { namespace: 'n', key: '', type: 'u8', value: 1 };
      encodeNvs(
        Array.from({ length: MANY }, () => item),
        { size: 0x3000 },
      );
    },
  ],
])('of the findings of %s the first are shown', (_, work) => {
  let error: unknown;
  try {
    work();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(FactoryError);
  const { findings } = error as FactoryError;
  expect(findings).toHaveLength(FINDINGS_MAX + 1);
  expect(findings.at(-1)?.code).toBe('findings.more');
});

test.each([95, 96])('a table of %d rows', (rows) => {
  const text = Array.from({ length: rows }, (_, row) => `p${row},data,nvs,,16K,\n`).join('');
  const { partitions, findings } = parsePartitionsCsv(text);
  expect(partitions).toHaveLength(95);
  expect(findings.map(({ code, params }) => [code, params])).toEqual(
    rows === 95 ? [] : [['partition-table.rows-too-many', { rows, max: 95 }]],
  );
});

test('a row of many unknown variables', () => {
  const { findings } = parsePartitionsCsv(`${'$A'.repeat(MANY)},data,nvs,,16K`);
  expect(findings).toHaveLength(FINDINGS_MAX + 1);
});

test('a binary table that goes on after its length', () => {
  const row = new Uint8Array(32);
  row.set([0xaa, 0x50, 0x01, 0x02]);
  const table = (rows: number) => Uint8Array.from(Array.from({ length: rows }, () => [...row]).flat());
  const codes = (rows: number) => decodePartitionTable(table(rows)).findings.map(({ code }) => code);
  expect(codes(96)).not.toContain('partition-table.rows-too-many');
  expect(codes(97).filter((code) => code === 'partition-table.rows-too-many')).toHaveLength(1);
  expect(decodePartitionTable(table(97)).partitions).toHaveLength(96);
});
