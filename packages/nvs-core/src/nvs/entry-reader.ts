/** One entry's head and data, read and checked: nvs_types.hpp, Item::checkHeaderConsistency. */
import { nvsCrc32 } from '../bytes/nvs-crc32';
import { FindingLog } from './finding-log';
import {
  CHUNK_ANY,
  ENTRIES_PER_PAGE,
  ENTRY_FIELD,
  ENTRY_LENGTH,
  ENTRY_STATE,
  entriesOf,
  entryOffset,
  inlineLength,
  KEY_FIELD_LENGTH,
  type NvsTypeName,
  TYPE_CODE,
} from './layout';

export interface EntryHeadView {
  readonly namespaceIndex: number;
  readonly type: NvsTypeName;
  readonly span: number;
  /** 255 except on the chunks of a blob. */
  readonly chunk: number;
  readonly key: string;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const TYPES = new Map<number, NvsTypeName>(
  (Object.keys(TYPE_CODE) as NvsTypeName[]).map((name) => [TYPE_CODE[name], name]),
);
const WITH_DATA: ReadonlySet<NvsTypeName> = new Set(['string', 'blob-v1', 'blob-data']);

/**
 * The head at `entry` of a page, whose CRC is known to be valid; undefined if the device would reject it.
 * `check` has the states of the page's entries and collects findings; without it, only the head is read.
 */
export function decodeEntry(
  image: Uint8Array,
  page: number,
  entry: number,
  check?: { readonly states: readonly number[]; readonly log: FindingLog },
): EntryHeadView | undefined {
  const offset = entryOffset(page, entry);
  const view = new DataView(image.buffer, image.byteOffset + offset, ENTRY_LENGTH);
  const position = { page, entry };
  const where = { offset };
  const typeCode = view.getUint8(ENTRY_FIELD.type);
  const type = TYPES.get(typeCode);
  if (type === undefined) {
    check?.log.add('nvs.entry-type', { ...position, type: typeCode }, where);
    return undefined;
  }
  const key = decodeKey(image.subarray(offset + ENTRY_FIELD.key, offset + ENTRY_FIELD.data));
  if (typeof key !== 'string') {
    check?.log.add('nvs.key-unreadable', { ...position, reason: key.reason }, where);
    return undefined;
  }
  const span = view.getUint8(ENTRY_FIELD.span);
  const size = WITH_DATA.has(type) ? view.getUint16(ENTRY_FIELD.data, true) : 0;
  const head = {
    namespaceIndex: view.getUint8(ENTRY_FIELD.namespace),
    type,
    span,
    chunk: view.getUint8(ENTRY_FIELD.chunk),
    key,
  };
  if (check === undefined) return head;
  const { log, states } = check;
  if (span !== 1 + entriesOf(size) || entry + span > ENTRIES_PER_PAGE) {
    log.add('nvs.entry-span', { ...position, key, span, size }, where);
    return undefined;
  }
  if (states.slice(entry, entry + span).some((state) => state !== ENTRY_STATE.written)) {
    log.add('nvs.entry-torn', { ...position, key, span }, where);
    return undefined;
  }
  if ((head.chunk === CHUNK_ANY) === (type === 'blob-data')) {
    log.add('nvs.entry-chunk', { ...position, key, chunk: head.chunk }, where);
    return undefined;
  }
  if (!isPadded(image, offset, type, size))
    log.add('nvs.entry-padding', { ...position, key }, where, 'warning');
  return head;
}

const ALL_WRITTEN: readonly number[] = new Array(ENTRIES_PER_PAGE).fill(ENTRY_STATE.written);

/** Whether an entry, apart from its CRC, looks as a device writes it; noise does with a probability of 10^-8. */
export function isPlausible(image: Uint8Array, page: number, entry: number): boolean {
  const log = new FindingLog(1);
  return (
    decodeEntry(image, page, entry, { states: ALL_WRITTEN, log }) !== undefined && log.findings.length === 0
  );
}

/** The data of an entry, not copied; undefined if its CRC is wrong. */
export function decodeData(image: Uint8Array, page: number, entry: number): Uint8Array | undefined {
  const offset = entryOffset(page, entry);
  const view = new DataView(image.buffer, image.byteOffset + offset, ENTRY_LENGTH);
  const size = view.getUint16(ENTRY_FIELD.data, true);
  const data = image.subarray(offset + ENTRY_LENGTH, offset + ENTRY_LENGTH + size);
  return nvsCrc32(data) === view.getUint32(ENTRY_FIELD.data + 4, true) ? data : undefined;
}

/** The last eight bytes of an entry's head. */
export function decodeInline(image: Uint8Array, page: number, entry: number): DataView {
  const offset = entryOffset(page, entry) + ENTRY_FIELD.data;
  return new DataView(image.buffer, image.byteOffset + offset, ENTRY_LENGTH - ENTRY_FIELD.data);
}

function decodeKey(field: Uint8Array): string | { readonly reason: string } {
  const end = field.indexOf(0);
  if (end < 0) return { reason: 'has no NUL at its end' };
  if (end === 0) return { reason: 'is empty' };
  try {
    return UTF8.decode(field.subarray(0, end));
  } catch {
    return { reason: 'is not UTF-8' };
  }
}

/** Whether the padding is as the device writes it: 0 after the key, 0xFF elsewhere. */
function isPadded(image: Uint8Array, offset: number, type: NvsTypeName, size: number): boolean {
  const head = image.subarray(offset, offset + ENTRY_LENGTH);
  const key = head.subarray(ENTRY_FIELD.key, ENTRY_FIELD.key + KEY_FIELD_LENGTH);
  if (key.subarray(key.indexOf(0)).some((byte) => byte !== 0)) return false;
  const data = head.subarray(ENTRY_FIELD.data);
  const isBlank = (bytes: Uint8Array) => bytes.every((byte) => byte === 0xff);
  if (type === 'blob-index') return isBlank(data.subarray(6));
  const inline = inlineLength(type);
  if (inline !== undefined) return isBlank(data.subarray(inline));
  const end = offset + ENTRY_LENGTH;
  return (
    isBlank(data.subarray(2, 4)) && isBlank(image.subarray(end + size, end + entriesOf(size) * ENTRY_LENGTH))
  );
}
