/** Random CSVs of nvs_partition_gen, without what is known to be broken there (see defects.ts). */
import fc from 'fast-check';
import { bytesArbitrary } from './seed';

/** What the device must read from the image, as the generator knows it. */
export interface ExpectedEntry {
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string | bigint | Uint8Array;
}

export interface CsvCase {
  readonly version: 1 | 2;
  /** One or two CSV files; the namespace carries on. */
  readonly csvs: readonly string[];
  /** The files that rows of type `file` name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly namespaces: readonly string[];
  readonly entries: readonly ExpectedEntry[];
  /** Pages of the partition beyond those that the data take. */
  readonly slack: number;
  readonly encryption: { readonly scheme: 'flash' | 'hmac'; readonly key: Uint8Array } | undefined;
}

interface Value {
  readonly type: string;
  readonly encoding: string;
  readonly content: string | Uint8Array;
  readonly value: ExpectedEntry['value'];
}

const SPECIAL = new Set(['sta.ssid', 'sta.pswd', 'ap.ssid', 'ap.passwd', 'ap.authmode']);
const nameArbitrary = fc
  .oneof(
    { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-zA-Z0-9_./-]{0,14}$/) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 15 }) },
  )
  .filter((name) => !name.startsWith('#') && name.trim() !== '' && !SPECIAL.has(name));

const integerArbitrary: fc.Arbitrary<Value> = fc
  .constantFrom('u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64')
  .chain((type) => {
    const bits = BigInt(type.slice(1));
    const signed = type.startsWith('i');
    const min = signed ? -(1n << (bits - 1n)) : 0n;
    const max = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
    const value = fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n));
    return fc
      .record({ value, form: fc.nat(5), file: fc.boolean(), upper: fc.boolean() })
      .map(({ value, form, file, upper }) => {
        const digits = String(value < 0n ? -value : value);
        const sign = value < 0n ? '-' : form === 1 ? '+' : '';
        const written = [digits, digits, `00${digits}`, ` ${sign}${digits} `, digits.split('').join('_')][
          form
        ];
        const text = form === 3 ? (written ?? digits) : `${sign}${written ?? digits}`;
        return {
          type,
          encoding: upper ? type.toUpperCase() : type,
          content: file ? Buffer.from(text) : text,
          value,
        };
      });
  });

/** Text without NUL and CR, and without a line that looks like a comment. */
const textArbitrary = (maxBytes: number): fc.Arbitrary<string> => {
  const unit = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('"', '""', ',', '\n', '\n\n', ' ', '\t', '#', "'", '\\', 'é漢🙂', 'a,"b"\nc', '\ufeff'),
  );
  const repeated = fc
    .tuple(fc.array(unit, { minLength: 1, maxLength: 4 }), fc.nat(500))
    .map(([units, times]) => {
      const text = units.join('');
      return text.repeat(Math.min(times, Math.ceil(maxBytes / Math.max(1, Buffer.byteLength(text)))));
    });
  return fc.oneof({ weight: 4, arbitrary: unit }, { weight: 1, arbitrary: repeated }).map((text) => {
    const clean = text.replace(/[\0\r]/g, '').replace(/\n#+/g, '\n');
    let points = [...clean];
    while (Buffer.byteLength(points.join('')) > maxBytes)
      points = points.slice(0, Math.floor(points.length * 0.9));
    return points.join('');
  });
};

const stringArbitrary = (version: 1 | 2): fc.Arbitrary<Value> =>
  // Longer strings crash the tool, or are refused with version 1.
  fc
    .record({ value: textArbitrary(version === 1 ? 1983 : 3967), file: fc.boolean() })
    .map(({ value, file }) => ({
      type: 'string',
      encoding: 'string',
      content: file ? Buffer.from(value) : value,
      value,
    }));

const blobArbitrary = (version: 1 | 2): fc.Arbitrary<Value> => {
  const length = fc.oneof(
    { weight: 5, arbitrary: fc.nat(70) },
    { weight: 2, arbitrary: fc.nat(1984) },
    ...(version === 2 ? [{ weight: 1, arbitrary: fc.nat(14_000) }] : []),
    { weight: 1, arbitrary: fc.nat(61).map((entries) => entries * 32) },
  );
  const bytes = bytesArbitrary(length);
  const blob = (encoding: string, content: string | Uint8Array, value: Uint8Array): Value => ({
    type: 'blob',
    encoding,
    content,
    value,
  });
  const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
  const fill = fc.tuple(fc.nat(60), fc.nat(255), fc.stringMatching(/^[a-z,"]{0,20}$/), fc.boolean());
  return fc.oneof(
    bytes.map((value) => blob('binary', value, value)),
    fc.stringMatching(/^[ -~]{0,50}$/).map((text) => blob('binary', text, Buffer.from(text))),
    bytes.map((value) => blob('hex2bin', hex(value), value)),
    bytes.map((value) => blob('hex2bin', ` ${hex(value).toUpperCase()} `, value)),
    bytes.map((value) => blob('hex2bin', Buffer.from(`${hex(value)}\n`), value)),
    bytes.map((value) => blob('base64', Buffer.from(value).toString('base64'), value)),
    bytes.map((value) => blob('base64', Buffer.from(`${Buffer.from(value).toString('base64')}\n`), value)),
    fill.map(([room, byte, text, sized]) => {
      const length = text.length + room;
      const value = Buffer.alloc(length, byte);
      value.write(text);
      const pad = byte.toString(16).padStart(2, '0');
      const size = Buffer.alloc(4);
      size.writeUInt32LE(text.length);
      return sized
        ? blob(`blob_sz_fill(${length};0x${pad})`, text, Buffer.concat([size, value]))
        : blob(`blob_fill(${length};0x${pad})`, text, value);
    }),
  );
};

type Row = { readonly namespace: string } | { readonly key: string; readonly value: Value };

const rowsArbitrary = (version: 1 | 2): fc.Arbitrary<Row[]> => {
  const value = fc.oneof(
    { weight: 3, arbitrary: integerArbitrary },
    { weight: 2, arbitrary: stringArbitrary(version) },
    { weight: 2, arbitrary: blobArbitrary(version) },
  );
  const unique = <T extends { readonly key: string }>(
    minLength: number,
    maxLength: number,
    one: fc.Arbitrary<T>,
  ) => fc.uniqueArray(one, { minLength, maxLength, selector: ({ key }) => key });
  const entry = fc.record({ key: nameArbitrary, value });
  const small = fc.record({ key: nameArbitrary, value: integerArbitrary });
  const content = fc.oneof(
    { weight: 8, arbitrary: unique(0, 12, entry) },
    { weight: 1, arbitrary: unique(20, 60, entry) },
    { weight: 1, arbitrary: unique(110, 260, small) },
  );
  const named = fc.record({ key: nameArbitrary, content });
  const empty = fc.record({ key: nameArbitrary, content: fc.constant([]) });
  return fc
    .oneof({ weight: 12, arbitrary: unique(1, 4, named) }, { weight: 1, arbitrary: unique(30, 254, empty) })
    .map((spaces) => spaces.flatMap(({ key, content }): Row[] => [{ namespace: key }, ...content]));
};

/** How a cell is written, and what stands between rows. */
interface Dress {
  readonly quoteAll: boolean;
  readonly lineEnd: string;
  readonly header: readonly string[];
  readonly notes: readonly string[];
}

const HEADERS = [
  ['key', 'type', 'encoding', 'value'],
  ['value', 'encoding', 'type', 'key'],
  ['key', 'type', 'encoding', 'value', 'note'],
] as const;

const dressArbitrary: fc.Arbitrary<Dress> = fc.record({
  quoteAll: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n'),
  header: fc.constantFrom(...HEADERS),
  notes: fc.array(fc.constantFrom('# a comment, "with" a quote', '#', ''), { maxLength: 3 }),
});

function formatCsv(rows: readonly string[][], { quoteAll, lineEnd, header, notes }: Dress): string {
  const columns = ['key', 'type', 'encoding', 'value'];
  const cell = (text: string) =>
    quoteAll || /^["#]|[,\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = rows.map((row, index) => {
    const cells = header.map((column) => cell(row[columns.indexOf(column)] ?? ''));
    const note = notes[index % 7];
    return note === undefined ? cells.join(',') : `${note}${lineEnd}${cells.join(',')}`;
  });
  return [header.join(','), ...lines, ''].join(lineEnd);
}

export const csvCaseArbitrary: fc.Arbitrary<CsvCase> = fc
  .constantFrom(2 as const, 2 as const, 1 as const)
  .chain((version) =>
    fc
      .record({
        rows: rowsArbitrary(version),
        dress: dressArbitrary,
        cut: fc.double({ min: 0, max: 1, noNaN: true }),
        split: fc.nat(3).map((drawn) => drawn === 0),
        slack: fc.constantFrom(1, 1, 1, 0, 2, 5, -1),
        scheme: fc.constantFrom('flash' as const, 'hmac' as const, undefined),
        key: bytesArbitrary(fc.constant(64)),
      })
      .map(({ rows, dress, cut, split, slack, scheme, key }): CsvCase => {
        const files = new Map<string, Uint8Array>();
        const entries: ExpectedEntry[] = [];
        const namespaces: string[] = [];
        const cells = rows.map((row): string[] => {
          if ('namespace' in row) {
            namespaces.push(row.namespace);
            return [row.namespace, 'namespace', '', ''];
          }
          const { type, encoding, content, value } = row.value;
          entries.push({ namespace: namespaces.at(-1) ?? '', key: row.key, type, value });
          if (typeof content === 'string') return [row.key, 'data', encoding, content];
          const name = `file-${files.size}`;
          files.set(name, content);
          return [row.key, 'file', encoding, name];
        });
        const at = split ? Math.round(cut * cells.length) : cells.length;
        const parts = split ? [cells.slice(0, at), cells.slice(at)] : [cells];
        const csvs = parts.map((part) => formatCsv(part, dress));
        const encryption = scheme && { scheme, key: scheme === 'hmac' ? key.subarray(0, 32) : key };
        return { version, csvs, files, namespaces, entries, slack, encryption };
      }),
  );
