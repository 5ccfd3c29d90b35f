import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectors } from '../../../../tools/testing/vectors';
import { encodePartitionTable, formatPartitionsCsv } from '../../src/partition-table';
import { decodePartitionTable } from '../../src/partition-table/binary';
import { parsePartitionsCsv } from '../../src/partition-table/csv';

const folder = vectors('partition-tables');

describe("ESP-IDF's gen_esp32part.py", () => {
  const binaries = readdirSync(folder).filter((name) => name.endsWith('.bin'));

  it('made tables', () => expect(binaries).not.toHaveLength(0));

  it.each(binaries)('%s: same bytes and same resolved CSV, both ways', (name) => {
    const [, table = '', offset = ''] = /^(.*)_(0x\w+)\.bin$/.exec(name) ?? [];
    const read = (file: string) => readFileSync(join(folder, file));
    const tableOffset = Number(offset);
    const binary = new Uint8Array(read(name));
    const resolved = read(`${table}_${offset}.resolved.csv`).toString();

    const { partitions } = parsePartitionsCsv(read(`${table}.csv`).toString(), { tableOffset });
    expect(Buffer.from(encodePartitionTable(partitions)).equals(binary)).toBe(true);
    expect(formatPartitionsCsv(partitions)).toBe(resolved);

    const decoded = decodePartitionTable(binary, { tableOffset });
    expect(decoded.findings).toEqual([]);
    expect(formatPartitionsCsv(decoded.partitions)).toBe(resolved);
    const again = parsePartitionsCsv(resolved, { tableOffset }).partitions;
    expect(Buffer.from(encodePartitionTable(again)).equals(binary)).toBe(true);
  });
});
