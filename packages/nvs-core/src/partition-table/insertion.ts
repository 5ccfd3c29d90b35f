import { FactoryError } from '../errors/factory-error';
import { partitionTableErrors } from '../errors/partition-table';
import { tableOffsetOf } from './checks';
import { parsePartitionsCsv } from './csv';
import { formatFlags } from './format';
import { offsetAlignment, subtypeName, TABLE_SECTOR_LENGTH, typeName } from './layout';
import { endOf, findPartition, isPrimary, type Partition } from './partition';
import { type PartitionTableOptions, splitFields } from './row';

/** A partition to add; sizes in bytes. */
export type NewPartition = Pick<Partition, 'name' | 'type' | 'subtype' | 'size'> &
  Partial<Pick<Partition, 'encrypted' | 'readonly'>>;

export interface Insertion {
  /** The whole new text. */
  readonly text: string;
  /** The new partition, with its line in the new text. */
  readonly partition: Partition;
  /** The new row. */
  readonly row: string;
}

interface Gap {
  /** Index of the line after which the row is inserted, -1 for before the first partition. */
  readonly line: number;
  readonly offset: number;
  readonly end: number;
}

/**
 * Adds a partition to a partitions.csv in free flash, after the last partition if possible, without moving any other
 * partition; comments, order, line ends and the format of the rows are preserved.
 * Errors: partition-table.name-taken, partition-table.no-space, and the error findings of parsePartitionsCsv.
 */
export function insertPartition(
  text: string,
  added: NewPartition,
  options: PartitionTableOptions & { readonly flashSize: number },
): Insertion {
  const { partitions, findings } = parsePartitionsCsv(text, options);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new FactoryError(errors);
  const where = options.file === undefined ? {} : { file: options.file };
  const taken = findPartition(partitions, added.name);
  if (taken !== undefined) {
    const line = taken.source?.line ?? 0;
    throw partitionTableErrors.error(
      'partition-table.name-taken',
      { name: added.name, line },
      { ...where, line },
    );
  }
  const gaps = findGaps(partitions, added.type, options);
  for (const gap of gaps.filter(({ offset, end }) => end - offset >= added.size)) {
    const insertion = insertInGap(text, added, gap, partitions, options);
    if (insertion !== undefined) return insertion;
  }
  const largest = Math.max(0, ...gaps.map(({ offset, end }) => end - offset));
  const params = { name: added.name, size: added.size, flashSize: options.flashSize, largest };
  throw partitionTableErrors.error('partition-table.no-space', params, where);
}

/** Free flash from the end backwards, aligned for the type. */
function findGaps(
  partitions: readonly Partition[],
  type: number,
  options: PartitionTableOptions & { readonly flashSize: number },
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

/** The text with the row in that gap; undefined if that would move another partition (its offset is blank). */
function insertInGap(
  text: string,
  added: NewPartition,
  gap: Gap,
  before: readonly Partition[],
  options: PartitionTableOptions,
): Insertion | undefined {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const firstRow = (before.find((partition) => !isPrimary(partition))?.source?.line ?? lines.length + 1) - 1;
  const index = gap.line < 0 ? firstRow : gap.line + 1;
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const distance = ({ source }: Partition) => Math.abs((source?.line ?? 0) - index - 0.4);
  const models = [...before]
    .sort((a, b) => distance(a) - distance(b))
    .map(({ source }) => (lines[(source?.line ?? 0) - 1] ?? '').replace(/\r\n$|[\r\n]$/, ''));
  const row = formatLike(models, { encrypted: false, readonly: false, ...added }, gap.offset);
  const previous = lines[index - 1];
  const isUnterminated = previous !== undefined && previous !== '' && !/[\r\n]$/.test(previous);
  const inserted = isUnterminated ? `${eol}${row}` : row + eol;
  const result = [...lines.slice(0, index), inserted, ...lines.slice(index)].join('');
  const after = parsePartitionsCsv(result, options);
  const partition = findPartition(after.partitions, added.name);
  const own = after.findings.filter(
    ({ severity, where }) => severity === 'error' && where.line === index + 1,
  );
  if (own.length > 0 && partition?.offset === gap.offset) throw new FactoryError(own);
  const others = after.partitions.filter(({ name }) => name !== added.name);
  const unmoved = others.every(({ name, offset, size }) => {
    const old = findPartition(before, name);
    return old?.offset === offset && old.size === size;
  });
  return partition !== undefined && unmoved && others.length === before.length
    ? { text: result, partition, row }
    : undefined;
}

/** A row whose columns are aligned with those of `models` (the nearest row first), as far as the values allow. */
function formatLike(
  models: readonly string[],
  added: NewPartition & Pick<Partition, 'encrypted' | 'readonly'>,
  offset: number,
): string {
  const rows = models.map(splitFields);
  const space = models[0] !== undefined && !/,\s+\S/.test(models[0]) ? '' : ' ';
  const flags = formatFlags(added);
  const values = [
    added.name,
    typeName(added.type),
    subtypeName(added.type, added.subtype),
    `0x${offset.toString(16).toUpperCase()}`,
    `0x${added.size.toString(16).toUpperCase()}`,
    ...(flags === '' ? [] : [flags]),
  ];
  const row = values.reduce((line, value, index) => {
    const field = rows.map((fields) => fields[index]).find((one) => one !== undefined && one.text !== '');
    return `${line},${space}`.padEnd(space === '' ? 0 : (field?.column ?? 1) - 1) + value;
  });
  return (rows[0]?.length ?? 0) > values.length ? `${row},` : row;
}
