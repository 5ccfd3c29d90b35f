/** The kind of an image, recognised by its framing alone. */
import { nvsErrors } from '../errors/nvs';
import { decodeEntry, isPlausible } from './entry-reader';
import { ENTRIES_PER_PAGE, ENTRY_STATE, entryOffset, PAGE_LENGTH } from './layout';
import { entryStateBits, hasPageHeader, hasValidEntryCrc } from './page';

/**
 * plain: entries are readable, or damaged ones look like entries; encrypted: valid pages, no readable entry;
 * empty: valid pages, no entry; blank: 0xFF throughout; not-nvs: no page has a header.
 */
export type NvsImageKind = 'plain' | 'encrypted' | 'empty' | 'blank' | 'not-nvs';

/** The kind of `image`, recognised without keys. Errors: nvs.image-size. */
export function classifyNvs(image: Uint8Array): NvsImageKind {
  assertImageSize(image);
  if (hasReadableEntry(image)) return 'plain';
  let pages = 0;
  let filled = 0;
  let plausible = 0;
  for (const page of pagesWithHeader(image)) {
    pages++;
    const [first] = writtenEntries(image, page);
    if (first === undefined) continue;
    filled++;
    if (isPlausible(image, page, first)) plausible++;
  }
  if (filled > 0) return plausible * 2 > filled ? 'plain' : 'encrypted';
  if (pages > 0) return 'empty';
  return image.every((byte) => byte === 0xff) ? 'blank' : 'not-nvs';
}

/** Whether an entry has a valid CRC and head; large images of ciphertext have valid CRCs by chance. */
export function hasReadableEntry(image: Uint8Array): boolean {
  for (const page of pagesWithHeader(image)) {
    for (const entry of writtenEntries(image, page)) {
      if (hasValidEntryCrc(image, entryOffset(page, entry)) && decodeEntry(image, page, entry) !== undefined)
        return true;
    }
  }
  return false;
}

function* pagesWithHeader(image: Uint8Array): Generator<number> {
  for (let page = 0; page < image.length / PAGE_LENGTH; page++) {
    if (hasPageHeader(image, page * PAGE_LENGTH)) yield page;
  }
}

/** Entries of a page that its bitmap marks as written. */
function* writtenEntries(image: Uint8Array, page: number): Generator<number> {
  for (let entry = 0; entry < ENTRIES_PER_PAGE; entry++) {
    if (entryStateBits(image, page * PAGE_LENGTH, entry) === ENTRY_STATE.written) yield entry;
  }
}

/** Errors: nvs.image-size. */
export function assertImageSize(image: Uint8Array): void {
  const size = image.length;
  if (size === 0 || size % PAGE_LENGTH !== 0) throw nvsErrors.error('nvs.image-size', { size });
}
