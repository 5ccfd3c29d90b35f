/** ESP-IDF's own checks of a partition table (gen_esp32part.py, verify), all reported at once. */
import { utf8Length } from '../bytes/text';
import type { Finding } from '../errors/factory-error';
import { partitionTableErrors } from '../errors/partition-table';
import {
  APP_TYPE,
  DATA_SUBTYPE,
  DATA_TYPE,
  DEFAULT_TABLE_OFFSET,
  MAX_NAME_LENGTH,
  NVS_KEYS_MIN_LENGTH,
  NVS_RW_MIN_LENGTH,
  OTADATA_LENGTH,
  offsetAlignment,
  SECTOR_LENGTH,
  SUBTYPE_NAMES,
  subtypeName,
  subtypesOf,
  TABLE_SECTOR_LENGTH,
  TYPES,
  typeName,
} from './layout';
import {
  columnAt,
  dataPartitions,
  endOf,
  isPrimary,
  type Partition,
  type PartitionSource,
} from './partition';

export interface CheckOptions {
  /** CONFIG_PARTITION_TABLE_OFFSET in bytes. Default 0x8000. */
  readonly tableOffset?: number;
  /** Size of the flash in bytes; without it, the end of the flash is not checked. */
  readonly flashSize?: number;
  /** Secure Boot V1 requires app sizes in multiples of 64 KiB. */
  readonly secureBoot?: 'v1' | 'v2';
}

export function tableOffsetOf(options: CheckOptions): number {
  return options.tableOffset ?? DEFAULT_TABLE_OFFSET;
}

/**
 * Findings about a resolved table, by row; codes partition-table.*. The offsets of `unplaced` partitions are unknown
 * and not checked.
 */
export function checkPartitions(
  partitions: readonly Partition[],
  options: CheckOptions = {},
  unplaced: ReadonlySet<Partition> = new Set(),
): Finding[] {
  const placed = partitions.filter((partition) => !unplaced.has(partition));
  return [
    ...checkTableOffset(options),
    ...partitions.flatMap((partition) => [...checkName(partition), ...checkKind(partition)]),
    ...placed.flatMap((partition) => checkExtent(partition, options)),
    ...checkNames(partitions),
    ...checkOverlaps(placed),
    ...checkOtadata(partitions, DATA_SUBTYPE.ota),
    ...checkOtadata(partitions, DATA_SUBTYPE.tee_ota),
  ];
}

const { finding } = partitionTableErrors;

function checkTableOffset(options: CheckOptions): Finding[] {
  const offset = tableOffsetOf(options);
  const fits = Number.isInteger(offset) && offset >= 0 && offset % SECTOR_LENGTH === 0;
  return fits ? [] : [finding('partition-table.table-offset-unaligned', { offset })];
}

export function checkNameLength(name: string, source: PartitionSource | undefined): Finding[] {
  const where = columnAt(source, 'name');
  if (name === '') return [finding('partition-table.name-missing', {}, where)];
  const length = utf8Length(name);
  const max = MAX_NAME_LENGTH;
  return length > max ? [finding('partition-table.name-too-long', { name, length, max }, where)] : [];
}

function checkName({ name, type, subtype, source }: Partition): Finding[] {
  const findings = checkNameLength(name, source);
  if (findings.length > 0) return findings;
  const namesType = Object.hasOwn(TYPES, name) && TYPES[name] !== type;
  const namesSubtype = SUBTYPE_NAMES.has(name) && subtypesOf(type)[name] !== subtype;
  if (!namesType && !namesSubtype) return [];
  const params = { name, type: typeName(type), subtype: subtypeName(type, subtype) };
  return [finding('partition-table.name-misleading', params, columnAt(source, 'name'), 'warning')];
}

function checkExtent(partition: Partition, options: CheckOptions): Finding[] {
  const { name, type, offset, size, source } = partition;
  const findings: Finding[] = [];
  const tableEnd = tableOffsetOf(options) + TABLE_SECTOR_LENGTH;
  const alignment = offsetAlignment(type);
  if (offset < tableEnd && !isPrimary(partition)) {
    const params = { name, offset, tableOffset: tableEnd - TABLE_SECTOR_LENGTH, tableEnd };
    findings.push(finding('partition-table.table-overlap', params, columnAt(source, 'offset')));
  }
  if (offset % alignment !== 0) {
    const params = { name, offset, alignment, app: type === APP_TYPE };
    findings.push(finding('partition-table.offset-unaligned', params, columnAt(source, 'offset')));
  }
  const sizeAlignment = type === APP_TYPE && options.secureBoot === 'v1' ? 0x10000 : SECTOR_LENGTH;
  if (type === APP_TYPE && size % sizeAlignment !== 0) {
    const params = { name, size, alignment: sizeAlignment };
    findings.push(finding('partition-table.size-unaligned', params, columnAt(source, 'size')));
  }
  if (size === 0) {
    findings.push(finding('partition-table.size-zero', { name }, columnAt(source, 'size'), 'warning'));
  }
  if (options.flashSize !== undefined && endOf(partition) > options.flashSize) {
    const params = { name, end: endOf(partition), flashSize: options.flashSize };
    findings.push(finding('partition-table.past-flash', params, columnAt(source, 'size')));
  }
  return findings;
}

/** Rules for individual data subtypes. */
function checkKind({ name, type, subtype, size, encrypted, readonly, source }: Partition): Finding[] {
  if (type !== DATA_TYPE) return [];
  const findings: Finding[] = [];
  const flags = columnAt(source, 'flags');
  if (readonly && (subtype === DATA_SUBTYPE.ota || subtype === DATA_SUBTYPE.coredump)) {
    const params = { name, subtype: subtypeName(type, subtype) };
    findings.push(finding('partition-table.readonly-refused', params, flags));
  }
  if (subtype === DATA_SUBTYPE.nvs) {
    if (size < NVS_RW_MIN_LENGTH && !readonly) {
      const params = { name, size, min: NVS_RW_MIN_LENGTH };
      findings.push(finding('partition-table.nvs-too-small', params, columnAt(source, 'size')));
    }
    if (size % SECTOR_LENGTH !== 0) {
      findings.push(
        finding('partition-table.nvs-size-unaligned', { name, size }, columnAt(source, 'size'), 'warning'),
      );
    }
    if (encrypted) findings.push(finding('partition-table.nvs-encrypted', { name }, flags, 'warning'));
  }
  if (subtype === DATA_SUBTYPE.nvs_keys && size < NVS_KEYS_MIN_LENGTH) {
    const params = { name, size, min: NVS_KEYS_MIN_LENGTH };
    findings.push(finding('partition-table.nvs-keys-too-small', params, columnAt(source, 'size')));
  }
  return findings;
}

function checkNames(partitions: readonly Partition[]): Finding[] {
  const first = new Map<string, Partition>();
  return partitions.flatMap((partition) => {
    const { name, source } = partition;
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, partition);
      return [];
    }
    const params = {
      name,
      ...(earlier.source?.line === undefined ? {} : { firstLine: earlier.source.line }),
    };
    const identical =
      earlier.type === partition.type &&
      earlier.subtype === partition.subtype &&
      earlier.offset === partition.offset &&
      earlier.size === partition.size;
    const code = identical ? 'partition-table.row-duplicate' : 'partition-table.name-duplicate';
    return name === '' && !identical ? [] : [finding(code, params, columnAt(source, 'name'))];
  });
}

/** Compares each partition with the one before it that reaches furthest. */
function checkOverlaps(partitions: readonly Partition[]): Finding[] {
  const findings: Finding[] = [];
  let last: Partition | undefined;
  for (const partition of [...partitions].sort((a, b) => a.offset - b.offset)) {
    if (last !== undefined && partition.offset < endOf(last)) {
      // The later row is the one to change.
      const [other, row] = isBefore(partition, last) ? [partition, last] : [last, partition];
      const params = {
        name: row.name,
        offset: row.offset,
        end: endOf(row),
        other: other.name,
        otherOffset: other.offset,
        otherEnd: endOf(other),
        ...(other.source?.line === undefined ? {} : { otherLine: other.source.line }),
      };
      findings.push(finding('partition-table.overlap', params, columnAt(row.source, 'offset')));
    }
    if (last === undefined || endOf(partition) > endOf(last)) last = partition;
  }
  return findings;
}

function isBefore(a: Partition, b: Partition): boolean {
  const at = ({ source }: Partition) => source?.line ?? source?.offset ?? 0;
  return at(a) < at(b);
}

function checkOtadata(partitions: readonly Partition[], subtype: number): Finding[] {
  const kind = subtypeName(DATA_TYPE, subtype);
  return dataPartitions(partitions, subtype).flatMap(({ name, size, source }, index) => {
    if (index > 0) {
      return [
        finding('partition-table.otadata-duplicate', { name, subtype: kind }, columnAt(source, 'subtype')),
      ];
    }
    if (size === OTADATA_LENGTH) return [];
    const params = { name, size, subtype: kind, expected: OTADATA_LENGTH };
    return [finding('partition-table.otadata-size', params, columnAt(source, 'size'))];
  });
}
