/** One page, read as the device reads it at mount: nvs_page.cpp, Page::load and Page::mLoadEntryTable. */
import { decodeEntry, type EntryHeadView } from './entry-reader';
import { FindingLog } from './finding-log';
import {
  ENTRIES_PER_PAGE,
  ENTRY_LENGTH,
  ENTRY_STATE,
  entryOffset,
  FIRST_ENTRY_OFFSET,
  type NvsPageState,
  type NvsVersion,
  PAGE_FIELD,
  PAGE_LENGTH,
  PAGE_STATE,
} from './layout';
import { entryStateBits, hasPageHeader, hasValidEntryCrc, hasValidPageCrc, pageVersion } from './page';

/** An entry of a page that is not empty; data that follows a head belongs to it and is not listed separately. */
export interface NvsSlot {
  /** Index in the page, from 0. */
  readonly index: number;
  /** Bytes from the start of the image. */
  readonly offset: number;
  /** damaged: the device erases it at mount; unreachable: it is after the end of the page's entries, or on a corrupt page. */
  readonly state: 'written' | 'erased' | 'damaged' | 'unreachable';
  /** Entries used, including the head. */
  readonly span: number;
  /** The head, if its CRC is valid; erased entries keep it. */
  readonly head?: EntryHeadView;
}

export interface NvsPage {
  /** Index in the partition, from 0. */
  readonly index: number;
  readonly offset: number;
  /** corrupt: the device erases the page before it uses it again. */
  readonly state: NvsPageState | 'corrupt';
  /** Order in which the device opened its pages; absent without a valid header, like the version. */
  readonly sequence?: number;
  readonly version?: NvsVersion;
  readonly writtenEntries: number;
  readonly erasedEntries: number;
  readonly emptyEntries: number;
  /** Written entries that remain after a mount: without damaged and unreachable ones. */
  readonly liveEntries: number;
  readonly entries: readonly NvsSlot[];
}

const STATES = new Map<number, NvsPageState>(
  (Object.keys(PAGE_STATE) as NvsPageState[]).map((state) => [PAGE_STATE[state], state]),
);

/** Reads page `index`; with `encrypted`, its entries are not read. */
export function decodePage(image: Uint8Array, index: number, encrypted: boolean, log: FindingLog): NvsPage {
  const offset = index * PAGE_LENGTH;
  const header = decodeHeader(image, index, log);
  const counted = { writtenEntries: 0, erasedEntries: 0, emptyEntries: 0, liveEntries: 0 };
  const bare = { index, offset, ...counted, entries: [] };
  if (header.sequence === undefined) return { ...bare, ...header };

  const states = Array.from({ length: ENTRIES_PER_PAGE }, (_, entry) => entryStateBits(image, offset, entry));
  const count = (bits: number) => states.filter((state) => state === bits).length;
  const counts = {
    writtenEntries: count(ENTRY_STATE.written),
    erasedEntries: count(ENTRY_STATE.erased),
    emptyEntries: count(ENTRY_STATE.empty),
  };
  if (header.state === 'corrupt') {
    const found = encrypted ? [] : decodeSlots(image, index, header.state, states, new FindingLog(0));
    const entries = found.map((slot) => (slot.state === 'written' ? unreachable(slot) : slot));
    return { ...bare, ...header, ...counts, entries };
  }
  if (((image[offset + FIRST_ENTRY_OFFSET - 1] ?? 0) & 0xf0) !== 0xf0) {
    log.add('nvs.page-bitmap', { page: index }, { offset: offset + FIRST_ENTRY_OFFSET - 1 }, 'warning');
  }
  const entries = encrypted ? [] : decodeSlots(image, index, header.state, states, log);
  const liveEntries = encrypted ? counts.writtenEntries : spanOf(entries);
  return { ...bare, ...header, ...counts, liveEntries, entries };
}

function unreachable(slot: NvsSlot): NvsSlot {
  return { ...slot, state: 'unreachable' };
}

function spanOf(slots: readonly NvsSlot[]): number {
  return slots.reduce((sum, { state, span }) => (state === 'written' ? sum + span : sum), 0);
}

type Header = Pick<NvsPage, 'state' | 'sequence' | 'version'>;

function decodeHeader(image: Uint8Array, page: number, log: FindingLog): Header {
  const offset = page * PAGE_LENGTH;
  const view = new DataView(image.buffer, image.byteOffset + offset, PAGE_LENGTH);
  const stateValue = view.getUint32(PAGE_FIELD.state, true);
  const state = STATES.get(stateValue);
  const sequence = view.getUint32(PAGE_FIELD.sequence, true);
  const version = pageVersion(image, offset);
  if (state === undefined || state === 'uninitialised') {
    if (state !== undefined && isBlank(image, offset, offset + PAGE_LENGTH)) return { state };
    // The CRC does not cover the state: what the page was is known from the rest.
    const isKnown = hasPageHeader(image, offset);
    const written = isKnown ? { written: writtenCount(image, offset), sequence } : {};
    if (state !== undefined) log.add('nvs.page-not-blank', { page, ...written }, { offset });
    else {
      const params = { page, state: stateValue, ...nearestState(stateValue), ...written };
      log.add('nvs.page-state', params, { offset });
    }
    return isKnown && version !== undefined ? { state: 'corrupt', version, sequence } : { state: 'corrupt' };
  }
  if (!hasValidPageCrc(image, offset)) {
    log.add('nvs.page-crc', { page }, { offset: offset + PAGE_FIELD.crc });
    return { state: 'corrupt' };
  }
  if (version === undefined) {
    const versionByte = view.getUint8(PAGE_FIELD.version);
    log.add('nvs.page-version', { page, version: versionByte }, { offset: offset + PAGE_FIELD.version });
    return { state: 'corrupt' };
  }
  return { state, version, sequence };
}

function writtenCount(image: Uint8Array, offset: number): number {
  let count = 0;
  for (let entry = 0; entry < ENTRIES_PER_PAGE; entry++)
    if (entryStateBits(image, offset, entry) === ENTRY_STATE.written) count++;
  return count;
}

/** The state with the fewest different bits, if they are few. */
function nearestState(value: number): { nearest?: { state: NvsPageState; bits: number } } {
  let best: { state: NvsPageState; bits: number } | undefined;
  for (const [known, state] of STATES) {
    const bits = ((value ^ known) >>> 0).toString(2).replace(/[^1]/g, '').length;
    if (bits <= 2 && (best === undefined || bits < best.bits)) best = { state, bits };
  }
  return best === undefined ? {} : { nearest: best };
}

function decodeSlots(
  image: Uint8Array,
  page: number,
  pageState: Header['state'],
  states: readonly number[],
  log: FindingLog,
): NvsSlot[] {
  const slots: NvsSlot[] = [];
  const firstEmpty = states.indexOf(ENTRY_STATE.empty);
  // The first empty entry ends an active page; the device sees nothing after it.
  const end = pageState === 'active' && firstEmpty >= 0 ? firstEmpty : ENTRIES_PER_PAGE;
  let damagedSince = -1;
  const closeRun = (entry: number) => {
    if (damagedSince < 0) return;
    const where = { offset: entryOffset(page, damagedSince) };
    log.add('nvs.entry-crc', { page, entry: damagedSince, count: entry - damagedSince }, where);
    damagedSince = -1;
  };

  let entry = 0;
  while (entry < ENTRIES_PER_PAGE) {
    const index = entry;
    const offset = entryOffset(page, index);
    const position = { page, entry: index };
    const where = { offset };
    const state = states[index];
    const valid = hasValidEntryCrc(image, offset);
    if (state !== ENTRY_STATE.written || index >= end || valid) closeRun(index);
    entry++;
    if (state === ENTRY_STATE.empty) {
      if (!isBlank(image, offset, offset + ENTRY_LENGTH)) log.add('nvs.entry-not-blank', position, where);
    } else if (state !== ENTRY_STATE.written && state !== ENTRY_STATE.erased) {
      log.add('nvs.entry-state', position, where);
      slots.push({ index, offset, state: 'damaged', span: 1 });
    } else if (index >= end) {
      // One finding is enough for everything after the end.
      if (slots.at(-1)?.state !== 'unreachable') log.add('nvs.entry-after-empty', position, where);
      slots.push({ index, offset, state: 'unreachable', span: 1 });
    } else if (state === ENTRY_STATE.erased) {
      const head = valid ? decodeEntry(image, page, index) : undefined;
      slots.push({ index, offset, state: 'erased', span: 1, ...(head && { head }) });
    } else if (!valid) {
      if (damagedSince < 0) damagedSince = index;
      slots.push({ index, offset, state: 'damaged', span: 1 });
    } else {
      const head = decodeEntry(image, page, index, { states, log });
      const span = head?.span ?? 1;
      slots.push({
        index,
        offset,
        state: head === undefined ? 'damaged' : 'written',
        span,
        ...(head && { head }),
      });
      entry = index + span;
    }
  }
  closeRun(ENTRIES_PER_PAGE);
  return slots;
}

/** Whether bytes `start` to `end` are 0xFF. */
function isBlank(image: Uint8Array, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset++) if (image[offset] !== 0xff) return false;
  return true;
}
