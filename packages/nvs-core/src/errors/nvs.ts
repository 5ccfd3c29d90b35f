import { errorTable, hex, oneOf, row } from './error-table';
import { csvRows } from './nvs-csv';

const INTEGER_RANGES: Readonly<Record<string, string>> = {
  u8: '0 to 255',
  i8: '-128 to 127',
  u16: '0 to 65535',
  i16: '-32768 to 32767',
  u32: '0 to 4294967295',
  i32: '-2147483648 to 2147483647',
  u64: '0 to 18446744073709551615',
  i64: '-9223372036854775808 to 9223372036854775807',
};

const RANGES: Readonly<Record<string, string>> = {
  ...INTEGER_RANGES,
  float: '-3.4028235e38 to 3.4028235e38',
  double: '-1.7976931348623157e308 to 1.7976931348623157e308',
};

const TYPES = [...Object.keys(RANGES), 'string', 'blob'];

const REGENERATE = 'generate the image again; if it was read from a device, read the flash again';

const rowName = (first: string) => (first === '' ? 'another row' : first);

export const nvsErrors = errorTable({
  // Encoding: the partition.
  'nvs.version-unknown': row<{ version: unknown }>(
    (p) => `NVS format version ${p.version} does not exist; it is 1 or 2`,
    () => 'use version 2, unless the firmware is older than ESP-IDF 3.2',
  ),
  'nvs.size-invalid': row<{ size: number }>(
    (p) =>
      `a partition cannot have ${sizeText(p.size)}; its size must be a multiple of 0x1000 (4096) up to 0x8000000`,
    () => 'use the size of the partition in the partition table, such as 0x6000',
  ),
  'nvs.size-read-only': row<{ size: number }>(
    (p) => `a partition of ${hex(p.size)} bytes cannot be writable; that takes at least 0x3000`,
    () =>
      'make the partition 0x3000 or larger, or flag it readonly in the partition table and request a read-only image',
  ),
  'nvs.image-too-small': row<{ size: number; needed: number; missing: number; readOnly: boolean }>(
    (p) =>
      `the data does not fit in ${hex(p.size)} bytes: ${hex(p.missing)} (${p.missing}) more are needed` +
      `${p.readOnly ? '' : ', including one blank page for the device'}`,
    (p) => `make the partition ${hex(p.needed)} or larger in the partition table and here, or store less`,
  ),
  'nvs.partition-read-only': row<{ size: number }>(
    (p) =>
      `a partition of ${hex(p.size)} bytes can only be mounted read-only, with the readonly flag in the partition table`,
    () => 'set the readonly flag of its row in partitions.csv, or make it 0x3000 or larger',
  ),
  'nvs.partition-full': row<{ size: number }>(
    (p) => `all entries of the ${hex(p.size)} bytes are taken, so the first write on the device fails`,
    (p) => `if the firmware writes to this partition, make it ${hex(p.size + 0x1000)} or larger`,
  ),

  // Encoding: rows.
  'nvs.namespace-missing': row<{ key: string }>(
    (p) => `key "${p.key}" is in no namespace`,
    () => 'put a namespace row before it: name,namespace,,',
  ),
  'nvs.too-many-namespaces': row<{ namespace: string }>(
    (p) => `namespace "${p.namespace}" is number 255; a partition has at most 254`,
    () => 'merge namespaces, or put the rest into another partition: on the device, 255 means any namespace',
  ),
  'nvs.key-empty': row<{ what: string }>(
    (p) => `a ${p.what} has an empty name; it must have 1 to 15 bytes`,
    (p) => `name the ${p.what}`,
  ),
  'nvs.key-not-text': row<{ what: string; key: string }>(
    (p) => `${p.what} "${p.key}" contains a NUL or half a surrogate pair, which NVS names cannot`,
    () => 'use letters, digits and punctuation of ASCII',
  ),
  'nvs.key-too-long': row<{ what: string; key: string; length: number }>(
    (p) => `${p.what} "${p.key}" is ${p.length} bytes long; NVS names have at most 15`,
    (p) =>
      p.length > [...p.key].length
        ? 'shorten it: the limit is in UTF-8 bytes, and a letter outside ASCII takes two to four'
        : 'shorten it, here and where the firmware reads it',
  ),
  'nvs.key-duplicate': row<{ namespace: string; key: string; first: string }>(
    (p) => `key "${p.key}" of namespace "${p.namespace}" is already defined by ${rowName(p.first)}`,
    () => 'keep one of the two: which one the device would read depends on the page layout',
  ),
  'nvs.key-collision': row<{ key: string; other: string; first: string; page: number }>(
    (p) =>
      `keys "${p.key}" and "${p.other}" (${rowName(p.first)}) share a page (${p.page}) and a 24-bit hash: ` +
      'the device would erase one of them',
    () =>
      'rename one of the two, put it in another namespace, or move its row so that they are on different pages',
  ),
  'nvs.type-unknown': row<{ key: string; type: string }>(
    (p) => `key "${p.key}" has the unknown type "${p.type}"`,
    () => `use ${oneOf(TYPES)}`,
  ),
  'nvs.value-not-integer': row<{ key: string; type: string }>(
    (p) => `the value of key "${p.key}" is not a whole number, as ${p.type} requires`,
    (p) => `write digits, or 0x and hexadecimal digits: ${INTEGER_RANGES[p.type] ?? 'a number'}`,
  ),
  'nvs.value-not-number': row<{ key: string; type: string }>(
    (p) => `the value of key "${p.key}" is not a number, as ${p.type} requires`,
    () => 'write a decimal number such as -1.5e-3, or nan, inf, -inf',
  ),
  'nvs.value-out-of-range': row<{ key: string; type: string }>(
    (p) => `the value of key "${p.key}" does not fit ${p.type}, whose range is ${RANGES[p.type]}`,
    () => 'correct the value, or use a wider type if the firmware reads one',
  ),
  'nvs.string-not-text': row<{ key: string }>(
    (p) => `the string of key "${p.key}" contains a NUL, half a surrogate pair or bytes that are not UTF-8`,
    () => 'a string ends at its NUL on the device: store such a value as a blob (hex2bin, base64, binary)',
  ),
  'nvs.string-too-long': row<{ key: string; length: number }>(
    (p) => `the string of key "${p.key}" takes ${p.length} bytes with its NUL; a string has at most 4000`,
    () =>
      'shorten it (the limit is in UTF-8 bytes, not letters), or store it as a blob if the firmware reads one',
  ),
  'nvs.blob-too-long': row<{ key: string; length: number; version: 1 | 2 }>(
    (p) =>
      `the blob of key "${p.key}" is ${p.length} bytes long; version ${p.version} of the format allows at most ` +
      `${p.version === 1 ? 1984 : 508000}`,
    (p) =>
      p.version === 1
        ? 'use version 2 of the format, which spreads a blob over pages, or split the value over several keys'
        : 'split the value over several keys, or give it its own partition',
  ),

  ...csvRows,

  // Encryption.
  'nvs.keys-length': row<{ length: number }>(
    (p) =>
      `the NVS keys are ${p.length} bytes; a keys partition has 4096, of which at least the first 68 are needed`,
    () => 'give the file that generate-key wrote; for an HMAC key (32 bytes), derive the keys from it first',
  ),
  'nvs.keys-crc': row(
    () => 'the CRC of the NVS keys is wrong: the device would reject them',
    () =>
      'give the keys partition as it was generated; if it was edited or truncated, generate new keys and a new image',
  ),
  'nvs.keys-blank': row(
    () => 'the keys partition is blank: it contains no keys',
    () =>
      'give the file that generate-key wrote; a device with a blank one generates its own keys at first boot',
  ),
  'nvs.keys-equal': row(
    () => 'the encryption key and the tweak key are equal, which XTS forbids',
    () => 'generate the keys with generate-key',
  ),
  'nvs.key-half-length': row<{ what: string; length: number }>(
    (p) => `the ${p.what} is ${p.length} bytes long; AES-256-XTS takes 32`,
    () => 'generate the keys with generate-key',
  ),
  'nvs.image-encrypted': row(
    () => 'the image is encrypted: its pages are valid, but no entry is readable without keys',
    () =>
      'give the NVS keys that it was encrypted with; firmware without NVS encryption would erase it at boot',
  ),
  'nvs.image-already-encrypted': row(
    () => 'the image is already encrypted',
    () => 'encrypt a plain image: generate it again, or decrypt this one with its keys first',
  ),
  'nvs.image-not-encrypted': row(
    () => 'the image is not encrypted: its entries are readable without keys',
    () =>
      'leave the keys out; firmware with NVS encryption would erase this image at boot, so encrypt it to flash it there',
  ),
  'nvs.keys-wrong': row(
    () => 'the keys do not belong to the image: no entry is readable with them',
    () =>
      'give the keys partition (or HMAC key) that was generated with this image; the device would erase every entry',
  ),
  'nvs.image-size': row<{ size: number }>(
    (p) => `an NVS image consists of whole pages of 4096 bytes; this one has ${p.size} bytes`,
    () => 'give the whole partition as it was generated or read from flash',
  ),
  'nvs.image-not-nvs': row(
    () => 'this is not an NVS image: no page has a valid header',
    () =>
      'check the file, and the address and size it was read with; a flash-encrypted partition looks like this too',
  ),
  'nvs.hmac-key-length': row<{ length: number }>(
    (p) => `the HMAC key is ${p.length} bytes long; the eFuse block has 32`,
    () => 'give the 32-byte file that was or will be burned with purpose HMAC_UP',
  ),

  // Decoding: the image.
  'nvs.image-blank': row(
    () => 'the image is blank: 0xFF throughout',
    () => 'write something to it, or check the address it was read from',
  ),
  'nvs.no-blank-page': row<{ size: number }>(
    (p) => `no page of the ${hex(p.size)} bytes is blank, so a writable mount fails or cannot write`,
    (p) => `make the partition ${hex(p.size + 0x1000)} or larger, or flag it readonly in the partition table`,
  ),
  'nvs.version-mixed': row<{ page: number; version: number; first: number; firstVersion: number }>(
    (p) => `page ${p.page} has format version ${p.version}, page ${p.first} has ${p.firstVersion}`,
    () =>
      'normal on a device whose firmware was updated past ESP-IDF 3.2; otherwise generate the image with one version',
  ),
  'nvs.findings-omitted': row<{ shown: number; omitted: number }>(
    (p) => `${p.omitted} more findings are not listed`,
    () => 'fix the first ones; an image with so many is rarely a complete NVS image',
  ),

  // Decoding: pages.
  'nvs.page-state': row<{ page: number; state: number; nearest?: { state: string; bits: number } } & Remains>(
    (p) =>
      `page ${p.page} has the unknown state ${hex(p.state, 8)}` +
      `${p.nearest === undefined ? '' : `, ${p.nearest.bits === 1 ? 'one bit' : `${p.nearest.bits} bits`} from ${p.nearest.state}`}: ` +
      `the device erases it${remains(p)}`,
    () => REGENERATE,
  ),
  'nvs.page-not-blank': row<{ page: number } & Remains>(
    (p) =>
      `page ${p.page} has a blank ${p.written === undefined ? 'header' : 'state'}, but is not blank: the device erases it${remains(p)}`,
    () => REGENERATE,
  ),
  'nvs.page-crc': row<{ page: number }>(
    (p) => `the header of page ${p.page} has a wrong CRC: the device erases the page`,
    () => REGENERATE,
  ),
  'nvs.page-version': row<{ page: number; version: number }>(
    (p) =>
      `page ${p.page} has the unknown version byte ${hex(p.version, 2)}; 0xFF is version 1, 0xFE version 2`,
    () => 'use a tool for the ESP-IDF that wrote it, or generate the image again',
  ),
  'nvs.page-bitmap': row<{ page: number }>(
    (p) => `the bitmap of page ${p.page} has bits for entries that a page does not have`,
    () => REGENERATE,
  ),
  'nvs.page-sequence': row<{ page: number; other: number; sequence: number }>(
    (p) => `pages ${p.other} and ${p.page} have the same sequence number ${p.sequence}`,
    () => 'were two images combined? generate one from all rows',
  ),
  'nvs.page-active': row<{ page: number; last: number }>(
    (p) => `page ${p.page} is active, but page ${p.last} was opened after it`,
    () => REGENERATE,
  ),
  'nvs.page-freeing': row<{ page: number }>(
    (p) => `page ${p.page} was being freed when the power failed`,
    () => 'nothing to do: the device finishes this at its next boot',
  ),

  // Decoding: entries.
  'nvs.entry-state': row<Position>(
    (p) => `${position(p)} has the invalid state bits 01`,
    () => REGENERATE,
  ),
  'nvs.entry-not-blank': row<Position>(
    (p) => `${position(p)} is empty according to the bitmap, but not blank`,
    () => REGENERATE,
  ),
  'nvs.entry-after-empty': row<Position>(
    (p) => `${position(p)} comes after the first empty entry of its active page: the device does not see it`,
    () => REGENERATE,
  ),
  'nvs.entry-crc': row<Position & { count: number }>(
    (p) =>
      `${position(p)}${p.count === 1 ? '' : ` to ${p.entry + p.count - 1}`} has no entry with a valid CRC: the device erases it`,
    () => `${REGENERATE}; if only some entries are damaged, the file was changed after it was made`,
  ),
  'nvs.entry-type': row<Position & { type: number }>(
    (p) => `${position(p)} has the unknown type ${hex(p.type, 2)}`,
    () => REGENERATE,
  ),
  'nvs.key-unreadable': row<Position & { reason: string }>(
    (p) => `the key of ${position(p)} ${p.reason}`,
    () => REGENERATE,
  ),
  'nvs.entry-span': row<Position & { key: string; span: number; size: number }>(
    (p) =>
      `key "${p.key}" (${position(p)}) spans ${p.span} entries, which does not fit its ${p.size} bytes of data or its page`,
    () => REGENERATE,
  ),
  'nvs.entry-torn': row<Position & { key: string; span: number }>(
    (p) =>
      `key "${p.key}" (${position(p)}) spans ${p.span} entries, but not all of them are written: the device erases it`,
    () => REGENERATE,
  ),
  'nvs.entry-chunk': row<Position & { key: string; chunk: number }>(
    (p) =>
      `key "${p.key}" (${position(p)}) has chunk index ${p.chunk}; it must be 255 except on the chunks of a blob`,
    () => REGENERATE,
  ),
  'nvs.entry-padding': row<Position & { key: string }>(
    (p) => `key "${p.key}" (${position(p)}) has data where padding is expected`,
    () => 'the device reads it anyway; no known tool writes such an image',
  ),
  'nvs.entry-collision': row<Position & { key: string; other: string }>(
    (p) =>
      `keys "${p.other}" and "${p.key}" share page ${p.page} and a 24-bit hash: the device erases the first`,
    () => 'rename one of the two keys, or put it in another namespace',
  ),
  'nvs.entry-duplicate': row<
    Position & { namespace: string; key: string; otherPage: number; otherEntry: number }
  >(
    (p) =>
      `key "${p.key}" of namespace "${p.namespace}" is stored twice: page ${p.otherPage}, entry ${p.otherEntry} and ${position(p)}`,
    () => 'keep one: which one the device reads depends on the page layout',
  ),
  'nvs.type-version': row<Position & { key: string; type: string }>(
    (p) =>
      `key "${p.key}" (${position(p)}) is of type ${p.type}, which version 1 of the format does not have`,
    () => 'generate the image with version 2',
  ),
  'nvs.data-crc': row<Position & { key: string }>(
    (p) => `the data of key "${p.key}" (${position(p)}) has a wrong CRC: the device erases it`,
    () => REGENERATE,
  ),
  'nvs.string-unterminated': row<Position & { key: string; length: number }>(
    (p) =>
      `the string of key "${p.key}" (${position(p)}) is ${p.length} bytes; it must end with its only NUL and have at most 4000`,
    () => 'store it as a blob if the firmware reads one',
  ),
  'nvs.string-not-utf8': row<Position & { key: string }>(
    (p) => `the string of key "${p.key}" (${position(p)}) is not UTF-8`,
    () => 'store it as a blob if the firmware reads one; otherwise save the source of the image as UTF-8',
  ),

  // Decoding: namespaces and blobs.
  'nvs.namespace-unknown': row<Position & { key: string; index: number }>(
    (p) => `key "${p.key}" (${position(p)}) is in namespace ${p.index}, which has no name`,
    () => 'the firmware cannot read it: restore the namespace row and generate the image again',
  ),
  'nvs.namespace-invalid': row<Position & { name: string; type: string; index: number }>(
    (p) =>
      `namespace "${p.name}" (${position(p)}) has the ${p.type} ${p.index}; it must have a u8 from 1 to 254`,
    () => REGENERATE,
  ),
  'nvs.namespace-duplicate': row<
    Position & { name: string; index: number; otherName: string; otherIndex: number }
  >(
    (p) =>
      `namespace "${p.name}" with index ${p.index} (${position(p)}) conflicts with "${p.otherName}" with index ${p.otherIndex}`,
    () => 'give each namespace one row, and all its keys after it, then generate the image again',
  ),
  'nvs.blob-index-invalid': row<Position & { key: string; start: number; count: number }>(
    (p) =>
      `the index of blob "${p.key}" (${position(p)}) names ${p.count} chunks from ${p.start}; it must name 1 to 127 from 0 or 128`,
    () => REGENERATE,
  ),
  'nvs.blob-chunk-missing': row<Position & { key: string; chunk: number; missing: number; count: number }>(
    (p) =>
      `${p.missing} of the ${p.count} chunks of blob "${p.key}" (index in ${position(p)}) are missing, the first is chunk ${p.chunk}`,
    () => REGENERATE,
  ),
  'nvs.blob-chunk-duplicate': row<
    Position & { key: string; chunk: number; otherPage: number; otherEntry: number }
  >(
    (p) =>
      `chunk ${p.chunk} of blob "${p.key}" is stored twice: page ${p.otherPage}, entry ${p.otherEntry} and ${position(p)}`,
    () => REGENERATE,
  ),
  'nvs.blob-size-mismatch': row<Position & { key: string; size: number; found: number }>(
    (p) =>
      `blob "${p.key}" (${position(p)}) has ${p.size} bytes according to its index, ${p.found} in its chunks`,
    () => REGENERATE,
  ),
  'nvs.blob-chunk-orphan': row<Position & { key: string; chunk: number }>(
    (p) => `chunk ${p.chunk} of blob "${p.key}" (${position(p)}) belongs to no index: the device erases it`,
    () =>
      'nothing to do on an image read from a device: a write was interrupted there; otherwise generate the image again',
  ),
});

/** What a page with a damaged state contains, if the rest of its header is intact. */
type Remains = { written?: number; sequence?: number };

function remains({ written, sequence }: Remains): string {
  if (written === undefined) return '';
  return `, with ${written} entries (the rest of its header is intact, sequence number ${sequence})`;
}

type Position = { page: number; entry: number };

function position(p: Position): string {
  return `page ${p.page}, entry ${p.entry}`;
}

function sizeText(size: number): string {
  return Number.isInteger(size) && size >= 0 ? `${hex(size)} (${size}) bytes` : `${size} bytes`;
}
