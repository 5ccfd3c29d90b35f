/** One row of a partitions.csv (ESP-IDF Programming Guide, "Creating Custom Tables"; gen_esp32part.py, from_csv). */

import { nearest } from '../errors/error-table';
import type { Finding } from '../errors/factory-error';
import { partitionTableErrors } from '../errors/partition-table';
import { type CheckOptions, checkNameLength, tableOffsetOf } from './checks';
import {
  APP_TYPE,
  BOOTLOADER_TYPE,
  EMPTY_SUBTYPE,
  type ExtraSubtypes,
  FLAGS,
  PARTITION_TABLE_TYPE,
  PRIMARY_SUBTYPE,
  RECOVERY_SUBTYPE,
  subtypesOf,
  TABLE_SECTOR_LENGTH,
  TYPES,
} from './layout';
import { parseNumber } from './number';
import { COLUMNS, type Column, columnAt, type Partition, type PartitionSource } from './partition';

const { finding } = partitionTableErrors;

export interface PartitionTableOptions extends CheckOptions {
  /** Name of the file in errors. */
  readonly file?: string;
  /** Offset of the bootloader in bytes: only rows of type bootloader need it. */
  readonly primaryBootloaderOffset?: number;
  readonly recoveryBootloaderOffset?: number;
  /** Values of $NAME and ${NAME}; without it, every variable is unknown. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly extraSubtypes?: ExtraSubtypes;
}

/** A row before offsets are filled in and negative sizes resolved; parts that could not be read are undefined. */
export interface Row {
  readonly source: PartitionSource;
  readonly readable: boolean;
  readonly name: string;
  readonly type: number | undefined;
  readonly subtype: number | undefined;
  readonly offset: number | undefined;
  /** The offset column is empty: the offset follows from the row before. */
  readonly blankOffset: boolean;
  readonly size: number | undefined;
  readonly flags: Pick<Partition, 'encrypted' | 'readonly'>;
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

/** Parses a row, and adds its problems to `findings`. */
export function parseRow(
  line: string,
  number: number,
  options: PartitionTableOptions,
  findings: Finding[],
): Row {
  const fields = splitFields(line).slice(0, COLUMNS.length);
  const last = line.length + 1;
  const columns = COLUMNS.map((_, index) => fields[index]?.column ?? last);
  const source = { line: number, columns };
  const before = findings.length;
  const fail: Fail = (code, params, column) => findings.push(finding(code, params, columnAt(source, column)));
  const [name, typeText, subtypeText, offsetText, sizeText, flagText] = COLUMNS.map((column, index) =>
    expand(fields[index]?.text ?? '', options.env, (variable) =>
      fail('partition-table.variable-unknown', { variable }, column),
    ),
  );

  const type = parseType(typeText, fail);
  const subtype = type === undefined ? undefined : parseSubtype(subtypeText, type, options, fail);
  const system = type === BOOTLOADER_TYPE || type === PARTITION_TABLE_TYPE;
  const hasFixedOffset = system && (subtype === PRIMARY_SUBTYPE || subtype === RECOVERY_SUBTYPE);
  const offset = hasFixedOffset
    ? fixedOffset(type, subtype, options, fail)
    : parseAddress(offsetText, 'offset', fail);
  const size = system ? fixedSize(type, options, fail) : parseAddress(sizeText, 'size', fail);
  if (!system && sizeText === '') fail('partition-table.size-missing', { name: name ?? '' }, 'size');
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
  options: PartitionTableOptions,
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

/** The offset of a bootloader or primary table, which the project sets; the row usually contains "N/A". */
function fixedOffset(
  type: number,
  subtype: number,
  options: PartitionTableOptions,
  fail: Fail,
): number | undefined {
  if (type === PARTITION_TABLE_TYPE) return tableOffsetOf(options);
  if (subtype === PRIMARY_SUBTYPE) return options.primaryBootloaderOffset;
  if (options.recoveryBootloaderOffset === undefined) {
    fail('partition-table.bootloader-offset-unknown', { which: 'recovery' }, 'offset');
  }
  return options.recoveryBootloaderOffset;
}

function fixedSize(type: number, options: PartitionTableOptions, fail: Fail): number | undefined {
  if (type === PARTITION_TABLE_TYPE) return TABLE_SECTOR_LENGTH;
  if (options.primaryBootloaderOffset !== undefined)
    return tableOffsetOf(options) - options.primaryBootloaderOffset;
  fail('partition-table.bootloader-offset-unknown', { which: 'primary' }, 'size');
  return undefined;
}

/** The text with its variables replaced, undefined if one is unknown. */
function expand(
  text: string,
  env: PartitionTableOptions['env'],
  unknown: (variable: string) => void,
): string | undefined {
  const parts: string[] = [];
  let known = true;
  let end = -1;
  for (let at = 0; ; ) {
    const start = text.indexOf('$', at);
    if (start < 0) {
      parts.push(text.slice(at));
      return known ? parts.join('').trim() : undefined;
    }
    parts.push(text.slice(at, start));
    const isBraced = text[start + 1] === '{';
    // No part of the text is searched twice for an end.
    if (isBraced && end < start) end = (text.indexOf('}', start) + 1 || text.length + 1) - 1;
    NAME.lastIndex = start + 1;
    const variable = isBraced && end < text.length ? text.slice(start + 2, end) : NAME.exec(text)?.[0];
    if (variable === undefined) {
      parts.push('$');
      at = start + 1;
      continue;
    }
    const value = env?.[variable];
    if (value === undefined) {
      known = false;
      unknown(variable);
    }
    parts.push(value ?? '');
    at = isBraced ? end + 1 : NAME.lastIndex;
  }
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
