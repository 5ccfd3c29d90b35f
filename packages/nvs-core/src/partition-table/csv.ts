/** Parses partitions.csv as ESP-IDF's gen_esp32part.py does (Programming Guide, "Creating Custom Tables"). */
import { type Finding, locate } from '../errors/factory-error';
import { firstFindings } from '../errors/limit';
import { partitionTableErrors } from '../errors/partition-table';
import { checkPartitions, tableOffsetOf } from './checks';
import { DATA_TYPE, offsetAlignment, ROW_LENGTH, TABLE_LENGTH, TABLE_SECTOR_LENGTH } from './layout';
import { columnAt, endOf, isPrimary, type Partition, type PartitionTable } from './partition';
import { type PartitionTableOptions, parseRow, type Row, splitFields } from './row';

const { finding } = partitionTableErrors;

/** The most rows of a binary table: without an MD5, but with its end. */
const MAX_ROWS = TABLE_LENGTH / ROW_LENGTH - 1;

/**
 * The partitions of a partitions.csv with every offset and size resolved, in bytes; unreadable rows are left out. Throws
 * nothing: errors are among the findings, with line and column; codes partition-table.* except those of the binary form.
 */
export function parsePartitionsCsv(text: string, options: PartitionTableOptions = {}): PartitionTable {
  const findings: Finding[] = [];
  const rows: Row[] = [];
  let count = 0;
  for (const [index, line] of splitLines(text).entries()) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    if (isHeader(line)) {
      findings.push(finding('partition-table.header-row', {}, { line: index + 1, column: 1 }));
      continue;
    }
    // More than the binary table can have.
    if (++count > MAX_ROWS) continue;
    rows.push(parseRow(line, index + 1, options, findings));
  }
  if (count > MAX_ROWS)
    findings.push(finding('partition-table.rows-too-many', { rows: count, max: MAX_ROWS }));
  const { partitions, unplaced } = resolveRows(rows, options, findings);
  findings.push(...checkPartitions(partitions, options, unplaced));
  const { file } = options;
  const placed = findings.map((one) => (file === undefined ? one : locate(one, { file })));
  return { partitions, findings: firstFindings(inOrder(placed)) };
}

/** As much of a row as has the first two names of columns, with spaces. */
const HEADER_LENGTH = 200;

/** Whether a row has the names of the columns: ESP-IDF expects them in a comment. */
function isHeader(line: string): boolean {
  const [name, type] = splitFields(line.slice(0, HEADER_LENGTH)).map(({ text }) =>
    text.replace(/^["']|["']$/g, '').toLowerCase(),
  );
  return name === 'name' && type === 'type';
}

/** The lines without their ends, and without a byte order mark at the start. */
export function splitLines(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
}

/**
 * Fills in blank offsets, each after the row before it, and sizes that are given as an end. After a row whose extent
 * could not be read, blank offsets are unknown: those rows are `unplaced`.
 */
function resolveRows(
  rows: readonly Row[],
  options: PartitionTableOptions,
  findings: Finding[],
): { partitions: Partition[]; unplaced: ReadonlySet<Partition> } {
  const tableEnd = tableOffsetOf(options) + TABLE_SECTOR_LENGTH;
  const partitions: Partition[] = [];
  const unplaced = new Set<Partition>();
  let end: number | undefined = tableEnd;
  for (const row of rows) {
    const { name, type, subtype, source } = row;
    if (type !== undefined && subtype !== undefined && isPrimary({ type, subtype })) {
      const { offset, size } = row;
      if (offset === undefined || size === undefined || !row.readable) continue;
      partitions.push({ name, type, subtype, offset, size, ...row.flags, source });
      continue;
    }
    const alignment = offsetAlignment(type ?? DATA_TYPE);
    const offset: number | undefined =
      row.offset ??
      (end === undefined || !row.blankOffset ? undefined : Math.ceil(end / alignment) * alignment);
    const size: number | undefined =
      row.size === undefined || row.size >= 0 ? row.size : -row.size - (offset ?? 0);
    if (size !== undefined && size < 0) {
      const params = { name, end: -(row.size ?? 0), offset: offset ?? 0 };
      findings.push(finding('partition-table.end-before-offset', params, columnAt(source, 'size')));
    }
    if (row.readable && type !== undefined && subtype !== undefined && size !== undefined && size >= 0) {
      const partition = { name, type, subtype, offset: offset ?? 0, size, ...row.flags, source };
      const overlaps = partitions.some(
        (other) => partition.offset < endOf(other) && other.offset < endOf(partition),
      );
      if (
        end !== undefined &&
        row.offset !== undefined &&
        row.offset < end &&
        row.offset >= tableEnd &&
        !overlaps
      ) {
        const params = { name, offset: row.offset, end };
        findings.push(finding('partition-table.order', params, columnAt(source, 'offset')));
      }
      partitions.push(partition);
      if (offset === undefined) unplaced.add(partition);
    }
    end = offset === undefined || size === undefined || size < 0 ? undefined : offset + size;
  }
  return { partitions, unplaced };
}

function inOrder(findings: readonly Finding[]): Finding[] {
  const at = ({ where }: Finding) => (where.line ?? 0) * 4096 + (where.column ?? 0);
  return [...findings].sort((a, b) => at(a) - at(b));
}
