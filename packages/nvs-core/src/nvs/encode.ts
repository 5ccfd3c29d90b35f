/** NVS items -> the bytes of a partition. */
import { FactoryError, type Finding, type Where } from '../errors/factory-error';
import { firstFindings } from '../errors/limit';
import { nvsErrors } from '../errors/nvs';
import { findCollisions } from './collisions';
import { cryptEntries } from './encryption';
import { encodeEntry } from './entry-writer';
import { assertNvsKeys, type NvsKeys } from './keys';
import {
  ENTRIES_PER_PAGE,
  entryOffset,
  type NvsPageState,
  type NvsTypeName,
  type NvsVersion,
  PAGE_LENGTH,
  PARTITION_MAX_LENGTH,
  WRITABLE_MIN_LENGTH,
} from './layout';
import { encodePageHeader } from './page';
import { type PlacedEntry, placeRecords } from './placement';
import { toRecords } from './records';
import type { NvsItem } from './values';

const { finding } = nvsErrors;

export interface NvsEncodeOptions {
  /** Bytes of the partition: a multiple of 4096. */
  readonly size: number;
  /** 2 (the default) allows blobs over several pages, 1 is for ESP-IDF before 3.2. */
  readonly version?: NvsVersion;
  /** The partition is flagged `readonly`, so no page must stay blank. Default: whether `size` is below 0x3000. */
  readonly readOnly?: boolean;
  /** Encrypts the image like encryptNvs, but without copying it. */
  readonly keys?: NvsKeys;
}

/** The position of an entry. A blob of version 2 is several entries: chunks, then the index. */
export interface NvsPlace {
  /** Name of the namespace; empty for the entry that defines one. */
  readonly namespace: string;
  readonly namespaceIndex: number;
  readonly key: string;
  readonly type: NvsTypeName | 'namespace';
  readonly page: number;
  readonly entry: number;
  /** Entries used, including the head. */
  readonly span: number;
  /** Bytes from the start of the image. */
  readonly offset: number;
  /** Bytes of the value in this entry. */
  readonly length: number;
  readonly where: Where;
}

export interface NvsPageUsage {
  readonly page: number;
  readonly state: NvsPageState;
  readonly usedEntries: number;
  readonly freeEntries: number;
}

export interface NvsLayout {
  readonly version: NvsVersion;
  readonly size: number;
  readonly readOnly: boolean;
  readonly usedPages: number;
  readonly usedEntries: number;
  /** Entries that the firmware can still write: all but used ones and those of the page that must stay blank. */
  readonly freeEntries: number;
  /** All pages of the partition, blank ones too. */
  readonly pages: readonly NvsPageUsage[];
  /** A new array at each access. */
  readonly entries: readonly NvsPlace[];
}

export interface NvsEncoded {
  /** `size` bytes; below 0x3000 it ends with the last used page, as in Espressif's generator. */
  readonly image: Uint8Array;
  readonly layout: NvsLayout;
  /** Warnings about allowed input that causes surprises on the device. */
  readonly findings: readonly Finding[];
}

/**
 * Encodes `items` in their order into an NVS partition, byte-equal to nvs_partition_gen where that tool works.
 * Errors, all at once: nvs.size-invalid, nvs.size-read-only, nvs.version-unknown, nvs.image-too-small,
 * nvs.namespace-missing, nvs.too-many-namespaces, nvs.type-unknown, nvs.key-*, nvs.value-*, nvs.string-*,
 * nvs.blob-too-long; for the keys: nvs.key-half-length, nvs.keys-equal.
 * Source: ESP-IDF, nvs_flash.rst, "Internals".
 */
export function encodeNvs(items: readonly NvsItem[], options: NvsEncodeOptions): NvsEncoded {
  const { size, version = 2, readOnly = size < WRITABLE_MIN_LENGTH } = options;
  if (version !== 1 && version !== 2) throw nvsErrors.error('nvs.version-unknown', { version });
  if (options.keys !== undefined) assertNvsKeys(options.keys);
  const { records, findings } = toRecords(items, version);
  const { entries, pages } = placeRecords(records, version);
  const errors = [...findings, ...findCollisions(entries), ...checkSize(options, readOnly, pages)];
  if (errors.length > 0) throw new FactoryError(firstFindings(errors));

  const image = blankImage(size < WRITABLE_MIN_LENGTH ? pages * PAGE_LENGTH : size);
  const buffer = { bytes: image, view: new DataView(image.buffer) };
  for (let page = 0; page < pages; page++) {
    const state = page === pages - 1 ? 'active' : 'full';
    encodePageHeader(buffer, page, { state, sequence: page, version });
  }
  let chunks = 0;
  for (const entry of entries) {
    encodeEntry(buffer, entry, chunks);
    chunks = entry.type === 'blob-data' ? chunks + 1 : 0;
  }
  if (options.keys !== undefined) cryptEntries('encrypt', image, options.keys);
  const layout = describe(entries, pages, { size, version, readOnly });
  return { image, layout, findings: checkLayout(layout) };
}

function checkSize(options: NvsEncodeOptions, readOnly: boolean, pages: number): Finding[] {
  const { size } = options;
  const usable = Number.isInteger(size) && size >= PAGE_LENGTH && size <= PARTITION_MAX_LENGTH;
  if (!usable || size % PAGE_LENGTH !== 0) return [finding('nvs.size-invalid', { size })];
  if (!readOnly && size < WRITABLE_MIN_LENGTH) return [finding('nvs.size-read-only', { size })];
  const needed = Math.max((pages + (readOnly ? 0 : 1)) * PAGE_LENGTH, readOnly ? 0 : WRITABLE_MIN_LENGTH);
  if (needed <= size) return [];
  // From 0x3000 on, a partition is writable by default, and then needs a blank page.
  const enough =
    options.readOnly === undefined && readOnly && needed >= WRITABLE_MIN_LENGTH
      ? needed + PAGE_LENGTH
      : needed;
  return [finding('nvs.image-too-small', { size, needed: enough, missing: enough - size, readOnly })];
}

function describe(
  entries: readonly PlacedEntry[],
  usedPages: number,
  { size, version, readOnly }: { size: number; version: NvsVersion; readOnly: boolean },
): NvsLayout {
  const used = new Array<number>(size / PAGE_LENGTH).fill(0);
  for (const { page, span } of entries) used[page] = (used[page] ?? 0) + span;
  const pages = used.map((usedEntries, page): NvsPageUsage => {
    const state = page < usedPages - 1 ? 'full' : page === usedPages - 1 ? 'active' : 'uninitialised';
    return { page, state, usedEntries, freeEntries: ENTRIES_PER_PAGE - usedEntries };
  });
  const kept = readOnly ? pages.length : pages.length - 1;
  return {
    version,
    size,
    readOnly,
    usedPages,
    usedEntries: used.reduce((sum, count) => sum + count, 0),
    freeEntries: pages.slice(0, kept).reduce((sum, page) => sum + page.freeEntries, 0),
    pages,
    // Created on demand: runs over thousands of images do not need it.
    get entries() {
      return entries.map(placeOf);
    },
  };
}

function placeOf({ record, type, page, entry, span, length }: PlacedEntry): NvsPlace {
  const { namespace, namespaceIndex, key, where } = record;
  const shown = record.type === 'namespace' ? 'namespace' : type;
  const offset = entryOffset(page, entry);
  return { namespace, namespaceIndex, key, type: shown, page, entry, span, offset, length, where };
}

/** All 0xFF; the memory is not cleared first, because every byte is set. */
function blankImage(length: number): Uint8Array<ArrayBuffer> {
  const { buffer } = Buffer.allocUnsafeSlow(length).fill(0xff);
  return new Uint8Array(buffer);
}

function checkLayout(layout: NvsLayout): Finding[] {
  const { size, readOnly, freeEntries } = layout;
  if (readOnly && size < WRITABLE_MIN_LENGTH) {
    return [finding('nvs.partition-read-only', { size }, {}, 'warning')];
  }
  if (!readOnly && freeEntries === 0) {
    return [finding('nvs.partition-full', { size }, {}, 'warning')];
  }
  return [];
}
