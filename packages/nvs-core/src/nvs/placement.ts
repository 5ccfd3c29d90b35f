/** Where records go: page by page, in order, as Espressif's generator fills them. */
import { crc32 } from '../bytes';
import { type Finding, formatWhere, nvsErrors } from '../errors';
import { type Cursor, planBlob } from './blob';
import {
  CHUNK_ANY,
  CHUNK_START,
  ENTRIES_PER_PAGE,
  entriesOf,
  type NvsTypeName,
  type NvsVersion,
  TYPE_CODE,
} from './layout';
import { type EntryHead, entryHash } from './page';
import { isIntegerType, type NvsRecord } from './records';

/** An entry with its place: a whole record, or one chunk or the index of a blob. */
export interface PlacedEntry extends Cursor {
  readonly record: NvsRecord;
  readonly typeName: NvsTypeName;
  readonly head: EntryHead;
  readonly data?: Uint8Array;
}

/** Places `records`; `pages` is how many pages they take, at least one. */
export function placeRecords(
  records: readonly NvsRecord[],
  version: NvsVersion,
): { entries: PlacedEntry[]; pages: number } {
  const entries: PlacedEntry[] = [];
  let next: Cursor = { page: 0, entry: 0 };
  for (const record of records) {
    const placed =
      version === 2 && record.type === 'blob' ? placeBlob(record, next) : [placeWhole(record, next)];
    entries.push(...placed);
    const last = placed.at(-1);
    if (last !== undefined) next = { page: last.page, entry: last.entry + last.head.span };
  }
  return { entries, pages: next.page + 1 };
}

function placeWhole(record: NvsRecord, next: Cursor): PlacedEntry {
  if (record.type === 'namespace' || isIntegerType(record.type)) {
    const place = next.entry < ENTRIES_PER_PAGE ? next : { page: next.page + 1, entry: 0 };
    const typeName = record.type === 'namespace' ? 'u8' : record.type;
    return { ...place, record, typeName, head: headOf(record, typeName, 1, CHUNK_ANY, record.data) };
  }
  const typeName = record.type === 'string' ? 'string' : 'blob-v1';
  const span = 1 + entriesOf(record.data.length);
  // Espressif's generator never ends such an entry on the last one of a page; one that needs them all is our own case.
  const fits = next.entry + span < ENTRIES_PER_PAGE || next.entry === 0;
  const place = fits ? next : { page: next.page + 1, entry: 0 };
  const head = headOf(record, typeName, span, CHUNK_ANY, sizeField(record.data));
  return { ...place, record, typeName, head, data: record.data };
}

function placeBlob(record: NvsRecord, next: Cursor): PlacedEntry[] {
  const [start] = CHUNK_START;
  const { chunks, index } = planBlob(record.data.length, next);
  const placed: PlacedEntry[] = chunks.map((chunk, number) => {
    const data = record.data.subarray(chunk.start, chunk.start + chunk.length);
    const head = headOf(record, 'blob-data', 1 + entriesOf(data.length), start + number, sizeField(data));
    return { page: chunk.page, entry: chunk.entry, record, typeName: 'blob-data', head, data };
  });
  const field = indexField(record.data.length, chunks.length, start);
  const head = headOf(record, 'blob-index', 1, CHUNK_ANY, field);
  return [...placed, { ...index, record, typeName: 'blob-index', head }];
}

/** Pairs of entries that the device would take for one another, because they share a page and a hash. */
export function findCollisions(entries: readonly PlacedEntry[]): Finding[] {
  const findings: Finding[] = [];
  const byHash = new Map<number, PlacedEntry>();
  let page = -1;
  for (const entry of entries) {
    if (entry.page !== page) {
      byHash.clear();
      page = entry.page;
    }
    const hash = entryHash(entry.head.namespaceIndex, entry.head.key, entry.head.chunk);
    const other = byHash.get(hash);
    byHash.set(hash, entry);
    if (other === undefined) continue;
    const { key, where } = entry.record;
    const params = { key, page, other: other.record.key, first: formatWhere(other.record.where) };
    findings.push(nvsErrors.finding('nvs.key-collision', params, where));
  }
  return findings;
}

function headOf(
  record: NvsRecord,
  typeName: NvsTypeName,
  span: number,
  chunk: number,
  data: Uint8Array,
): EntryHead {
  const { namespaceIndex, keyField: key } = record;
  return { namespaceIndex, type: TYPE_CODE[typeName], span, chunk, key, data };
}

function sizeField(data: Uint8Array): Uint8Array {
  const field = new Uint8Array(8).fill(0xff);
  const view = new DataView(field.buffer);
  view.setUint16(0, data.length, true);
  view.setUint32(4, crc32(data), true);
  return field;
}

function indexField(length: number, chunks: number, chunkStart: number): Uint8Array {
  const field = new Uint8Array(8).fill(0xff);
  new DataView(field.buffer).setUint32(0, length, true);
  field[4] = chunks;
  field[5] = chunkStart;
  return field;
}
