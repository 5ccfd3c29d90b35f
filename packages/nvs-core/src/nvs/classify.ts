/** What kind of image this is, told by its framing alone. */
import { nvsErrors } from '../errors';
import {
  CHUNK_ANY,
  ENTRIES_PER_PAGE,
  ENTRY_FIELD,
  ENTRY_STATE,
  entryOffset,
  KEY_FIELD_LENGTH,
  PAGE_LENGTH,
  TYPE_CODE,
} from './layout';
import { entryStateBits, hasEntryCrc, hasPageHeader } from './page';

const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(TYPE_CODE));

/**
 * plain: entries are readable, or damaged ones look like entries; encrypted: pages in order, no entry readable;
 * empty: pages in order, no entry; blank: 0xFF throughout; not-nvs: no page has a header.
 */
export type NvsImageKind = 'plain' | 'encrypted' | 'empty' | 'blank' | 'not-nvs';

/** Tells what `image` is, without keys. Errors: nvs.image-size. */
export function classifyNvs(image: Uint8Array): NvsImageKind {
  checkImageSize(image);
  let pages = 0;
  let filled = 0;
  let plausible = 0;
  for (let page = 0; page < image.length / PAGE_LENGTH; page++) {
    if (!hasPageHeader(image, page * PAGE_LENGTH)) continue;
    pages++;
    let first: number | undefined;
    for (const offset of writtenEntries(image, page)) {
      if (hasEntryCrc(image, offset)) return 'plain';
      first ??= offset;
    }
    if (first === undefined) continue;
    filled++;
    if (looksLikeEntry(image, first)) plausible++;
  }
  if (filled > 0) return plausible * 2 > filled ? 'plain' : 'encrypted';
  if (pages > 0) return 'empty';
  return image.every((byte) => byte === 0xff) ? 'blank' : 'not-nvs';
}

/** Ciphertext passes once in some 60,000 times. */
function looksLikeEntry(image: Uint8Array, offset: number): boolean {
  const field = (place: number) => image[offset + place] ?? 0;
  const type = field(ENTRY_FIELD.type);
  return (
    KNOWN_TYPES.has(type) &&
    (type === TYPE_CODE['blob-data'] || field(ENTRY_FIELD.chunk) === CHUNK_ANY) &&
    field(ENTRY_FIELD.key) !== 0 &&
    field(ENTRY_FIELD.key + KEY_FIELD_LENGTH - 1) === 0
  );
}

/** Byte offsets of the entries of a page that its bitmap calls written. */
export function* writtenEntries(image: Uint8Array, page: number): Generator<number> {
  for (let entry = 0; entry < ENTRIES_PER_PAGE; entry++) {
    if (entryStateBits(image, page * PAGE_LENGTH, entry) === ENTRY_STATE.written)
      yield entryOffset(page, entry);
  }
}

/** Errors: nvs.image-size. */
export function checkImageSize(image: Uint8Array): void {
  const size = image.length;
  if (size === 0 || size % PAGE_LENGTH !== 0) throw nvsErrors.error('nvs.image-size', { size });
}
