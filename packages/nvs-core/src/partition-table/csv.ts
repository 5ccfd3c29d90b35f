/** Reads partitions.csv as ESP-IDF's gen_esp32part.py does (Programming Guide, "Creating Custom Tables"). */
import { FactoryError, type Finding, locate, nearest, partitionTableErrors } from '../errors';
import { type CheckOptions, checkNameLength, checkPartitions, tableOffsetOf } from './checks';
import {
  APP_TYPE,
  BOOTLOADER_TYPE,
  DATA_TYPE,
  EMPTY_SUBTYPE,
  type ExtraSubtypes,
  FLAGS,
  offsetAlignment,
  PARTITION_TABLE_TYPE,
  PRIMARY_SUBTYPE,
  RECOVERY_SUBTYPE,
  subtypesOf,
  TABLE_SECTOR_LENGTH,
  TYPES,
} from './layout';
import { parseNumber } from './number';
import {
  COLUMNS,
  type Column,
  endOf,
  isPrimary,
  type Partition,
  type PartitionSource,
  type PartitionTable,
  whereOf,
} from './partition';

const { finding } = partitionTableErrors;

export interface ReadOptions extends CheckOptions {
  /** Names of the file in errors. */
  readonly file?: string;
  /** Where the bootloader lies, in bytes: only rows of type bootloader need it. */
  readonly primaryBootloaderOffset?: number;
  readonly recoveryBootloaderOffset?: number;
  /** Values of $NAME and ${NAME}; without it every variable is unknown. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly extraSubtypes?: ExtraSubtypes;
}

/** A row before offsets are filled in and negative sizes resolved; parts that could not be read are undefined. */
interface Row {
  readonly source: PartitionSource;
  readonly readable: boolean;
  readonly name: string;
  readonly type: number | undefined;
  readonly subtype: number | undefined;
  readonly offset: number | undefined;
  /** The offset follows from the row before. */
  readonly blankOffset: boolean;
  readonly size: number | undefined;
  readonly flags: Pick<Partition, 'encrypted' | 'readonly'>;
}

/**
 * The partitions of a partitions.csv with every offset and size resolved, in bytes, and warnings.
 * Errors, all of the file at once, with line and column: partition-table.* but the binary's.
 */
export function parsePartitionsCsv(text: string, options: ReadOptions = {}): PartitionTable {
  const table = readPartitionsCsv(text, options);
  const errors = table.findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new FactoryError(errors);
  return table;
}

/** As parsePartitionsCsv, but throws nothing: errors stand among the findings, and rows that can't be read are left out. */
export function readPartitionsCsv(text: string, options: ReadOptions = {}): PartitionTable {
  const findings: Finding[] = [];
  const rows: Row[] = [];
  for (const [index, line] of splitLines(text).entries()) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    rows.push(parseRow(line, index + 1, options, findings));
  }
  const { partitions, unplaced } = resolveRows(rows, options, findings);
  findings.push(...checkPartitions(partitions, options, unplaced));
  const { file } = options;
  const placed = findings.map((one) => (file === undefined ? one : locate(one, { file })));
  return { partitions, findings: inOrder(placed) };
}

/** Lines without their ends; a byte order mark is no part of the first. */
export function splitLines(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
}

/** The fields of a line with their one-based columns. */
export function splitFields(line: string): { text: string; column: number }[] {
  let start = 0;
  return line.split(',').map((raw) => {
    const column = start + (raw.trim() === '' ? 0 : raw.length - raw.trimStart().length) + 1;
    start += raw.length + 1;
    return { text: raw.trim(), column };
  });
}

type Code = (typeof partitionTableErrors.codes)[number];
type Fail = <C extends Code>(
  code: C,
  params: Parameters<typeof partitionTableErrors.finding<C>>[1],
  column: Column,
) => void;

function parseRow(line: string, number: number, options: ReadOptions, findings: Finding[]): Row {
  const fields = splitFields(line).slice(0, COLUMNS.length);
  const last = line.length + 1;
  const columns = COLUMNS.map((_, index) => fields[index]?.column ?? last);
  const source = { line: number, columns };
  const before = findings.length;
  const fail: Fail = (code, params, column) => findings.push(finding(code, params, whereOf(source, column)));
  const [name, typeText, subtypeText, offsetText, sizeText, flagText] = COLUMNS.map((column, index) =>
    expand(fields[index]?.text ?? '', options.env, (variable) =>
      fail('partition-table.variable-unknown', { variable }, column),
    ),
  );

  const type = parseType(typeText, fail);
  const subtype = type === undefined ? undefined : parseSubtype(subtypeText, type, options, fail);
  const offset = fixedOffset(type, subtype, options, fail) ?? parseAddress(offsetText, 'offset', fail);
  const size = fixedSize(type, options) ?? parseAddress(sizeText, 'size', fail);
  if (size === undefined && sizeText === '')
    fail('partition-table.size-missing', { name: name ?? '' }, 'size');
  const flags = parseFlags(flagText ?? '', fail);
  const readable = findings.length === before;
  if (!readable && name !== undefined) findings.push(...checkNameLength(name, source));
  return {
    source,
    readable,
    name: name ?? '',
    type,
    subtype,
    offset,
    blankOffset: offsetText === '',
    size,
    flags,
  };
}

function parseType(written: string | undefined, fail: Fail): number | undefined {
  if (written === undefined) return undefined;
  if (written === '') {
    fail('partition-table.type-missing', {}, 'type');
    return undefined;
  }
  return parseKeyword(written, TYPES, 'type', fail, (suggestion) =>
    fail('partition-table.type-unknown', { written, known: Object.keys(TYPES), ...suggestion }, 'type'),
  );
}

function parseSubtype(
  written: string | undefined,
  type: number,
  options: ReadOptions,
  fail: Fail,
): number | undefined {
  const known = subtypesOf(type, options.extraSubtypes);
  if (written === undefined) return undefined;
  if (written === '') {
    if (type !== APP_TYPE) return EMPTY_SUBTYPE;
    fail('partition-table.subtype-missing', {}, 'subtype');
    return undefined;
  }
  return parseKeyword(written, known, 'subtype', fail, (suggestion) =>
    fail('partition-table.subtype-unknown', { written, known: Object.keys(known), ...suggestion }, 'subtype'),
  );
}

function parseKeyword(
  written: string,
  known: Readonly<Record<string, number>>,
  column: 'type' | 'subtype',
  fail: Fail,
  unknown: (suggestion: { suggestion?: string }) => void,
): number | undefined {
  const name = written.toLowerCase();
  const value = Object.hasOwn(known, name) ? known[name] : parseNumber(written);
  if (value === undefined) {
    const suggestion = nearest(written, Object.keys(known));
    unknown(suggestion === undefined ? {} : { suggestion });
  } else if (value < 0 || value > 0xff) {
    fail('partition-table.number-out-of-range', { column, written, max: 0xff }, column);
    return undefined;
  }
  return value;
}

function parseAddress(
  written: string | undefined,
  column: 'offset' | 'size',
  fail: Fail,
): number | undefined {
  if (written === undefined || written === '') return undefined;
  const value = parseNumber(written);
  if (value === undefined) {
    fail('partition-table.number-invalid', { column, written, comment: written.includes('#') }, column);
  } else if (Math.abs(value) > 0xffffffff || (column === 'offset' && value < 0)) {
    fail('partition-table.number-out-of-range', { column, written, max: 0xffffffff }, column);
    return undefined;
  }
  return value;
}

function parseFlags(written: string, fail: Fail): { encrypted: boolean; readonly: boolean } {
  const flags = written.split(':').filter((flag) => flag !== '');
  for (const flag of flags) {
    if (Object.hasOwn(FLAGS, flag)) continue;
    const suggestion = nearest(flag.trim(), Object.keys(FLAGS));
    const hint = suggestion === undefined ? {} : { suggestion };
    fail('partition-table.flag-unknown', { flag, comment: flag.includes('#'), ...hint }, 'flags');
  }
  return { encrypted: flags.includes('encrypted'), readonly: flags.includes('readonly') };
}

/** The bootloader and the primary table lie where the project puts them, whatever the row says. */
function fixedOffset(
  type: number | undefined,
  subtype: number | undefined,
  options: ReadOptions,
  fail: Fail,
): number | undefined {
  if (type === PARTITION_TABLE_TYPE && subtype === PRIMARY_SUBTYPE) return tableOffsetOf(options);
  if (type !== BOOTLOADER_TYPE) return undefined;
  if (options.primaryBootloaderOffset === undefined) {
    fail('partition-table.bootloader-offset-unknown', { which: 'primary' }, 'type');
    return undefined;
  }
  if (subtype === PRIMARY_SUBTYPE) return options.primaryBootloaderOffset;
  if (subtype !== RECOVERY_SUBTYPE) return undefined;
  if (options.recoveryBootloaderOffset === undefined) {
    fail('partition-table.bootloader-offset-unknown', { which: 'recovery' }, 'type');
  }
  return options.recoveryBootloaderOffset;
}

function fixedSize(type: number | undefined, options: ReadOptions): number | undefined {
  if (type === PARTITION_TABLE_TYPE) return TABLE_SECTOR_LENGTH;
  if (type !== BOOTLOADER_TYPE || options.primaryBootloaderOffset === undefined) return undefined;
  return tableOffsetOf(options) - options.primaryBootloaderOffset;
}

/**
 * Fills in blank offsets, each after the row before it, and sizes that are given as an end. After a row whose extent
 * could not be read, blank offsets are unknown: those rows are `unplaced`.
 */
function resolveRows(
  rows: readonly Row[],
  options: ReadOptions,
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
      findings.push(finding('partition-table.end-before-offset', params, whereOf(source, 'size')));
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
        findings.push(finding('partition-table.order', params, whereOf(source, 'offset')));
      }
      partitions.push(partition);
      if (offset === undefined) unplaced.add(partition);
    }
    end = offset === undefined || size === undefined || size < 0 ? undefined : offset + size;
  }
  return { partitions, unplaced };
}

/** The text with its variables replaced, undefined when one is unknown. */
function expand(
  text: string,
  env: ReadOptions['env'],
  unknown: (variable: string) => void,
): string | undefined {
  let known = true;
  const expanded = text.replace(
    /\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g,
    (_, braced?: string, plain?: string) => {
      const variable = braced ?? plain ?? '';
      const value = env?.[variable];
      if (value === undefined) {
        known = false;
        unknown(variable);
      }
      return value ?? '';
    },
  );
  return known ? expanded.trim() : undefined;
}

function inOrder(findings: readonly Finding[]): Finding[] {
  const at = ({ where }: Finding) => (where.line ?? 0) * 4096 + (where.column ?? 0);
  return [...findings].sort((a, b) => at(a) - at(b));
}
