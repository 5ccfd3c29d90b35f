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
  /** Bytes from the start of the flash. */
  readonly offset: number;
  /** Where the file begins in the flash: 0 but for a file that begins with the table. */
  readonly start: number;
  readonly partitions: readonly Partition[];
  readonly findings: readonly Finding[];
}

const SECTOR = 0x1000;
const TABLE_LENGTH = 0xc00;
const ROW_LENGTH = 32;
/** ESP-IDF's default, and that of the esp-matter apps. */
const USUAL_OFFSETS = [0x8000, 0xc000];
const SECURE_CERT_TYPE = 0x3f;
const BOOTLOADER_TYPE = 2;
const TABLE_TYPE = 3;

/** Findings that mean that there is no table. */
const FRAMING = new Set([
  'partition-table.magic',
  'partition-table.md5-mismatch',
  'partition-table.end-missing',
]);

/** The partition table of a dump; at unusual offsets, only one with a valid MD5. */
export function findPartitionTable(bytes: Uint8Array): FoundPartitionTable | undefined {
  const first = readFirstTable(bytes);
  if (first !== undefined) return first;
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

/**
 * The table at the start of a file: partition-table.bin, or a dump that was read from the table on. Its place in the flash
 * follows from its partitions, which come after it.
 */
function readFirstTable(bytes: Uint8Array): FoundPartitionTable | undefined {
  if (!isBinaryTable(bytes)) return undefined;
  const isAlone = isLoneTable(bytes);
  const data = bytes.subarray(0, isAlone ? Math.min(bytes.length, SECTOR) : TABLE_LENGTH);
  if (data.length < ROW_LENGTH || data.length % ROW_LENGTH !== 0) return undefined;
  const { partitions } = parsePartitionTable(data);
  const offset = tableOffsetOf(bytes, partitions);
  const { findings } = parsePartitionTable(data, { tableOffset: offset });
  if (partitions.length === 0) return undefined;
  if (!isAlone && findings.some(({ code }) => FRAMING.has(code))) return undefined;
  return { offset, start: offset, partitions, findings };
}

/** Whether a file that begins with a table has nothing else. */
export function isLoneTable(bytes: Uint8Array): boolean {
  return isBinaryTable(bytes) && bytes.length <= SECTOR;
}

/** A usual offset, or else the sector before the first partition; where several are possible, the one at which NVS is found. */
function tableOffsetOf(bytes: Uint8Array, partitions: readonly Partition[]): number {
  const own = partitions.find(({ type, subtype }) => type === TABLE_TYPE && subtype === 0);
  if (own !== undefined) return own.offset;
  const after = partitions.filter(({ type }) => type !== BOOTLOADER_TYPE).map(({ offset }) => offset);
  const last = Math.max(0, Math.min(...after) - SECTOR);
  const possible = [...USUAL_OFFSETS.filter((offset) => offset <= last), last];
  const nvs = dataPartitions(partitions, DATA_SUBTYPE.nvs);
  // The first pages tell.
  const fits = (start: number) =>
    nvs.some(({ offset, size }) => {
      const pages = bytes.subarray(offset - start, offset - start + Math.min(size, 4 * SECTOR));
      const whole = pages.subarray(0, pages.length - (pages.length % SECTOR));
      return whole.length > 0 && !['not-nvs', 'blank'].includes(classifyNvs(whole));
    });
  return possible.find(fits) ?? possible[0] ?? last;
}

function readTableAt(bytes: Uint8Array, offset: number): FoundPartitionTable | undefined {
  const data = bytes.subarray(offset, offset + TABLE_LENGTH);
  if (data.length < 2 * ROW_LENGTH || data.length % ROW_LENGTH !== 0 || !isBinaryTable(data))
    return undefined;
  const { partitions, findings } = parsePartitionTable(data, { tableOffset: offset });
  if (partitions.length === 0 || findings.some(({ code }) => FRAMING.has(code))) return undefined;
  return { offset, start: 0, partitions, findings: shifted(findings, offset) };
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
  { partitions, start }: FoundPartitionTable,
  which: string | undefined,
): ChosenPartitions {
  const nvs = dataPartitions(partitions, DATA_SUBTYPE.nvs);
  const keys = dataPartitions(partitions, DATA_SUBTYPE.nvs_keys)[0];
  const secureCert = partitions.find(isSecureCert);
  // A partition that is blank or outside the dump is ignored next to the NVS partition.
  const ifPresent = (partition: Partition | undefined) =>
    partition !== undefined && isInside(bytes, partition, start) && !isBlank(bytes, partition, start)
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
    if (!isInside(bytes, chosen, start)) throw outside(bytes, chosen, start);
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
      contents: contentsOf(bytes, partition, start),
    }));
    throw inspectErrors.error('inspect.partition-choose', { choices });
  }
  if (first !== undefined) {
    if (!isInside(bytes, first, start)) throw outside(bytes, first, start);
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

function isInside(bytes: Uint8Array, { offset, size }: Partition, start: number): boolean {
  return size > 0 && offset >= start && offset - start + size <= bytes.length;
}

/** The bytes of a partition that is inside. */
export function bytesOf(bytes: Uint8Array, { offset, size }: Partition, start: number): Uint8Array {
  return bytes.subarray(offset - start, offset - start + size);
}

function isBlank(bytes: Uint8Array, partition: Partition, start: number): boolean {
  return bytesOf(bytes, partition, start).every((byte) => byte === 0xff);
}

function outside(bytes: Uint8Array, { name, offset, size }: Partition, start: number): FactoryError {
  const params = { label: name, offset, end: offset + size, start, size: start + bytes.length };
  return inspectErrors.error('inspect.partition-outside', params);
}

/** A short description of a partition, to choose from. */
export function contentsOf(bytes: Uint8Array, partition: Partition, start = 0): string {
  if (!isInside(bytes, partition, start)) return 'not in the dump';
  const image = bytesOf(bytes, partition, start);
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
