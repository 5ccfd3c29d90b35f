/**
 * ASN.1 DER (ITU-T X.690): one strict reader and one writer. What is read has exactly one encoding, so its bytes are
 * taken from where they stand; text, times and numbers are judged by who asks for them.
 */
import { attestationErrors } from '../errors';
import { decodeOid, encodeOid } from './oid';

/** No credential comes near: certificates of the Matter profile have 600 bytes, declarations 541. */
export const MAX_CREDENTIAL_LENGTH = 0x10000;
/** Certificates nest about ten deep. */
const MAX_DEPTH = 24;

/** Identifier octets (class, constructed bit and tag number). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Identifier octet of a context-specific tag. */
export function contextTag(number: number, constructed: boolean): number {
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

/** One ASN.1 value: its identifier octet, and its content or children. */
export interface DerNode {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly children: readonly DerNode[];
  /** The whole value, where it was read: a view of what was read, as its content is. */
  readonly encoded?: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const isConstructed = (tag: number): boolean => (tag & 0x20) !== 0;

const REASONS = {
  empty: 'it has no bytes',
  more: 'bytes follow after its end',
  deep: `it nests deeper than ${MAX_DEPTH} levels`,
  short: 'it ends too early',
  senseless: 'a tag or length makes no sense',
  padded: 'lengths or integers are not in their shortest form',
} as const;

/** Lengths of more bytes are those of no file. */
const MAX_LENGTH_LENGTH = 4;

/** A value that was read: its views are those of what was read. */
type ReadNode = DerNode & { readonly encoded: Uint8Array };

/**
 * The tree of exactly one DER value, whose contents are views of `data`; `what` names it in errors.
 * Errors: attestation.file-too-large, attestation.der-malformed.
 */
export function parseDer(data: Uint8Array, what: string): DerNode {
  checkSize(data);
  if (data.length === 0) throw malformed(what, 'empty');
  // The views of a Buffer are Buffers, whose slices are no copies.
  const node = readValue(new Uint8Array(data.buffer, data.byteOffset, data.length), what, 0);
  if (node.encoded.length < data.length) throw malformed(what, 'more');
  return node;
}

/** The value that `data` starts with. */
function readValue(data: Uint8Array, what: string, depth: number): ReadNode {
  if (depth >= MAX_DEPTH) throw malformed(what, 'deep');
  const [tag, first] = data;
  if (tag === undefined || first === undefined) throw malformed(what, 'short');
  // Numbers from 31 on take several bytes; nothing that is read here has one.
  if ((tag & 0x1f) === 0x1f) throw malformed(what, 'senseless');
  // The indefinite length of BER.
  if (first === 0x80) throw malformed(what, isConstructed(tag) ? 'padded' : 'senseless');
  const start = first < 0x80 ? 2 : 2 + (first & 0x7f);
  if (start > data.length) throw malformed(what, 'short');
  if (start > 2 + MAX_LENGTH_LENGTH) throw malformed(what, 'senseless');
  const length = first < 0x80 ? first : data.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = start + length;
  if (end > data.length) throw malformed(what, 'short');
  if (first > 0x80 && (length < 0x80 || data[2] === 0)) throw malformed(what, 'padded');
  const content = data.subarray(start, end);
  if (tag === TAG.integer && isPadded(content)) throw malformed(what, 'padded');
  const encoded = data.subarray(0, end);
  if (!isConstructed(tag)) return { tag, content, children: [], encoded };
  const children: ReadNode[] = [];
  for (let rest = content; rest.length > 0; ) {
    const child = readValue(rest, what, depth + 1);
    children.push(child);
    rest = rest.subarray(child.encoded.length);
  }
  return { tag, content: NOTHING, children, encoded };
}

/** Whether the first byte of an INTEGER only repeats the sign of the second. */
function isPadded([first, second]: Uint8Array): boolean {
  return second !== undefined && first === (second >= 0x80 ? 0xff : 0x00);
}

function malformed(what: string, reason: keyof typeof REASONS): Error {
  return attestationErrors.error('attestation.der-malformed', { what, reason: REASONS[reason] });
}

/** Errors: attestation.file-too-large. */
export function checkSize(data: Uint8Array): void {
  const params = { length: data.length, limit: MAX_CREDENTIAL_LENGTH };
  if (data.length > MAX_CREDENTIAL_LENGTH)
    throw attestationErrors.error('attestation.file-too-large', params);
}

/** DER bytes of a tree; of a value that was read, the view of them. */
export function encodeDer(node: DerNode): Uint8Array {
  if (node.encoded !== undefined) return node.encoded;
  const parts = isConstructed(node.tag) ? node.children.map(encodeDer) : [node.content];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [node.tag, ...lengthBytes(length)];
  const encoded = new Uint8Array(head.length + length);
  encoded.set(head);
  let offset = head.length;
  for (const part of parts) {
    encoded.set(part, offset);
    offset += part.length;
  }
  return encoded;
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const constructed = (tag: number, ...children: readonly DerNode[]): DerNode => ({
  tag,
  content: NOTHING,
  children,
});
export const primitive = (tag: number, content: Uint8Array): DerNode => ({ tag, content, children: [] });

export const sequence = (...children: readonly DerNode[]): DerNode => constructed(TAG.sequence, ...children);
export const set = (...children: readonly DerNode[]): DerNode => constructed(TAG.set, ...children);
export const boolean = (value: boolean): DerNode =>
  primitive(TAG.boolean, Uint8Array.of(value ? 0xff : 0x00));
export const octetString = (data: Uint8Array): DerNode => primitive(TAG.octetString, data);
export const oid = (dotted: string): DerNode => primitive(TAG.oid, encodeOid(dotted));
export const utf8String = (text: string): DerNode => primitive(TAG.utf8String, Buffer.from(text, 'utf8'));

/** A bit string of whole bytes, or with `unused` bits less. */
export const bitString = (data: Uint8Array, unused = 0): DerNode =>
  primitive(TAG.bitString, Uint8Array.of(unused, ...data));

/** A non-negative INTEGER of big-endian bytes, in its shortest form. */
export function integer(value: number | Uint8Array): DerNode {
  const bytes = typeof value === 'number' ? bigEndian(value) : value;
  const start = bytes.findIndex((byte) => byte !== 0);
  const shortest = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
  return primitive(TAG.integer, (shortest[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...shortest) : shortest);
}

function bigEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** UTCTime up to 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5), in whole seconds. */
export function time(date: Date): DerNode {
  const digits = date.toISOString().replace(/[-:T]|\.\d+Z$/g, '');
  const year = date.getUTCFullYear();
  const short = year >= 1950 && year < 2050;
  const text = `${short ? digits.slice(2) : digits}Z`;
  return primitive(short ? TAG.utcTime : TAG.generalizedTime, Buffer.from(text, 'latin1'));
}

/** Reads the values of one structure. Errors: attestation.structure-invalid. */
export class DerReader {
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  /** The error to throw where a structure is not as it must be. */
  fail(reason: string): Error {
    return attestationErrors.error('attestation.structure-invalid', { what: this.#what, reason });
  }

  children(node: DerNode | undefined, tag: number, name: string): readonly DerNode[] {
    return this.#expect(node, tag, name).children;
  }

  content(node: DerNode | undefined, tag: number, name: string): Uint8Array {
    return this.#expect(node, tag, name).content;
  }

  oid(node: DerNode | undefined, name: string): string {
    const dotted = decodeOid(this.content(node, TAG.oid, name));
    if (dotted === undefined) throw this.fail(`${name} is no object identifier`);
    return dotted;
  }

  /** A non-negative INTEGER of at most 4 bytes. */
  integer(node: DerNode | undefined, name: string): number {
    const data = this.content(node, TAG.integer, name);
    if (data.length === 0 || data.length > 4 || (data[0] ?? 0) >= 0x80)
      throw this.fail(`${name} is no small whole number`);
    return data.reduce((value, byte) => value * 256 + byte, 0);
  }

  boolean(node: DerNode | undefined, name: string): boolean {
    const data = this.content(node, TAG.boolean, name);
    if (data.length !== 1 || (data[0] !== 0 && data[0] !== 0xff)) throw this.fail(`${name} is no boolean`);
    return data[0] === 0xff;
  }

  bitString(node: DerNode | undefined, name: string): Uint8Array {
    const data = this.content(node, TAG.bitString, name);
    const unused = data[0] ?? 8;
    if (unused > 7 || (unused > 0 && data.length === 1)) throw this.fail(`${name} is no bit string`);
    return data.slice(1);
  }

  /** A bit string that holds whole bytes, as keys and signatures do. */
  bytes(node: DerNode | undefined, name: string): Uint8Array {
    const data = this.content(node, TAG.bitString, name);
    if (data[0] !== 0) throw this.fail(`${name} is no bit string of whole bytes`);
    return data.slice(1);
  }

  time(node: DerNode | undefined, name: string): Date {
    const short = node?.tag === TAG.utcTime;
    const data = this.content(node, short ? TAG.utcTime : TAG.generalizedTime, name);
    const date = readTime(Buffer.from(data).toString('latin1'), short);
    if (date === undefined) throw this.fail(`${name} is no time in UTC with seconds`);
    return date;
  }

  #expect(node: DerNode | undefined, tag: number, name: string): DerNode {
    if (node === undefined) throw this.fail(`${name} is missing`);
    if (node.tag === tag) return node;
    throw this.fail(`${name} has tag 0x${node.tag.toString(16)}, not 0x${tag.toString(16)}`);
  }
}

/** A reader whose errors say that `what` is malformed. */
export function derReader(what: string): DerReader {
  return new DerReader(what);
}

function readTime(text: string, short: boolean): Date | undefined {
  if (!(short ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text)) return undefined;
  const digits = short ? `${Number(text.slice(0, 2)) >= 50 ? '19' : '20'}${text}` : text;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const date = new Date(iso);
  // Dates such as 30 February roll over silently.
  return Number.isNaN(date.getTime()) || date.toISOString() !== iso ? undefined : date;
}
