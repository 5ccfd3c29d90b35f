/**
 * The binary partition table: rows of 32 bytes (magic, type, subtype, offset, size, name, flags), an MD5 row, then
 * 0xFF (ESP-IDF Programming Guide, "Partition Tables"; gen_esp32part.py, to_binary and from_binary).
 */
import { toHex, utf8, utf8Length } from '../bytes/text';
import { md5 } from '../crypto/hash';
import { FactoryError, type Finding } from '../errors/factory-error';
import { partitionTableErrors } from '../errors/partition-table';
import { type CheckOptions, checkPartitions } from './checks';
import { FLAGS, MAX_NAME_LENGTH, ROW_LENGTH, TABLE_LENGTH } from './layout';
import type { Partition, PartitionTable } from './partition';

const { finding } = partitionTableErrors;

const ROW_MAGIC = 0x50aa;
const MD5_MAGIC = 0xebeb;
const KNOWN_FLAGS = FLAGS.encrypted | FLAGS.readonly;

export interface EncodeOptions {
  /** CONFIG_PARTITION_TABLE_MD5: whether to write the checksum row. Default true. */
  readonly md5?: boolean;
}

/**
 * The 3072 bytes of a partition-table.bin. Offsets and sizes are in bytes.
 * Errors: partition-table.rows-too-many, .name-missing, .name-too-long, .number-out-of-range.
 */
export function encodePartitionTable(
  partitions: readonly Partition[],
  options: EncodeOptions = {},
): Uint8Array {
  const checksum = options.md5 ?? true;
  const max = TABLE_LENGTH / ROW_LENGTH - (checksum ? 2 : 1);
  if (partitions.length > max) {
    throw partitionTableErrors.error('partition-table.rows-too-many', { rows: partitions.length, max });
  }
  const findings = partitions.flatMap(checkEncodable);
  if (findings.length > 0) throw new FactoryError(findings);
  const table = new Uint8Array(TABLE_LENGTH).fill(0xff);
  const view = new DataView(table.buffer);
  for (const [index, partition] of partitions.entries())
    encodeRow(table, view, index * ROW_LENGTH, partition);
  if (checksum) {
    const end = partitions.length * ROW_LENGTH;
    view.setUint16(end, MD5_MAGIC);
    table.set(md5(table.subarray(0, end)), end + 16);
  }
  return table;
}

/** Whether data begins like a binary table; anything else is parsed as CSV. */
export function isBinaryTable(data: Uint8Array): boolean {
  return data[0] === 0xaa && data[1] === 0x50;
}

/**
 * The partitions of a binary table and all findings about it, including those of ESP-IDF's checks.
 * Errors if nothing can be read: partition-table.length, partition-table.magic (in the first row).
 */
export function decodePartitionTable(
  data: Uint8Array,
  options: CheckOptions & { file?: string } = {},
): PartitionTable {
  const at = (offset: number) => (options.file === undefined ? { offset } : { file: options.file, offset });
  if (data.length === 0 || data.length % ROW_LENGTH !== 0) {
    throw partitionTableErrors.error('partition-table.length', { length: data.length }, at(data.length));
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const partitions: Partition[] = [];
  const findings: Finding[] = [];
  let hashed = 0;
  let ended = false;
  for (let offset = 0; offset < data.length && !ended; offset += ROW_LENGTH) {
    const row = data.subarray(offset, offset + ROW_LENGTH);
    const magic = view.getUint16(offset, true);
    if (offset >= TABLE_LENGTH) {
      const params = { rows: data.length / ROW_LENGTH, max: TABLE_LENGTH / ROW_LENGTH - 1 };
      findings.push(partitionTableErrors.finding('partition-table.rows-too-many', params, at(offset)));
      ended = true;
    } else if (row.every((byte) => byte === 0xff)) {
      ended = true;
    } else if (magic === MD5_MAGIC) {
      const stored = toHex(row.subarray(16));
      const computed = toHex(md5(data.subarray(0, hashed)));
      if (stored !== computed) {
        findings.push(finding('partition-table.md5-mismatch', { stored, computed }, at(offset)));
      }
    } else if (magic === ROW_MAGIC) {
      partitions.push(decodeRow(row, view, offset, findings, at));
      hashed = offset + ROW_LENGTH;
    } else {
      const found = view.getUint16(offset);
      const wrong = finding('partition-table.magic', { found }, at(offset));
      if (offset === 0) throw new FactoryError([wrong]);
      findings.push(wrong);
      ended = true;
    }
  }
  if (!ended) findings.push(finding('partition-table.end-missing', {}, at(data.length)));
  const checks = checkPartitions(partitions, options);
  const file = options.file;
  findings.push(
    ...(file === undefined ? checks : checks.map((one) => ({ ...one, where: { file, ...one.where } }))),
  );
  return { partitions, findings };
}

function checkEncodable({ name, type, subtype, offset, size }: Partition): Finding[] {
  const length = utf8Length(name);
  const outside = (column: string, value: number, max: number) =>
    Number.isInteger(value) && value >= 0 && value <= max
      ? []
      : [finding('partition-table.number-out-of-range', { column, written: String(value), max })];
  return [
    ...(length === 0 ? [finding('partition-table.name-missing', {})] : []),
    ...(length > MAX_NAME_LENGTH
      ? [finding('partition-table.name-too-long', { name, length, max: MAX_NAME_LENGTH })]
      : []),
    ...outside('type', type, 0xff),
    ...outside('subtype', subtype, 0xff),
    ...outside('offset', offset, 0xffffffff),
    ...outside('size', size, 0xffffffff),
  ];
}

function encodeRow(table: Uint8Array, view: DataView, at: number, partition: Partition): void {
  view.setUint16(at, ROW_MAGIC, true);
  view.setUint8(at + 2, partition.type);
  view.setUint8(at + 3, partition.subtype);
  view.setUint32(at + 4, partition.offset, true);
  view.setUint32(at + 8, partition.size, true);
  table.fill(0, at + 12, at + 12 + MAX_NAME_LENGTH);
  table.set(utf8(partition.name), at + 12);
  const flags = (partition.encrypted ? FLAGS.encrypted : 0) | (partition.readonly ? FLAGS.readonly : 0);
  view.setUint32(at + 28, flags, true);
}

function decodeRow(
  row: Uint8Array,
  view: DataView,
  offset: number,
  findings: Finding[],
  at: (offset: number) => { offset: number },
): Partition {
  const field = row.subarray(12, 12 + MAX_NAME_LENGTH);
  const end = field.indexOf(0);
  const bytes = end < 0 ? field : field.subarray(0, end);
  const name = new TextDecoder().decode(bytes);
  const isCsvName = Buffer.from(name, 'utf8').equals(bytes) && !/[\p{Cc},]|^[\s#]|\s$/u.test(name);
  if (!isCsvName) findings.push(finding('partition-table.name-invalid', { name }, at(offset)));
  const flags = view.getUint32(offset + 28, true);
  const unknown = (flags & ~KNOWN_FLAGS) >>> 0;
  if (unknown !== 0) {
    const params = { name, flags: unknown };
    findings.push(finding('partition-table.flags-unknown', params, at(offset), 'warning'));
  }
  return {
    name,
    type: view.getUint8(offset + 2),
    subtype: view.getUint8(offset + 3),
    offset: view.getUint32(offset + 4, true),
    size: view.getUint32(offset + 8, true),
    encrypted: (flags & FLAGS.encrypted) !== 0,
    readonly: (flags & FLAGS.readonly) !== 0,
    source: { offset },
  };
}
