/**
 * Encryption of a partition: ESP-IDF, docs/en/api-reference/storage/nvs_encryption.rst. Each written entry is one
 * XTS data unit, numbered by its byte offset; headers, bitmaps and unused entries stay plain.
 */
import { createXts } from '../crypto/aes-xts';
import { nvsErrors } from '../errors/nvs';
import { classifyNvs, hasReadableEntry } from './classify';
import { assertNvsKeys, type NvsKeys } from './keys';
import {
  BITMAP_OFFSET,
  ENTRIES_PER_PAGE,
  ENTRY_LENGTH,
  ENTRY_STATE,
  FIRST_ENTRY_OFFSET,
  PAGE_LENGTH,
} from './layout';
import { entryStateBits, hasPageHeader } from './page';

/** A byte of a bitmap whose four entries are written. */
const FOUR_WRITTEN = 0b10101010;

/** Bytes per call of the cipher, including unused entries: bulk speed with little memory. */
const PASS_LENGTH = 16 * PAGE_LENGTH;

/**
 * A plain image encrypted with AES-256-XTS.
 * Errors: nvs.image-size, nvs.image-already-encrypted, nvs.image-not-nvs, nvs.key-half-length, nvs.keys-equal.
 */
export function encryptNvs(image: Uint8Array, keys: NvsKeys): Uint8Array {
  const kind = classifyNvs(image);
  if (kind === 'encrypted') throw nvsErrors.error('nvs.image-already-encrypted', {});
  if (kind === 'not-nvs') throw nvsErrors.error('nvs.image-not-nvs', {});
  const encrypted = new Uint8Array(image);
  cryptEntries('encrypt', encrypted, keys);
  return encrypted;
}

/**
 * The plain image of an encrypted one.
 * Errors: nvs.image-size, nvs.image-not-encrypted, nvs.image-not-nvs, nvs.keys-wrong, nvs.key-half-length,
 * nvs.keys-equal.
 */
export function decryptNvs(image: Uint8Array, keys: NvsKeys): Uint8Array {
  const kind = classifyNvs(image);
  if (kind === 'not-nvs') throw nvsErrors.error('nvs.image-not-nvs', {});
  if (hasReadableEntry(image)) throw nvsErrors.error('nvs.image-not-encrypted', {});
  const plain = new Uint8Array(image);
  cryptEntries('decrypt', plain, keys);
  if (kind === 'empty' || kind === 'blank' || hasReadableEntry(plain)) return plain;
  throw nvsErrors.error(kind === 'plain' ? 'nvs.image-not-encrypted' : 'nvs.keys-wrong', {});
}

/** Encrypts or decrypts every written entry in place. Errors: nvs.key-half-length, nvs.keys-equal. */
export function cryptEntries(direction: 'encrypt' | 'decrypt', image: Uint8Array, keys: NvsKeys): void {
  const passLength = Math.min(PASS_LENGTH, image.length);
  const xts = createXts(direction, assertNvsKeys(keys), ENTRY_LENGTH, passLength / ENTRY_LENGTH);
  for (let start = 0; start < image.length; start += passLength) {
    const end = Math.min(start + passLength, image.length);
    const pages = pagesWithHeader(image, start, end);
    if (pages.length === 0) continue;
    const output = xts(image.subarray(start, end), start);
    for (const page of pages) {
      for (const [from, to] of writtenRuns(image, page))
        image.set(output.subarray(from - start, to - start), from);
    }
  }
}

/** Byte offsets of the pages from `start` to `end` that have a valid header. */
function pagesWithHeader(image: Uint8Array, start: number, end: number): number[] {
  const pages: number[] = [];
  for (let page = start; page < end; page += PAGE_LENGTH) if (hasPageHeader(image, page)) pages.push(page);
  return pages;
}

/** Byte ranges of adjacent entries that the bitmap of the page at offset `page` marks as written. */
function writtenRuns(image: Uint8Array, page: number): [from: number, to: number][] {
  const first = page + FIRST_ENTRY_OFFSET;
  const runs: [number, number][] = [];
  let since = 0;
  for (let entry = 0; entry <= ENTRIES_PER_PAGE; entry++) {
    // Most pages are full: bitmap bytes with four written entries are skipped at once.
    const whole = (entry & 3) === 0 && entry + 4 <= ENTRIES_PER_PAGE;
    if (whole && image[page + BITMAP_OFFSET + (entry >> 2)] === FOUR_WRITTEN) {
      entry += 3;
      continue;
    }
    const written = entry < ENTRIES_PER_PAGE && entryStateBits(image, page, entry) === ENTRY_STATE.written;
    if (written) continue;
    if (entry > since) runs.push([first + since * ENTRY_LENGTH, first + entry * ENTRY_LENGTH]);
    since = entry + 1;
  }
  return runs;
}
