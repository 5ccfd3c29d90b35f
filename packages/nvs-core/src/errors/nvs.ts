import { errorTable, hex, nearest, oneOf, row } from './error-table';

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

const TYPES = [...Object.keys(INTEGER_RANGES), 'string', 'blob'];

const CSV_ENCODINGS = [
  ...Object.keys(INTEGER_RANGES),
  'string',
  'hex2bin',
  'base64',
  'binary',
  'blob_fill(N;0xNN)',
  'blob_sz_fill(N;0xNN)',
];

const row_ = (first: string) => (first === '' ? 'another row' : first);

export const nvsErrors = errorTable({
  // Encoding: the partition.
  'nvs.version-unknown': row<{ version: unknown }>(
    (p) => `NVS format version ${p.version} does not exist; it is 1 or 2`,
    () => 'use version 2, unless the firmware is older than ESP-IDF 3.2',
  ),
  'nvs.size-invalid': row<{ size: number }>(
    (p) =>
      `a partition of ${sizeText(p.size)} is not possible; its size is a multiple of 0x1000 (4096) up to 0x8000000`,
    () => 'use the size of the partition in the partition table, such as 0x6000',
  ),
  'nvs.size-read-only': row<{ size: number }>(
    (p) => `a partition of ${hex(p.size)} bytes cannot be writable; that takes 0x3000`,
    () =>
      'make the partition 0x3000 or larger, or flag it readonly in the partition table and ask for a read-only image',
  ),
  'nvs.image-too-small': row<{ size: number; needed: number; missing: number; readOnly: boolean }>(
    (p) =>
      `the data does not fit ${hex(p.size)} bytes: ${hex(p.missing)} (${p.missing}) more are needed` +
      `${p.readOnly ? '' : ', one blank page for the device included'}`,
    (p) => `make the partition ${hex(p.needed)} or larger in the partition table and here, or store less`,
  ),
  'nvs.partition-read-only': row<{ size: number }>(
    (p) =>
      `a partition of ${hex(p.size)} bytes mounts read-only, and only with the readonly flag in the partition table`,
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
    (p) => `namespace "${p.namespace}" is number 255; a partition holds 254`,
    () =>
      'merge namespaces, or put the rest into another partition: on the device, 255 means every namespace',
  ),
  'nvs.key-empty': row<{ what: string }>(
    (p) => `a ${p.what} has an empty name; it takes 1 to 15 bytes`,
    (p) => `name the ${p.what}`,
  ),
  'nvs.key-not-text': row<{ what: string; key: string }>(
    (p) => `${p.what} "${p.key}" holds a NUL or half a surrogate pair, which no NVS name can`,
    () => 'use letters, digits and signs of ASCII',
  ),
  'nvs.key-too-long': row<{ what: string; key: string; length: number }>(
    (p) => `${p.what} "${p.key}" is ${p.length} bytes long; NVS names hold at most 15`,
    (p) =>
      p.length > [...p.key].length
        ? 'shorten it: the limit counts UTF-8 bytes, and a letter outside ASCII takes two to four'
        : 'shorten it, here and where the firmware reads it',
  ),
  'nvs.key-duplicate': row<{ namespace: string; key: string; first: string }>(
    (p) => `key "${p.key}" of namespace "${p.namespace}" is already given by ${row_(p.first)}`,
    () => 'keep one of the two: which one the device would read depends on where they lie',
  ),
  'nvs.key-collision': row<{ key: string; other: string; first: string; page: number }>(
    (p) =>
      `keys "${p.key}" and "${p.other}" (${row_(p.first)}) share a page (${p.page}) and a 24-bit hash: ` +
      'the device would erase one of them',
    () =>
      'rename one of the two, put it in another namespace, or move its row so that they land on different pages',
  ),
  'nvs.type-unknown': row<{ key: string; type: string }>(
    (p) => `key "${p.key}" has the unknown type "${p.type}"`,
    () => `use ${oneOf(TYPES)}`,
  ),
  'nvs.value-not-integer': row<{ key: string; type: string }>(
    (p) => `the value of key "${p.key}" is not a whole number, as ${p.type} needs`,
    (p) => `write digits, or 0x and hexadecimal digits: ${INTEGER_RANGES[p.type] ?? 'a number'}`,
  ),
  'nvs.value-out-of-range': row<{ key: string; type: string }>(
    (p) => `the value of key "${p.key}" does not fit ${p.type}, which holds ${INTEGER_RANGES[p.type]}`,
    () => 'correct the value, or use a wider type if the firmware reads one',
  ),
  'nvs.string-not-text': row<{ key: string }>(
    (p) => `the string of key "${p.key}" holds a NUL, half a surrogate pair or bytes that are not UTF-8`,
    () => 'a string ends at its NUL on the device: store such a value as a blob (hex2bin, base64, binary)',
  ),
  'nvs.string-too-long': row<{ key: string; length: number }>(
    (p) => `the string of key "${p.key}" takes ${p.length} bytes with its NUL; a string holds at most 4000`,
    () => 'shorten it (UTF-8 bytes count, not letters), or store it as a blob if the firmware reads one',
  ),
  'nvs.blob-too-long': row<{ key: string; length: number; version: 1 | 2 }>(
    (p) =>
      `the blob of key "${p.key}" is ${p.length} bytes long; version ${p.version} of the format holds at most ` +
      `${p.version === 1 ? 1984 : 508000}`,
    (p) =>
      p.version === 1
        ? 'use version 2 of the format, which spreads a blob over pages, or split the value over several keys'
        : 'split the value over several keys, or give it a partition of its own',
  ),

  // CSV.
  'nvs.csv-header': row<{ missing: string }>(
    (p) => `the first row lacks the column ${p.missing}`,
    () => 'start the file with the row key,type,encoding,value',
  ),
  'nvs.csv-empty': row(
    () => 'the CSV has no rows',
    () => 'start the file with the row key,type,encoding,value',
  ),
  'nvs.csv-quote-open': row(
    () => 'a quoted value is not closed before the end of the file',
    () => 'close it with ", and write a quote inside it twice: ""',
  ),
  'nvs.csv-quote-text': row(
    () => 'text follows the closing quote of a value',
    () => 'put the quote at the end of the value, and write a quote inside it twice: ""',
  ),
  'nvs.csv-invalid': row<{ reason: string }>(
    (p) => `the row is not CSV: ${p.reason}`,
    () => 'put values with commas, quotes or line breaks in quotes',
  ),
  'nvs.csv-not-utf8': row(
    () => 'the CSV is not UTF-8',
    () => 'save it as UTF-8',
  ),
  'nvs.csv-fields': row<{ count: number; columns: number }>(
    (p) => `the row has ${p.count} fields for ${p.columns} columns`,
    () => 'put a value that holds a comma in quotes: "a, b"',
  ),
  'nvs.csv-type-unknown': row<{ type: string }>(
    (p) => `type "${p.type}" is none of ${oneOf(['data', 'file', 'namespace'])}`,
    (p) => {
      const meant = nearest(p.type, ['data', 'file', 'namespace']);
      return meant === undefined
        ? 'use data for a value in this row, file for a path'
        : `did you mean ${meant}?`;
    },
  ),
  'nvs.csv-encoding-unknown': row<{ key: string; encoding: string }>(
    (p) => `key "${p.key}" has the unknown encoding "${p.encoding}"`,
    (p) => {
      const meant = nearest(p.encoding, CSV_ENCODINGS);
      return `${meant === undefined ? '' : `did you mean ${meant}? `}use ${oneOf(CSV_ENCODINGS)}`;
    },
  ),
  'nvs.csv-value-missing': row<{ key: string }>(
    (p) => `the row of key "${p.key}" has no value`,
    () => 'a row has four fields: key,type,encoding,value; an empty value keeps its comma',
  ),
  'nvs.csv-hex': row<{ key: string }>(
    (p) => `the value of key "${p.key}" is not hexadecimal`,
    () => 'write two digits 0-9 a-f a byte, without 0x and spaces',
  ),
  'nvs.csv-base64': row<{ key: string }>(
    (p) => `the value of key "${p.key}" is not base64`,
    () => 'use A-Z a-z 0-9 + / with = padding to a multiple of four characters',
  ),
  'nvs.csv-fill': row<{ key: string; length: number; room: number }>(
    (p) =>
      `the value of key "${p.key}" is ${p.length} bytes long, more than the ${p.room} that its encoding fills`,
    () => 'raise the number in the encoding, or shorten the value',
  ),
  'nvs.csv-no-files': row<{ key: string }>(
    (p) => `key "${p.key}" names a file, but files cannot be read here`,
    () => 'put the value in the row itself, with type data',
  ),

  // Encryption.
  'nvs.keys-length': row<{ length: number }>(
    (p) =>
      `the NVS keys are ${p.length} bytes; a keys partition has 4096, of which at least the first 68 are needed`,
    () => 'give the file that generate-key wrote; for an HMAC key (32 bytes), derive the keys from it first',
  ),
  'nvs.keys-crc': row(
    () => 'the CRC of the NVS keys is wrong: the device would refuse them',
    () =>
      'give the keys partition as it was generated; if it was edited or cut, generate new keys and a new image',
  ),
  'nvs.keys-blank': row(
    () => 'the keys partition is blank: it holds no keys',
    () =>
      'give the file that generate-key wrote; a device with a blank one makes keys of its own at first boot',
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
    () => 'the image is encrypted: every page is in order, but no entry is readable as it stands',
    () =>
      'give the NVS keys that it was encrypted with; firmware without NVS encryption would erase it at boot',
  ),
  'nvs.image-already-encrypted': row(
    () => 'the image is encrypted already',
    () => 'encrypt a plain image: generate it anew, or decrypt this one with its keys first',
  ),
  'nvs.image-not-encrypted': row(
    () => 'the image is not encrypted: its entries are readable without keys',
    () =>
      'leave the keys out; firmware with NVS encryption would erase this image at boot, so encrypt it to flash it there',
  ),
  'nvs.keys-wrong': row(
    () => 'the keys are not those of the image: no entry is readable with them',
    () =>
      'give the keys partition (or HMAC key) made together with this image; the device would erase every entry',
  ),
  'nvs.image-size': row<{ size: number }>(
    (p) => `an NVS image is whole pages of 4096 bytes; this one has ${p.size} bytes`,
    () => 'give the whole partition as it was generated or read from flash',
  ),
  'nvs.image-not-nvs': row(
    () => 'this is not an NVS image: no page has the header of one',
    () =>
      'check the file, and the address and size with which it was read; flash encryption of the partition hides it too',
  ),
  'nvs.hmac-key-length': row<{ length: number }>(
    (p) => `the HMAC key is ${p.length} bytes long; the eFuse block holds 32`,
    () => 'give the 32-byte file that was or will be burned with purpose HMAC_UP',
  ),
});

function sizeText(size: number): string {
  return Number.isInteger(size) && size >= 0 ? `${hex(size)} (${size}) bytes` : `${size} bytes`;
}
