import { FactoryError, partitionTableErrors } from '../errors';
import { tableOffsetOf } from './checks';
import { parsePartitionsCsv, safeParsePartitionsCsv } from './csv';
import { formatFlags } from './format';
import { offsetAlignment, subtypeName, TABLE_SECTOR_LENGTH, typeName } from './layout';
import { endOf, findPartition, isPrimary, type Partition } from './partition';
import { type ReadOptions, splitFields } from './row';

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
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const distance = ({ source }: Partition) => Math.abs((source?.line ?? 0) - index - 0.4);
  const models = [...before]
    .sort((a, b) => distance(a) - distance(b))
    .map(({ source }) => (lines[(source?.line ?? 0) - 1] ?? '').replace(/[\r\n]+$/, ''));
  const row = formatLike(models, { encrypted: false, readonly: false, ...wanted }, gap.offset);
  const previous = lines[index - 1];
  const unended = previous !== undefined && previous !== '' && !/[\r\n]$/.test(previous);
  const added = unended ? `${eol}${row}` : row + eol;
  const result = [...lines.slice(0, index), added, ...lines.slice(index)].join('');
  const after = safeParsePartitionsCsv(result, options);
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

/** A row whose columns begin where those of the rows before it do (the nearest first), as far as the values allow. */
function formatLike(
  models: readonly string[],
  wanted: NewPartition & Pick<Partition, 'encrypted' | 'readonly'>,
  offset: number,
): string {
  const rows = models.map(splitFields);
  const space = models[0] !== undefined && !/,\s+\S/.test(models[0]) ? '' : ' ';
  const flags = formatFlags(wanted);
  const values = [
    wanted.name,
    typeName(wanted.type),
    subtypeName(wanted.type, wanted.subtype),
    `0x${offset.toString(16).toUpperCase()}`,
    `0x${wanted.size.toString(16).toUpperCase()}`,
    ...(flags === '' ? [] : [flags]),
  ];
  const row = values.reduce((line, value, index) => {
    const field = rows.map((fields) => fields[index]).find((one) => one !== undefined && one.text !== '');
    return `${line},${space}`.padEnd(space === '' ? 0 : (field?.column ?? 1) - 1) + value;
  });
  return (rows[0]?.length ?? 0) > values.length ? `${row},` : row;
}
