/** Writes partitions as ESP-IDF's gen_esp32part.py does when it turns a binary into CSV. */
import { subtypeName, typeName } from './layout';
import type { Partition } from './partition';

const UNITS = [
  [0x100000, 'M'],
  [0x400, 'K'],
] as const;

/** A partitions.csv with every offset and size resolved, byte-equal to ESP-IDF's own output. */
export function formatPartitionsCsv(partitions: readonly Partition[]): string {
  const rows = [
    '# ESP-IDF Partition Table',
    '# Name, Type, SubType, Offset, Size, Flags',
    ...partitions.map(formatRow),
  ];
  return `${rows.join('\n')}\n`;
}

/** "encrypted:readonly", as in the flags column. */
export function formatFlags({ encrypted, readonly }: Pick<Partition, 'encrypted' | 'readonly'>): string {
  return [encrypted ? 'encrypted' : '', readonly ? 'readonly' : ''].filter((flag) => flag !== '').join(':');
}

/** A size in whole M or K if possible, otherwise in hexadecimal. */
export function formatSize(size: number): string {
  const unit = UNITS.find(([bytes]) => size % bytes === 0);
  return unit === undefined ? `0x${size.toString(16)}` : `${size / unit[0]}${unit[1]}`;
}

function formatRow(partition: Partition): string {
  const { name, type, subtype, offset, size } = partition;
  const address = `0x${offset.toString(16)}`;
  return [
    name,
    typeName(type),
    subtypeName(type, subtype),
    address,
    formatSize(size),
    formatFlags(partition),
  ].join(',');
}
