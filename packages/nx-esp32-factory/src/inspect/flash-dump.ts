/** A dump of the whole flash: its partition table (ESP-IDF guide, "Partition Tables"), and the partitions to read. */
import {
  classifyNvs,
  DATA_SUBTYPE,
  DATA_TYPE,
  dataPartitions,
  decodeNvs,
  FACTORY_NAMESPACE,
  FactoryError,
  type Finding,
  findPartition,
  isBinaryTable,
  type Partition,
  parsePartitionTable,
  subtypeName,
  typeName,
} from 'nvs-core';
import { inspectErrors } from '../errors';

export interface FoundPartitionTable {
  /** Bytes from the start of the dump. */
  readonly offset: number;
  readonly partitions: readonly Partition[];
  readonly findings: readonly Finding[];
}

const SECTOR = 0x1000;
const TABLE_LENGTH = 0xc00;
const ROW_LENGTH = 32;
/** ESP-IDF's default, and that of the esp-matter apps. */
const USUAL_OFFSETS = [0x8000, 0xc000];
const SECURE_CERT_TYPE = 0x3f;

/** Findings that mean that there is no table. */
const FRAMING = new Set([
  'partition-table.magic',
  'partition-table.md5-mismatch',
  'partition-table.end-missing',
]);

/** The partition table of a dump; at unusual offsets, only one with a valid MD5. */
export function findPartitionTable(bytes: Uint8Array): FoundPartitionTable | undefined {
  for (const offset of USUAL_OFFSETS) {
    const table = readTableAt(bytes, offset);
    if (table !== undefined) return table;
  }
  for (let offset = SECTOR; offset + ROW_LENGTH <= bytes.length; offset += SECTOR) {
    if (!isBinaryTable(bytes.subarray(offset, offset + 2)) || !hasMd5(bytes, offset)) continue;
    const table = readTableAt(bytes, offset);
    if (table !== undefined) return table;
  }
  return undefined;
}

function readTableAt(bytes: Uint8Array, offset: number): FoundPartitionTable | undefined {
  const data = bytes.subarray(offset, offset + TABLE_LENGTH);
  if (data.length < 2 * ROW_LENGTH || data.length % ROW_LENGTH !== 0 || !isBinaryTable(data))
    return undefined;
  const { partitions, findings } = parsePartitionTable(data, { tableOffset: offset });
  if (partitions.length === 0 || findings.some(({ code }) => FRAMING.has(code))) return undefined;
  return { offset, partitions, findings: shifted(findings, offset) };
}

function hasMd5(bytes: Uint8Array, table: number): boolean {
  const end = Math.min(table + TABLE_LENGTH, bytes.length);
  for (let row = table; row < end; row += ROW_LENGTH) {
    if (bytes[row] === 0xeb && bytes[row + 1] === 0xeb) return true;
  }
  return false;
}

export interface ChosenPartitions {
  readonly nvs?: Partition;
  readonly secureCert?: Partition;
  readonly keys?: Partition;
  readonly findings: readonly Finding[];
}

/**
 * The partitions to read: the NVS partition of that label (or the only one), with its keys and esp_secure_cert.
 * Errors: inspect.partition-choose, .partition-unknown, .partition-unsupported, .partition-outside.
 */
export function choosePartitions(
  bytes: Uint8Array,
  { partitions }: FoundPartitionTable,
  which: string | undefined,
): ChosenPartitions {
  const nvs = dataPartitions(partitions, DATA_SUBTYPE.nvs);
  const keys = dataPartitions(partitions, DATA_SUBTYPE.nvs_keys)[0];
  const secureCert = partitions.find(isSecureCert);
  // A partition that is blank or outside the dump is ignored next to the NVS partition.
  const ifPresent = (partition: Partition | undefined) =>
    partition !== undefined && isInside(bytes, partition) && !isBlank(bytes, partition)
      ? partition
      : undefined;
  const [presentKeys, presentCert] = [ifPresent(keys), ifPresent(secureCert)];
  const others = {
    ...(presentKeys && { keys: presentKeys }),
    ...(presentCert && { secureCert: presentCert }),
  };
  if (which !== undefined) {
    const chosen = findPartition(partitions, which);
    if (chosen === undefined) {
      throw inspectErrors.error('inspect.partition-unknown', {
        label: which,
        known: partitions.map(({ name }) => name),
      });
    }
    if (!isInside(bytes, chosen)) throw outside(bytes, chosen);
    if (nvs.includes(chosen)) return { ...others, nvs: chosen, findings: [] };
    if (isSecureCert(chosen)) return { secureCert: chosen, findings: [] };
    if (isKeys(chosen)) return { keys: chosen, findings: [] };
    throw inspectErrors.error('inspect.partition-unsupported', {
      label: which,
      type: `${typeName(chosen.type)}/${subtypeName(chosen.type, chosen.subtype)}`,
      known: partitions
        .filter((one) => nvs.includes(one) || isSecureCert(one) || isKeys(one))
        .map(({ name }) => name),
    });
  }
  const [first, ...more] = nvs;
  if (more.length > 0) {
    const choices = nvs.map((partition) => ({
      label: partition.name,
      contents: contentsOf(bytes, partition),
    }));
    throw inspectErrors.error('inspect.partition-choose', { choices });
  }
  if (first !== undefined) {
    if (!isInside(bytes, first)) throw outside(bytes, first);
    return { ...others, nvs: first, findings: [] };
  }
  if (presentCert !== undefined) return { secureCert: presentCert, findings: [] };
  const found = partitions.map(({ name }) => name);
  return { findings: [inspectErrors.finding('inspect.partition-missing', { found })] };
}

function isSecureCert({ type, subtype }: Partition): boolean {
  return type === SECURE_CERT_TYPE && subtype === DATA_SUBTYPE.undefined;
}

function isKeys({ type, subtype }: Partition): boolean {
  return type === DATA_TYPE && subtype === DATA_SUBTYPE.nvs_keys;
}

function isInside(bytes: Uint8Array, { offset, size }: Partition): boolean {
  return size > 0 && offset + size <= bytes.length;
}

function isBlank(bytes: Uint8Array, { offset, size }: Partition): boolean {
  return bytes.subarray(offset, offset + size).every((byte) => byte === 0xff);
}

function outside(bytes: Uint8Array, { name, offset, size }: Partition): FactoryError {
  const params = { label: name, offset, end: offset + size, size: bytes.length };
  return inspectErrors.error('inspect.partition-outside', params);
}

/** A short description of a partition, to choose from. */
export function contentsOf(bytes: Uint8Array, partition: Partition): string {
  if (!isInside(bytes, partition)) return 'not in the dump';
  const image = bytes.subarray(partition.offset, partition.offset + partition.size);
  try {
    const kind = classifyNvs(image);
    if (kind === 'not-nvs') return 'not NVS data';
    if (kind !== 'plain') return kind;
    const { namespaces } = decodeNvs(image, { maxFindings: 0 });
    if (namespaces.some(({ name }) => name === FACTORY_NAMESPACE)) return 'Matter factory data';
    return `${namespaces.length} ${namespaces.length === 1 ? 'namespace' : 'namespaces'}`;
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return 'unreadable';
  }
}

/** Findings of a part of a file, with offsets in the file. */
export function shifted(findings: readonly Finding[], offset: number): Finding[] {
  return findings.map((finding) =>
    finding.where.offset === undefined
      ? finding
      : { ...finding, where: { ...finding.where, offset: finding.where.offset + offset } },
  );
}
