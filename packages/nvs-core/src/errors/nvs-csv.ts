/** Reading and writing the CSV of an NVS partition. */
import { nearest, oneOf, row } from './error-table';

const ENCODINGS = [
  ...['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'float', 'double', 'string'],
  ...['hex2bin', 'base64', 'binary', 'blob_fill(N;0xNN)', 'blob_sz_fill(N;0xNN)'],
];

/** Rows of the table nvsErrors. */
export const csvRows = {
  'nvs.csv-header': row<{ missing: string }>(
    (p) => `the first row lacks the column ${p.missing}`,
    () => 'start the file with the row key,type,encoding,value',
  ),
  'nvs.csv-mass-mfg': row<{ part: 'configuration' | 'values' }>(
    (p) => `this is the ${p.part} file of ESP-IDF's mass_mfg (mfg_gen.py), not the CSV of one partition`,
    () =>
      'give the CSV of one device, with the header key,type,encoding,value and a value in each row: mfg_gen.py generate writes one a device into its folder csv/',
  ),
  'nvs.csv-secure-cert': row(
    () =>
      'this is the CSV of an esp_secure_cert partition (configure_esp_secure_cert.py), not of an NVS partition',
    () =>
      'a config puts DAC, PAI and key of a Matter device there: "storage": {"attestation": "secure-cert"}',
  ),
  'nvs.csv-repeat': row<{ key: string }>(
    (p) => `the string of key "${p.key}" is the word REPEAT`,
    () =>
      "REPEAT is a tag of mass_mfg's configuration file; here it is stored as text: write the value itself",
  ),
  'nvs.csv-wifi-keys': row<{ namespace: string; missing: readonly string[] }>(
    (p) =>
      `ESP-IDF's generator adds ${p.missing.join(', ')} to the Wi-Fi credentials of namespace "${p.namespace}"; this image lacks them`,
    () => 'add them with --wifi-keys (wifiKeys in nvs-core), or as rows of the CSV',
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
  'nvs.csv-not-utf8': row(
    () => 'the CSV is not UTF-8',
    () => 'save it as UTF-8',
  ),
  'nvs.csv-fields': row<{ count: number; columns: number }>(
    (p) => `the row has ${p.count} fields for ${p.columns} columns`,
    () => 'put a value that contains a comma in quotes: "a, b"',
  ),
  'nvs.csv-type-unknown': row<{ type: string }>(
    (p) => `type "${p.type}" is unknown; it must be ${oneOf(['data', 'file', 'namespace'])}`,
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
      const meant = nearest(p.encoding, ENCODINGS);
      return `${meant === undefined ? '' : `did you mean ${meant}? `}use ${oneOf(ENCODINGS)}`;
    },
  ),
  'nvs.csv-value-missing': row<{ key: string }>(
    (p) => `the row of key "${p.key}" has no value`,
    () => 'a row has four fields: key,type,encoding,value; an empty value keeps its comma',
  ),
  'nvs.csv-hex': row<{ key: string }>(
    (p) => `the value of key "${p.key}" is not hexadecimal`,
    () => 'write two digits 0-9 a-f per byte, without 0x or spaces',
  ),
  'nvs.csv-base64': row<{ key: string }>(
    (p) => `the value of key "${p.key}" is not base64`,
    () => 'use A-Z a-z 0-9 + / with = padding to a multiple of four characters',
  ),
  'nvs.csv-fill': row<{ key: string; length: number; room: number }>(
    (p) => `the value of key "${p.key}" is ${p.length} bytes long, more than the ${p.room} of its encoding`,
    () => 'raise the number in the encoding, or shorten the value',
  ),
  'nvs.csv-no-files': row<{ key: string }>(
    (p) => `key "${p.key}" names a file, but files cannot be read here`,
    () => 'put the value in the row itself, with type data',
  ),
  'nvs.csv-unwritable': row<{ key: string }>(
    (p) => `key "${p.key}" or its string contains a carriage return, which a CSV cannot keep`,
    () => 'keep the string in a file and name it in a row of type file: key,file,string,PATH',
  ),
};
