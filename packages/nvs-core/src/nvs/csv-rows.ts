/** The framing of the CSV: rows with their columns and lines. */
import { CsvError, parse } from 'csv-parse/sync';
import type { FactoryError, Where } from '../errors/factory-error';
import { nvsErrors } from '../errors/nvs';

const COLUMNS = ['key', 'type', 'encoding', 'value'] as const;

export interface CsvRow {
  readonly key: string;
  readonly type: string;
  readonly encoding: string | undefined;
  readonly value: string | undefined;
  readonly where: Where;
  /** The problem of the row as CSV; the other rows are read anyway. */
  readonly error?: FactoryError;
}

/** A row without named columns: its fields, the line on which it starts, and its text if that has quotes. */
interface RawRow {
  readonly record: readonly string[];
  readonly line: number;
  readonly quoted?: string;
}

/** Calls `take` with each row after the header row. Errors: nvs.csv-empty, csv-header, csv-not-utf8, csv-quote-open. */
export function eachCsvRow(
  input: string | Uint8Array,
  file: string | undefined,
  take: (row: CsvRow) => void,
): void {
  const location: Where = file === undefined ? {} : { file };
  const text = decodeText(input, location);
  const rows = frame(text, location, hasPaddedHeader(text));
  const header = rows.next().value;
  if (header === undefined) throw nvsErrors.error('nvs.csv-empty', {}, location);
  const names = header.record.map((name) => name.trim());
  const missing = COLUMNS.find((column) => !names.includes(column));
  if (missing !== undefined) {
    const where = { ...location, line: header.line };
    throw otherFormat(names, rows, where) ?? nvsErrors.error('nvs.csv-header', { missing }, where);
  }
  const columns = names.length;
  const [key = 0, type = 0, encoding = 0, value = 0] = COLUMNS.map((name) => names.indexOf(name));
  for (const row of rows) {
    const where = file === undefined ? { line: row.line } : { file, line: row.line };
    const error = framingError(row, columns, where);
    const { record } = row;
    take({
      key: record[key] ?? '',
      type: record[type]?.trim() ?? '',
      encoding: record[encoding]?.trim(),
      value: record[value],
      where,
      ...(error && { error }),
    });
  }
}

/**
 * Whether names of the header have spaces around them, as in "key, type, encoding, value": nvs_partition_gen reads no such
 * file, and here spaces around the cells of all rows do not count.
 */
function hasPaddedHeader(text: string): boolean {
  const names = plainRows(text).next().value?.record ?? [];
  return names.some((name) => name !== name.trim() && isColumn(name.trim().replaceAll('"', '')));
}

function isColumn(name: string): boolean {
  return (COLUMNS as readonly string[]).includes(name);
}

/** The error for a CSV of another of Espressif's tools, if its first row tells. */
function otherFormat(
  first: readonly string[],
  rows: Iterable<RawRow>,
  where: Where,
): FactoryError | undefined {
  if (first.includes('tlv_type')) return nvsErrors.error('nvs.csv-secure-cert', {}, where);
  if (first[0] === 'id') return nvsErrors.error('nvs.csv-mass-mfg', { part: 'values' }, where);
  if (first[1] !== 'namespace') return undefined;
  // mass_mfg's configuration has no header and no values: "name,namespace,", then "key,data,u8" or "key,data,u8,REPEAT".
  let isConfiguration = first.length < COLUMNS.length;
  for (const { record } of rows) isConfiguration ||= record.at(-1)?.trim() === 'REPEAT';
  return isConfiguration ? nvsErrors.error('nvs.csv-mass-mfg', { part: 'configuration' }, where) : undefined;
}

function framingError({ quoted, record }: RawRow, columns: number, where: Where): FactoryError | undefined {
  // With relax_quotes, the parser returns a field whose quotes end too early as if it had none: rejected here.
  // The raw text of a row includes the comments and blank lines before it.
  if (quoted !== undefined && record.some((field) => field.startsWith('"'))) {
    if (!isWellFormed(withoutComments(quoted))) return nvsErrors.error('nvs.csv-quote-text', {}, where);
  }
  if (record.length > columns && record.at(-1)?.trim() === 'REPEAT')
    return nvsErrors.error('nvs.csv-mass-mfg', { part: 'configuration' }, where);
  if (record.length <= columns || record.slice(columns).every((field) => field === '')) return undefined;
  return nvsErrors.error('nvs.csv-fields', { count: record.length, columns }, where);
}

/** The text of a row without the comments and blank lines before it. */
function withoutComments(text: string): string {
  let start = 0;
  while (text[start] === '\n' || text[start] === '#') {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    start = end + 1;
  }
  return text.slice(start);
}

/** Whether a row is fields between commas: in quotes, with doubled quotes inside, or without a quote at the start. */
function isWellFormed(row: string): boolean {
  for (let at = 0; ; at++) {
    if (row[at] === '"') {
      do {
        at = row.indexOf('"', at + 1) + 1;
        if (at === 0) return false;
      } while (row[at] === '"');
    } else while (at < row.length && row[at] !== ',' && row[at] !== '\n') at++;
    if (row[at] !== ',') return at >= row.length || at === row.length - 1;
  }
}

/** Yields rows one by one: all rows of a large file would take more memory than its items. */
function frame(text: string, location: Where, trim: boolean): Generator<RawRow, undefined> {
  return text.includes('"') ? quotedRows(text, location, trim) : plainRows(text, trim);
}

/** Without quotes, a row is a line and a field is the text between commas; the parser would take ten times as long. */
function* plainRows(text: string, trim = false): Generator<RawRow, undefined> {
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    line++;
    if (end > start && text[start] !== '#') {
      const record = text.slice(start, end).split(',');
      yield { record: trim ? record.map((cell) => cell.trim()) : record, line };
    }
    start = end + 1;
  }
}

interface ParsedRow {
  readonly raw: string;
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function* quotedRows(text: string, location: Where, trim: boolean): Generator<RawRow, undefined> {
  for (const { raw, record, info } of parseQuoted(text, location, trim)) {
    // The parser reports the last line of a row.
    yield { record, line: info.lines - record.join('').split('\n').length + 1, quoted: raw };
  }
}

function parseQuoted(text: string, location: Where, trim: boolean): ParsedRow[] {
  let lastLine = 0;
  try {
    const rows: unknown = parse(text, {
      comment: '#',
      comment_no_infix: true,
      info: true,
      on_record: (record, { lines }) => {
        lastLine = lines;
        return record;
      },
      raw: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim,
    });
    return rows as ParsedRow[];
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== 'CSV_QUOTE_NOT_CLOSED') throw error;
    const opening = text.split('\n').findIndex((line, index) => index >= lastLine && !/^(?:#|$)/.test(line));
    throw nvsErrors.error('nvs.csv-quote-open', {}, { ...location, line: opening + 1 });
  }
}

function decodeText(input: string | Uint8Array, location: Where): string {
  try {
    const text = typeof input === 'string' ? input : new TextDecoder('utf-8', { fatal: true }).decode(input);
    return text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  } catch {
    throw nvsErrors.error('nvs.csv-not-utf8', {}, location);
  }
}
