/**
 * Encryption of a partition: ESP-IDF, docs/en/api-reference/storage/nvs_encryption.rst. Each written entry is one
 * XTS data unit, numbered by its byte offset; headers, bitmaps and unused entries stay plain.
 */
import { createXts } from '../crypto';
import { nvsErrors } from '../errors';
import { classifyNvs, writtenEntries } from './classify';
import { checkNvsKeys, type NvsKeys } from './keys';
import { ENTRIES_PER_PAGE, ENTRY_LENGTH, PAGE_LENGTH } from './layout';
import { hasPageHeader } from './page';

/** Pages whose entries go through the cipher together: enough for bulk speed, little enough to stay in the cache. */
const PAGES_PER_PASS = 16;

/**
 * A plain image encrypted with AES-256-XTS.
 * Errors: nvs.image-size, nvs.image-already-encrypted, nvs.image-not-nvs, nvs.key-half-length, nvs.keys-equal.
 */
export function encryptNvs(image: Uint8Array, keys: NvsKeys): Uint8Array {
  const kind = classifyNvs(image);
  if (kind === 'encrypted') throw nvsErrors.error('nvs.image-already-encrypted', {});
  if (kind === 'not-nvs') throw nvsErrors.error('nvs.image-not-nvs', {});
  return transform('encrypt', image, keys);
}

/**
 * An encrypted image made plain.
 * Errors: nvs.image-size, nvs.image-not-encrypted, nvs.image-not-nvs, nvs.keys-wrong, nvs.key-half-length,
 * nvs.keys-equal.
 */
export function decryptNvs(image: Uint8Array, keys: NvsKeys): Uint8Array {
  const kind = classifyNvs(image);
  if (kind === 'not-nvs') throw nvsErrors.error('nvs.image-not-nvs', {});
  if (kind === 'plain') throw nvsErrors.error('nvs.image-not-encrypted', {});
  const plain = transform('decrypt', image, keys);
  if (classifyNvs(plain) === 'encrypted') throw nvsErrors.error('nvs.keys-wrong', {});
  return plain;
}

function transform(direction: 'encrypt' | 'decrypt', image: Uint8Array, keys: NvsKeys): Uint8Array {
  const xts = createXts(direction, checkNvsKeys(keys), ENTRY_LENGTH);
  const result = Uint8Array.from(image);
  const most = PAGES_PER_PASS * ENTRIES_PER_PAGE;
  const units = new Uint8Array(most * ENTRY_LENGTH);
  const offsets = new Uint32Array(most);
  let count = 0;
  const flush = () => {
    const output = xts(units.subarray(0, count * ENTRY_LENGTH), offsets.subarray(0, count));
    for (let unit = 0; unit < count; unit++) {
      const from = unit * ENTRY_LENGTH;
      result.set(output.subarray(from, from + ENTRY_LENGTH), offsets[unit]);
    }
    count = 0;
  };
  for (let page = 0; page < image.length / PAGE_LENGTH; page++) {
    if (!hasPageHeader(image, page * PAGE_LENGTH)) continue;
    if (count > most - ENTRIES_PER_PAGE) flush();
    for (const offset of writtenEntries(image, page)) {
      units.set(image.subarray(offset, offset + ENTRY_LENGTH), count * ENTRY_LENGTH);
      offsets[count++] = offset;
    }
  }
  if (count > 0) flush();
  return result;
}
