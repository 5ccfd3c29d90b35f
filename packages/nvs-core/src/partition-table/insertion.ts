import { FactoryError, partitionTableErrors } from '../errors';
import { tableOffsetOf } from './checks';
import { parsePartitionsCsv, type ReadOptions, readPartitionsCsv, splitFields } from './csv';
import { formatFlags } from './format';
import { offsetAlignment, subtypeName, TABLE_SECTOR_LENGTH, typeName } from './layout';
import { endOf, findPartition, isPrimary, type Partition } from './partition';

/** A partition to find a place for; sizes in bytes. */
export type NewPartition = Pick<Partition, 'name' | 'type' | 'subtype' | 'size'> &
  Partial<Pick<Partition, 'encrypted' | 'readonly'>>;

export interface Insertion {
  /** The whole new text. */
  readonly text: string;
  /** The row, with its line in the new text. */
  readonly partition: Partition;
  /** The row as it is written. */
  readonly row: string;
}

interface Gap {
  /** Index of the line after which the row goes, -1 for before the first partition. */
  readonly line: number;
  readonly offset: number;
  readonly end: number;
}

/**
 * Adds a partition to a partitions.csv in free flash, the space after the last partition first, without moving any
 * other partition: comments, order, line ends and the shape of the rows stay.
 * Errors: partition-table.name-taken, partition-table.no-space, and those of parsePartitionsCsv.
 */
export function insertPartition(
  text: string,
  wanted: NewPartition,
  options: ReadOptions & { readonly flashSize: number },
): Insertion {
  const { partitions } = parsePartitionsCsv(text, options);
  const where = options.file === undefined ? {} : { file: options.file };
  const taken = findPartition(partitions, wanted.name);
  if (taken !== undefined) {
    const line = taken.source?.line ?? 0;
    throw partitionTableErrors.error(
      'partition-table.name-taken',
      { name: wanted.name, line },
      { ...where, line },
    );
  }
  const gaps = findGaps(partitions, wanted.type, options);
  for (const gap of gaps.filter(({ offset, end }) => end - offset >= wanted.size)) {
    const insertion = place(text, wanted, gap, partitions, options);
    if (insertion !== undefined) return insertion;
  }
  const largest = Math.max(0, ...gaps.map(({ offset, end }) => end - offset));
  const params = { name: wanted.name, size: wanted.size, flashSize: options.flashSize, largest };
  throw partitionTableErrors.error('partition-table.no-space', params, where);
}

/** Free flash from the end of the flash backwards, aligned for the type. */
function findGaps(
  partitions: readonly Partition[],
  type: number,
  options: ReadOptions & { readonly flashSize: number },
): Gap[] {
  const alignment = offsetAlignment(type);
  const rows = partitions.filter((partition) => !isPrimary(partition));
  const ends = [tableOffsetOf(options) + TABLE_SECTOR_LENGTH, ...rows.map(endOf)];
  const starts = [...rows.map(({ offset }) => offset), options.flashSize];
  const lines = [-1, ...rows.map(({ source }) => (source?.line ?? 0) - 1)];
  return ends
    .map((end, index) => ({
      line: lines[index] ?? -1,
      offset: Math.ceil(end / alignment) * alignment,
      end: starts[index] ?? 0,
    }))
    .reverse();
}

/** The text with the row in that gap, unless it would move another partition (a blank offset follows). */
function place(
  text: string,
  wanted: NewPartition,
  gap: Gap,
  before: readonly Partition[],
  options: ReadOptions,
): Insertion | undefined {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const firstRow = (before.find((partition) => !isPrimary(partition))?.source?.line ?? lines.length + 1) - 1;
  const index = gap.line < 0 ? firstRow : gap.line + 1;
  const model = lines[gap.line < 0 ? firstRow : gap.line] ?? '';
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const row = formatLike(
    model.replace(/[\r\n]+$/, ''),
    { encrypted: false, readonly: false, ...wanted },
    gap.offset,
  );
  const previous = lines[index - 1];
  const unended = previous !== undefined && previous !== '' && !/[\r\n]$/.test(previous);
  const added = unended ? `${eol}${row}` : row + eol;
  const result = [...lines.slice(0, index), added, ...lines.slice(index)].join('');
  const after = readPartitionsCsv(result, options);
  const partition = findPartition(after.partitions, wanted.name);
  const own = after.findings.filter(
    ({ severity, where }) => severity === 'error' && where.line === index + 1,
  );
  if (own.length > 0 && partition?.offset === gap.offset) throw new FactoryError(own);
  const others = after.partitions.filter(({ name }) => name !== wanted.name);
  const unmoved = others.every(({ name, offset, size }) => {
    const old = findPartition(before, name);
    return old?.offset === offset && old.size === size;
  });
  return partition !== undefined && unmoved && others.length === before.length
    ? { text: result, partition, row }
    : undefined;
}

/** A row whose columns begin where those of the neighbour do, as far as the values allow. */
function formatLike(
  model: string,
  wanted: NewPartition & Pick<Partition, 'encrypted' | 'readonly'>,
  offset: number,
): string {
  const columns = splitFields(model).map(({ column }) => column - 1);
  const flags = formatFlags(wanted);
  const values = [
    wanted.name,
    typeName(wanted.type),
    subtypeName(wanted.type, wanted.subtype),
    `0x${offset.toString(16).toUpperCase()}`,
    `0x${wanted.size.toString(16).toUpperCase()}`,
    ...(flags === '' ? [] : [flags]),
  ];
  let row = '';
  for (const [index, value] of values.entries()) {
    const blank = splitFields(model)[index]?.text === '';
    const column = blank ? 0 : (columns[index] ?? 0);
    row = index === 0 ? value : `${row},`;
    if (index > 0) row = `${row} `.padEnd(column) + value;
  }
  return columns.length > values.length ? `${row},` : row;
}
