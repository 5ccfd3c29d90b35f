/** The bytes of a partition -> its entries with their positions, and all findings. */
import type { Finding } from '../errors/factory-error';
import { BlobReader } from './blob-reader';
import { assertImageSize, classifyNvs, type NvsImageKind } from './classify';
import { FindingLog } from './finding-log';
import { type NvsVersion, PAGE_LENGTH, WRITABLE_MIN_LENGTH } from './layout';
import { decodeNamespaces, type NvsNamespaceEntry } from './namespace-reader';
import { decodePage, type NvsPage } from './page-reader';
import { checkPages, freeEntries, pagesInOrder } from './page-set';
import { decodeValue, type NvsSlotPlace } from './value-reader';
import type { NvsValue } from './values';

export interface NvsDecodeOptions {
  /** The partition is mounted read-only, so it needs no blank page. Default: an image below 0x3000 bytes. */
  readonly readOnly?: boolean;
  /** Maximum number of findings; further ones are only counted. Default 1000. */
  readonly maxFindings?: number;
}

/** A value that the firmware can read, with its position. */
export type NvsDecodedEntry = NvsValue & {
  readonly namespace: string;
  readonly namespaceIndex: number;
  readonly key: string;
  /** Page and entry of the head; of the index for a blob of version 2. */
  readonly page: number;
  readonly entry: number;
  /** Entries used, including the chunks of a blob. */
  readonly span: number;
  /** Bytes from the start of the image to the head. */
  readonly offset: number;
  /** Every part: one for most values, chunks and index for a blob of version 2. */
  readonly places: readonly NvsSlotPlace[];
};

export interface NvsDecoded {
  readonly kind: NvsImageKind;
  /** Format version of the page opened last; absent if no page has a header. */
  readonly version?: NvsVersion;
  readonly pages: readonly NvsPage[];
  readonly namespaces: readonly NvsNamespaceEntry[];
  /** In the order in which they were written. */
  readonly entries: readonly NvsDecodedEntry[];
  /** Entries that are free, or that the device can reclaim: erased and damaged ones. */
  readonly freeEntries: number;
  readonly findings: readonly Finding[];
}

/**
 * Decodes an NVS image of a generator or of a device, as the device would read it. Problems are findings, not errors;
 * an encrypted image gives its pages and nvs.image-encrypted. Errors: nvs.image-size.
 * Source: ESP-IDF, nvs_flash.rst, "Internals", and components/nvs_flash/src.
 */
export function decodeNvs(image: Uint8Array, options: NvsDecodeOptions = {}): NvsDecoded {
  assertImageSize(image);
  const { readOnly = image.length < WRITABLE_MIN_LENGTH, maxFindings = 1000 } = options;
  const log = new FindingLog(maxFindings);
  const kind = classifyNvs(image);
  if (kind === 'encrypted') log.add('nvs.image-encrypted', {});
  if (kind === 'not-nvs') log.add('nvs.image-not-nvs', {});
  if (kind === 'blank') log.add('nvs.image-blank', {}, {}, 'warning');

  const count = image.length / PAGE_LENGTH;
  const pages = Array.from({ length: count }, (_, index) =>
    decodePage(image, index, kind === 'encrypted', log),
  );
  checkPages(pages, readOnly, log);
  const live = pagesInOrder(pages);
  const namespaces = decodeNamespaces(image, live, log);
  const entries = decodeEntries(
    image,
    live,
    new Map(namespaces.map(({ index, name }) => [index, name])),
    log,
  );
  const version = live.at(-1)?.version;
  return {
    kind,
    ...(version && { version }),
    pages,
    namespaces,
    entries,
    freeEntries: freeEntries(pages, readOnly),
    findings: log.findings,
  };
}

function decodeEntries(
  image: Uint8Array,
  pages: readonly NvsPage[],
  namespaces: ReadonlyMap<number, string>,
  log: FindingLog,
): NvsDecodedEntry[] {
  const blobs = new BlobReader(image, log);
  const heads = new Map<string, { place: NvsSlotPlace; namespace: string }>();
  for (const page of pages) {
    for (const { index: entry, offset, head, state } of page.entries) {
      if (state !== 'written' || head === undefined || head.namespaceIndex === 0) continue;
      const { key, namespaceIndex, type } = head;
      const place = { page: page.index, entry, offset, ...head };
      const namespace = namespaces.get(namespaceIndex);
      if (namespace === undefined) {
        const params = { key, index: namespaceIndex, page: page.index, entry };
        log.add('nvs.namespace-unknown', params, { offset });
        continue;
      }
      if (type === 'blob-data') {
        blobs.addChunk(place);
        continue;
      }
      const name = `${namespaceIndex} ${key}`;
      const other = heads.get(name)?.place;
      if (other !== undefined) {
        const params = {
          namespace,
          key,
          page: page.index,
          entry,
          otherPage: other.page,
          otherEntry: other.entry,
        };
        log.add('nvs.entry-duplicate', params, { offset });
      }
      // The later one wins, as if the power failed after the new entry was written and before the old one was erased.
      heads.delete(name);
      heads.set(name, { place, namespace });
    }
  }

  const entries: NvsDecodedEntry[] = [];
  for (const { place, namespace } of heads.values()) {
    const read = place.type === 'blob-index' ? blobs.take(place) : decodeValue(image, place, log);
    if (read === undefined) continue;
    const { namespaceIndex, key, page, entry, offset } = place;
    const { value, places } = read;
    const span = places.reduce((sum, part) => sum + part.span, 0);
    entries.push({ ...value, namespace, namespaceIndex, key, page, entry, span, offset, places });
  }
  blobs.reportOrphans();
  return entries;
}
