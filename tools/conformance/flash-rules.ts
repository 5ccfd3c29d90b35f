/**
 * What ESP-IDF's nvs_flash reads from a plain partition, and the rules that a generator must keep for it: ESP-IDF,
 * nvs_flash.rst, "Internals", and what mounting images with the library has shown. Written from these rules alone, to
 * check images of nvs-core with independent code.
 */
import { crc32 as zlibCrc32 } from 'node:zlib';

const PAGE = 4096;
const ENTRY = 32;
const ENTRIES = 126;
const FIRST_ENTRY = 64;
const WRITABLE = 0x3000;
const STATE = { active: 0xfffffffe, full: 0xfffffffc, freeing: 0xfffffff8 };
const SLOT = { empty: 3, written: 2, erased: 0 };

const INTEGERS: ReadonlyMap<number, { name: string; bytes: number; signed: boolean }> = new Map(
  [1, 2, 4, 8].flatMap((bytes) =>
    [false, true].map((signed) => {
      const name = `${signed ? 'i' : 'u'}${bytes * 8}`;
      return [signed ? bytes | 0x10 : bytes, { name, bytes, signed }] as const;
    }),
  ),
);
const TYPE = { string: 0x21, blob: 0x41, blobData: 0x42, blobIndex: 0x48 };

export interface FlashEntry {
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string | bigint | Uint8Array;
}

export interface FlashReading {
  readonly namespaces: readonly string[];
  /** In the order of their heads; that of a blob is its index. */
  readonly entries: readonly FlashEntry[];
  /** Broken rules, in words. */
  readonly problems: readonly string[];
  /** Entries that a write on the device finds free. */
  readonly freeEntries: number;
}

interface Slot {
  readonly page: number;
  readonly index: number;
  readonly namespace: number;
  readonly type: number;
  readonly span: number;
  readonly chunk: number;
  readonly key: string;
  /** The 8 bytes of the data field. */
  readonly field: Buffer;
  /** What follows the head. */
  readonly tail: Buffer;
}

/** Reads a plain partition; `readOnly` has no blank page, as one below 0x3000 bytes cannot have. */
export function readFlash(
  bytes: Uint8Array,
  { readOnly = bytes.length < WRITABLE }: { readonly readOnly?: boolean } = {},
): FlashReading {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const problems: string[] = [];
  const say = (text: string) => problems.push(text);
  if (image.length === 0 || image.length % PAGE !== 0) say(`size ${image.length} is not whole pages`);
  if (!readOnly && image.length < WRITABLE) say('too small to be mounted for writing');

  const slots: Slot[] = [];
  const pages = readPages(image, say);
  for (const page of pages) slots.push(...readSlots(image, page, say));
  const blank = image.length / PAGE - pages.length;
  if (!readOnly && blank < 1) say('no page is blank');
  const active = pages.filter(({ state }) => state === STATE.active);
  if (active.length > 1) say(`${active.length} pages are active`);
  if (active[0] !== undefined && active[0] !== pages.at(-1)) say('a page after the active one is used');
  const used = slots.filter(({ page }) => page === active[0]?.page).reduce((sum, { span }) => sum + span, 0);
  const freeEntries = (active.length > 0 ? ENTRIES - used : 0) + Math.max(0, blank - 1) * ENTRIES;

  checkHashes(slots, active[0]?.page, say);
  const namespaces = readNamespaces(slots, say);
  const entries = readEntries(slots, namespaces, say);
  return { namespaces: [...namespaces.values()], entries, problems, freeEntries };
}

type Say = (text: string) => void;
interface Page {
  readonly page: number;
  readonly state: number;
  readonly sequence: number;
  readonly version: number;
}

function readPages(image: Buffer, say: Say): Page[] {
  const pages: Page[] = [];
  const versions = new Set<number>();
  for (let page = 0; (page + 1) * PAGE <= image.length; page++) {
    const bytes = image.subarray(page * PAGE, (page + 1) * PAGE);
    const state = bytes.readUInt32LE(0);
    if (state === 0xffffffff) {
      if (!isBlank(bytes)) say(`page ${page} has no state and is not blank`);
      continue;
    }
    if (!Object.values(STATE).includes(state)) say(`page ${page} has the state ${state.toString(16)}`);
    if (state === STATE.freeing) say(`page ${page} is being freed`);
    if (bytes.readUInt32LE(28) !== crc(bytes.subarray(4, 28))) say(`page ${page}: CRC of the header`);
    if (!isBlank(bytes.subarray(9, 28))) say(`page ${page}: reserved bytes of the header`);
    const version = bytes.readUInt8(8);
    if (version !== 0xfe && version !== 0xff) say(`page ${page} has the version ${version}`);
    versions.add(version);
    pages.push({ page, state, sequence: bytes.readUInt32LE(4), version });
  }
  if (versions.size > 1) say('pages of several versions');
  const bySequence = [...pages].sort((a, b) => a.sequence - b.sequence);
  if (new Set(pages.map(({ sequence }) => sequence)).size < pages.length)
    say('two pages have one sequence number');
  return bySequence;
}

function readSlots(image: Buffer, { page, version, state }: Page, say: Say): Slot[] {
  const bytes = image.subarray(page * PAGE, (page + 1) * PAGE);
  const stateOf = (index: number) => ((bytes[32 + (index >> 2)] ?? 0) >> ((index & 3) * 2)) & 3;
  const states = Array.from({ length: ENTRIES }, (_, index) => stateOf(index));
  if ((bytes.readUInt8(63) & 0xf0) !== 0xf0) say(`page ${page}: bits after the bitmap`);
  for (const [index, one] of states.entries()) {
    if (!Object.values(SLOT).includes(one)) say(`page ${page}, entry ${index}: state ${one}`);
    if (one === SLOT.empty && !isBlank(entryOf(bytes, index)))
      say(`page ${page}, entry ${index}: empty, not blank`);
  }
  const end = states.indexOf(SLOT.empty);
  if (state === STATE.active && end >= 0 && states.slice(end).includes(SLOT.written)) {
    say(`page ${page}: an entry stands behind the first empty one of the active page`);
  }
  const slots: Slot[] = [];
  for (let index = 0; index < ENTRIES; index++) {
    if (states[index] !== SLOT.written) continue;
    const at = `page ${page}, entry ${index}`;
    const head = entryOf(bytes, index);
    if (head.readUInt32LE(4) !== crc(Buffer.concat([head.subarray(0, 4), head.subarray(8)]))) {
      say(`${at}: CRC of the entry`);
      continue;
    }
    const span = head.readUInt8(2);
    if (span < 1 || index + span > ENTRIES) {
      say(`${at}: a span of ${span}`);
      continue;
    }
    if (states.slice(index, index + span).some((one) => one !== SLOT.written)) say(`${at}: not all written`);
    const [type, chunk] = [head.readUInt8(1), head.readUInt8(3)];
    if (type !== TYPE.blobData && chunk !== 0xff) say(`${at}: a chunk index`);
    if (type === TYPE.blob && version === 0xfe) say(`${at}: a blob of version 1 on a page of version 2`);
    if ((type === TYPE.blobData || type === TYPE.blobIndex) && version === 0xff) {
      say(`${at}: a blob of version 2 on a page of version 1`);
    }
    const key = readKey(head.subarray(8, 24), at, say);
    const tail = bytes.subarray(FIRST_ENTRY + (index + 1) * ENTRY, FIRST_ENTRY + (index + span) * ENTRY);
    slots.push({
      page,
      index,
      namespace: head.readUInt8(0),
      type,
      span,
      chunk,
      key,
      field: head.subarray(24),
      tail,
    });
    index += span - 1;
  }
  return slots;
}

function readKey(field: Buffer, at: string, say: Say): string {
  const end = field.indexOf(0);
  if (end < 0) say(`${at}: a key of 16 bytes`);
  if (end === 0) say(`${at}: an empty key`);
  if (end >= 0 && field.subarray(end).some((byte) => byte !== 0))
    say(`${at}: a key that is not padded with zeros`);
  return readText(field.subarray(0, end < 0 ? 16 : end), `${at}: the key`, say);
}

function readNamespaces(slots: readonly Slot[], say: Say): Map<number, string> {
  const namespaces = new Map<number, string>();
  for (const { namespace, type, key, field, page, index } of slots) {
    if (namespace !== 0) continue;
    const at = `page ${page}, entry ${index}`;
    const number = field.readUInt8(0);
    if (type !== 1) say(`${at}: a namespace of type ${type}`);
    if (number < 1 || number > 254) say(`${at}: namespace index ${number}`);
    if (namespaces.has(number)) say(`${at}: namespace index ${number} again`);
    if ([...namespaces.values()].includes(key)) say(`${at}: namespace "${key}" again`);
    namespaces.set(number, key);
  }
  return namespaces;
}

function readEntries(
  slots: readonly Slot[],
  namespaces: ReadonlyMap<number, string>,
  say: Say,
): FlashEntry[] {
  const entries: FlashEntry[] = [];
  const seen = new Set<string>();
  const chunks = new Map<string, Slot[]>();
  for (const slot of slots) {
    if (slot.namespace === 0) continue;
    const at = `page ${slot.page}, entry ${slot.index}, "${slot.key}"`;
    const namespace = namespaces.get(slot.namespace);
    if (namespace === undefined) {
      say(`${at}: a namespace that no entry before it names`);
      continue;
    }
    const name = `${slot.namespace} ${slot.key}`;
    if (slot.type === TYPE.blobData) {
      chunks.set(name, [...(chunks.get(name) ?? []), slot]);
      continue;
    }
    if (seen.has(name)) say(`${at}: a second time`);
    seen.add(name);
    const read = readValue(slot, chunks.get(name) ?? [], at, say);
    chunks.delete(name);
    if (read !== undefined) entries.push({ namespace, key: slot.key, ...read });
  }
  for (const name of chunks.keys()) say(`chunks of "${name}" without an index`);
  return entries;
}

function readValue(
  slot: Slot,
  chunks: readonly Slot[],
  at: string,
  say: Say,
): Pick<FlashEntry, 'type' | 'value'> | undefined {
  const integer = INTEGERS.get(slot.type);
  if (integer !== undefined) {
    if (slot.span !== 1) say(`${at}: a span of ${slot.span}`);
    if (!isBlank(slot.field.subarray(integer.bytes))) say(`${at}: bytes behind the number`);
    const raw = slot.field.readBigUInt64LE(0);
    const bits = integer.bytes * 8;
    return {
      type: integer.name,
      value: integer.signed ? BigInt.asIntN(bits, raw) : BigInt.asUintN(bits, raw),
    };
  }
  if (slot.type === TYPE.string) {
    const data = readData(slot, at, say);
    if (data.length > 4000) say(`${at}: a string of ${data.length} bytes`);
    if (data.at(-1) !== 0) say(`${at}: a string without its NUL`);
    if (data.subarray(0, -1).includes(0)) say(`${at}: a NUL inside a string`);
    return { type: 'string', value: readText(data.subarray(0, -1), at, say) };
  }
  if (slot.type === TYPE.blob) {
    const data = readData(slot, at, say);
    if (data.length > 1984) say(`${at}: a blob of version 1 of ${data.length} bytes`);
    return { type: 'blob', value: Uint8Array.from(data) };
  }
  if (slot.type !== TYPE.blobIndex) {
    say(`${at}: type ${slot.type}`);
    return undefined;
  }
  const [total, count, start] = [
    slot.field.readUInt32LE(0),
    slot.field.readUInt8(4),
    slot.field.readUInt8(5),
  ];
  if (slot.span !== 1) say(`${at}: an index with a span of ${slot.span}`);
  if (!isBlank(slot.field.subarray(6))) say(`${at}: reserved bytes of the index`);
  if (start !== 0) say(`${at}: chunks from ${start} on`);
  if (count < 1 || count > 127) say(`${at}: ${count} chunks`);
  if (chunks.length !== count) say(`${at}: ${count} chunks, of which ${chunks.length} stand before it`);
  for (const [index, { chunk }] of chunks.entries())
    if (chunk !== index) say(`${at}: chunk ${chunk} as number ${index}`);
  const data = Buffer.concat(chunks.map((chunk) => readData(chunk, at, say)));
  if (data.length !== total) say(`${at}: ${total} bytes, of which there are ${data.length}`);
  if (total > 508_000) say(`${at}: a blob of ${total} bytes`);
  return { type: 'blob', value: Uint8Array.from(data) };
}

/** The data behind a head. */
function readData({ field, tail, span }: Slot, at: string, say: Say): Buffer {
  const size = field.readUInt16LE(0);
  if (span !== 1 + Math.ceil(size / ENTRY)) say(`${at}: ${size} bytes with a span of ${span}`);
  if (!isBlank(field.subarray(2, 4))) say(`${at}: reserved bytes of the size`);
  const data = tail.subarray(0, size);
  if (field.readUInt32LE(4) !== crc(data)) say(`${at}: CRC of the data`);
  return data;
}

/** Entries of the active page that the library takes for one another. */
function checkHashes(slots: readonly Slot[], page: number | undefined, say: Say): void {
  const seen = new Map<number, string>();
  for (const slot of slots) {
    if (slot.page !== page) continue;
    const key = Buffer.alloc(16);
    key.write(slot.key);
    const hash = crc(Buffer.concat([Buffer.of(slot.namespace), key, Buffer.of(slot.chunk)])) & 0xffffff;
    const other = seen.get(hash);
    if (other !== undefined) say(`page ${slot.page}: "${slot.key}" and "${other}" have one hash`);
    seen.set(hash, slot.key);
  }
}

function readText(bytes: Buffer, at: string, say: Say): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    say(`${at}: not UTF-8`);
    return '';
  }
}

const entryOf = (page: Buffer, index: number) =>
  page.subarray(FIRST_ENTRY + index * ENTRY, FIRST_ENTRY + (index + 1) * ENTRY);
const isBlank = (bytes: Buffer) => bytes.every((byte) => byte === 0xff);
const crc = (bytes: Buffer) => zlibCrc32(bytes, 0xffffffff);
