/** Detects the kind of a file from its bytes, with bounded work for any input. */
import {
  classifyNvs,
  decodeKeysPartition,
  FactoryError,
  type Finding,
  legacyFormat,
  nameCredential,
  PAGE_LENGTH,
} from 'nvs-core';
import { inspectErrors } from '../errors';
import { type FoundPartitionTable, findPartitionTable, isLoneTable } from './flash-dump';

export type ImageKind =
  | 'nvs'
  | 'secure-cert'
  | 'nvs-keys'
  | 'partition-table'
  | 'flash-dump'
  | 'blank'
  | 'unknown';

export interface Identification {
  readonly kind: ImageKind;
  /** Of a flash dump, or alone. */
  readonly table?: FoundPartitionTable;
  /** Why it cannot be read. */
  readonly finding?: Finding;
}

const SECURE_CERT_MAGIC = [0x11, 0xba, 0x5e, 0xba];
const KEYS_CONTENT_LENGTH = 68;
const PAGE_HEADER_LENGTH = 32;
const PAGE_STATES = new Set([0xfe, 0xfc, 0xf8]);
const PAGE_VERSIONS = new Set([0xfe, 0xff]);

/** Never throws. */
export function identify(bytes: Uint8Array): Identification {
  if (bytes.length === 0) return { kind: 'unknown', finding: inspectErrors.finding('inspect.empty', {}) };
  const hasMagic = SECURE_CERT_MAGIC.every((byte, index) => bytes[index] === byte);
  if (hasMagic || legacyFormat(bytes) !== undefined) return { kind: 'secure-cert' };
  const table = findPartitionTable(bytes);
  if (table !== undefined) return { kind: isLoneTable(bytes) ? 'partition-table' : 'flash-dump', table };
  const whole = bytes.subarray(0, bytes.length - (bytes.length % PAGE_LENGTH));
  if (isKeysPartition(bytes)) return { kind: 'nvs-keys' };
  const nvsKind = whole.length === 0 ? 'not-nvs' : classifyNvs(whole);
  if (nvsKind === 'blank') return { kind: 'blank' };
  if (nvsKind !== 'not-nvs' || hasPageLike(bytes)) return { kind: 'nvs' };
  const params = { size: bytes.length, ...looksLike(bytes) };
  return { kind: 'unknown', finding: inspectErrors.finding('inspect.not-an-image', params) };
}

/** Keys with a valid CRC, and nothing after them: a damaged keys partition cannot be distinguished from random bytes. */
function isKeysPartition(bytes: Uint8Array): boolean {
  if (bytes.length > 16 * PAGE_LENGTH) return false;
  if (bytes.subarray(KEYS_CONTENT_LENGTH).some((byte) => byte !== 0xff)) return false;
  try {
    decodeKeysPartition(bytes);
    return true;
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return false;
  }
}

/** Whether there is a page, perhaps damaged or truncated, with a valid state and version. */
function hasPageLike(image: Uint8Array): boolean {
  for (let offset = 0; offset + PAGE_HEADER_LENGTH <= image.length; offset += PAGE_LENGTH) {
    const isState =
      PAGE_STATES.has(image[offset] ?? 0) &&
      image.subarray(offset + 1, offset + 4).every((byte) => byte === 0xff);
    const reserved = image.subarray(offset + 9, offset + 28);
    if (isState && PAGE_VERSIONS.has(image[offset + 8] ?? 0) && reserved.every((byte) => byte === 0xff)) {
      return true;
    }
  }
  return false;
}

const READ_AGAIN = 'check the file, and the address and size that it was read with';

/** Tests, with a description and advice; the first match applies. */
const GUESSES: readonly (readonly [
  test: (bytes: Uint8Array, start: string) => boolean,
  looksLike: string,
  advice: string,
])[] = [
  [
    (bytes) => bytes[0] === 0xaa && bytes[1] === 0x50,
    'a damaged partition table',
    'esp32-factory partitions FILE says what is wrong with it',
  ],
  [
    (_, start) => start.startsWith('\x7fELF'),
    'an ELF file (firmware with symbols)',
    'give partition.bin, not the firmware',
  ],
  [(_, start) => start.startsWith('-----BEGIN'), 'a PEM file', 'give the image that contains the credential'],
  [
    (_, start) => /^\ufeff?key,type,encoding,value/.test(start),
    'the CSV of an NVS image',
    'make the image first: esp32-factory nvs generate FILE partition.bin 0x6000',
  ],
  [(_, start) => /^\s*[{[]/.test(start) && isText(start), 'JSON', 'give the image that was made from it'],
  [(_, start) => isText(start), 'text', 'give the image itself; convert a hex dump to bytes first'],
  [(bytes) => bytes.length === 32, 'an HMAC key', 'give the image, and this file with --key'],
  [
    (bytes) => bytes[0] === 0xe9 && (bytes[1] ?? 0xff) <= 16,
    'firmware (an app or bootloader image) without a partition table',
    'give partition.bin, or a dump of the whole flash: esptool read-flash 0 ALL dump.bin',
  ],
  [(bytes) => bytes[0] === 0x30 && bytes[1] === 0x82, 'DER', 'give the image that contains the credential'],
  [(bytes) => bytes.subarray(0, 65536).every((byte) => byte === 0), 'nothing: all are zero', READ_AGAIN],
  [(bytes) => bytes.every((byte) => byte === 0xff), 'erased flash', READ_AGAIN],
  [
    (bytes) => bytes.length >= 256 && distinctBytes(bytes.subarray(0, 4096)) > 150,
    'random or encrypted bytes',
    `${READ_AGAIN}; flash encryption makes any partition look like this: read it through the chip's own decryption`,
  ],
];

function looksLike(bytes: Uint8Array): { looksLike: string; advice: string } {
  const credential = nameCredential(bytes);
  if (credential !== undefined)
    return {
      looksLike: `a credential: ${credential}`,
      advice: 'give the image that contains the credential',
    };
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const [, what, advice] = GUESSES.find(([test]) => test(bytes, start)) ?? [
    undefined,
    'nothing known',
    READ_AGAIN,
  ];
  return { looksLike: what, advice };
}

/** Whether it starts as UTF-8 without control characters; the last character may be truncated. */
function isText(start: string): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(start, 'latin1'), {
      stream: true,
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it matches control characters
    return text.length > 8 && !/[\u0000-\u0008\u000e-\u001f\u007f]/.test(text);
  } catch {
    return false;
  }
}

function distinctBytes(bytes: Uint8Array): number {
  return new Set(bytes).size;
}
