/** The framing of the CSV: rows with their columns and lines. */
import { type FactoryError, nvsErrors, type Where } from '../errors';

/** Loaded at the first CSV with a quote: most have none. */
const parser = () => require('csv-parse/sync') as typeof import('csv-parse/sync');

/** Fields between commas: in quotes, which are doubled inside, or without quotes at the start. */
const WELL_FORMED =
  /^(?:"[^"]*(?:""[^"]*)*"|[^",\n][^,\n]*|)(?:,(?:"[^"]*(?:""[^"]*)*"|[^",\n][^,\n]*|))*\n?$/;

const COLUMNS = ['key', 'type', 'encoding', 'value'] as const;

export interface CsvRow {
  readonly key: string;
  readonly type: string;
  readonly encoding: string | undefined;
  readonly value: string | undefined;
  readonly where: Where;
  /** What is wrong with the row as CSV; the other rows are read all the same. */
  readonly error?: FactoryError;
}

interface RawRow {
  readonly raw: string;
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The rows after the header row, each with the line on which it starts. */
export function readCsvRows(input: string | Uint8Array, file: string | undefined): CsvRow[] {
  const place: Where = file === undefined ? {} : { file };
  const [header, ...rows] = frame(decodeText(input, place), place);
  if (header === undefined) throw nvsErrors.error('nvs.csv-empty', {}, place);
  const missing = COLUMNS.find((column) => !header.record.includes(column));
  if (missing !== undefined) {
    throw nvsErrors.error('nvs.csv-header', { missing }, { ...place, line: startLine(header) });
  }
  const columns = header.record.length;
  const at = (record: readonly string[], column: (typeof COLUMNS)[number]) =>
    record[header.record.indexOf(column)];
  return rows.map((row) => {
    const where = { ...place, line: startLine(row) };
    const error = checkFraming(row, columns, where);
    const { record } = row;
    return {
      key: at(record, 'key') ?? '',
      type: at(record, 'type') ?? '',
      encoding: at(record, 'encoding'),
      value: at(record, 'value'),
      where,
      ...(error && { error }),
    };
  });
}

function checkFraming({ raw, record }: RawRow, columns: number, where: Where): FactoryError | undefined {
  // With relax_quotes, a field whose quotes end too early comes back as if it had none: that is refused instead.
  // The raw text of a row has the comments and blank lines before it.
  const suspect = record.some((field) => field.startsWith('"'));
  if (suspect && !WELL_FORMED.test(raw.replace(/^(?:#.*\n|\n)+/, ''))) {
    return nvsErrors.error('nvs.csv-quote-text', {}, where);
  }
  if (record.slice(columns).every((field) => field === '')) return undefined;
  return nvsErrors.error('nvs.csv-fields', { count: record.length, columns }, where);
}

/** Without a quote a row is a line and a field what is between commas: the parser would take ten times as long. */
function plainRows(text: string): RawRow[] {
  return text
    .split('\n')
    .flatMap((raw, index) =>
      raw === '' || raw.startsWith('#') ? [] : [{ raw, record: raw.split(','), info: { lines: index + 1 } }],
    );
}

function frame(text: string, place: Where): RawRow[] {
  if (!text.includes('"')) return plainRows(text);
  const { CsvError, parse } = parser();
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
    });
    return rows as RawRow[];
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== 'CSV_QUOTE_NOT_CLOSED') throw error;
    const opening = text.split('\n').findIndex((line, index) => index >= lastLine && !/^(?:#|$)/.test(line));
    throw nvsErrors.error('nvs.csv-quote-open', {}, { ...place, line: opening + 1 });
  }
}

/** csv-parse counts to the last line of a row. */
function startLine({ record, info }: RawRow): number {
  return info.lines - record.join('').split('\n').length + 1;
}

function decodeText(input: string | Uint8Array, place: Where): string {
  try {
    const text = typeof input === 'string' ? input : new TextDecoder('utf-8', { fatal: true }).decode(input);
    return text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  } catch {
    throw nvsErrors.error('nvs.csv-not-utf8', {}, place);
  }
}
