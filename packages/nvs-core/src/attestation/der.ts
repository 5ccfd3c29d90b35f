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

/** A value that was read: its views are made when they are asked for, most of them never are. */
class ReadNode implements DerNode {
  readonly #data: Uint8Array;
  readonly #start: number;
  readonly #contentStart: number;
  readonly #end: number;

  constructor(
    data: Uint8Array,
    readonly tag: number,
    readonly children: readonly DerNode[],
    [start, contentStart, end]: readonly [start: number, contentStart: number, end: number],
  ) {
    this.#data = data;
    this.#start = start;
    this.#contentStart = contentStart;
    this.#end = end;
  }

  get content(): Uint8Array {
    return isConstructed(this.tag) ? NOTHING : this.#data.subarray(this.#contentStart, this.#end);
  }

  get encoded(): Uint8Array {
    return this.#data.subarray(this.#start, this.#end);
  }
}

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

/**
 * The tree of exactly one DER value, whose contents are views of `data`; `what` names it in errors.
 * Errors: attestation.file-too-large, attestation.der-malformed.
 */
export function parseDer(data: Uint8Array, what: string): DerNode {
  checkSize(data);
  const fail = (reason: keyof typeof REASONS) =>
    attestationErrors.error('attestation.der-malformed', { what, reason: REASONS[reason] });
  if (data.length === 0) throw fail('empty');
  // The views of a Buffer are Buffers, whose slices are no copies.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  const byteAt = (index: number): number => bytes[index] ?? 0;
  let offset = 0;

  const readLength = (tag: number, end: number): number => {
    const first = byteAt(offset++);
    if (first < 0x80) return first;
    // The indefinite length of BER.
    if (first === 0x80) throw fail(isConstructed(tag) ? 'padded' : 'senseless');
    const width = first & 0x7f;
    if (width > end - offset) throw fail('short');
    if (width > MAX_LENGTH_LENGTH) throw fail('senseless');
    const start = offset;
    let length = 0;
    while (offset < start + width) length = length * 256 + byteAt(offset++);
    if (length <= end - offset && (length < 0x80 || byteAt(start) === 0)) throw fail('padded');
    return length;
  };

  const readNode = (end: number, depth: number): DerNode => {
    if (depth >= MAX_DEPTH) throw fail('deep');
    if (end - offset < 2) throw fail('short');
    const start = offset;
    const tag = byteAt(offset++);
    // Numbers from 31 on take several bytes; nothing that is read here has one.
    if ((tag & 0x1f) === 0x1f) throw fail('senseless');
    const length = readLength(tag, end);
    if (length > end - offset) throw fail('short');
    const contentStart = offset;
    const contentEnd = offset + length;
    const children: DerNode[] = [];
    if (isConstructed(tag)) {
      while (offset < contentEnd) children.push(readNode(contentEnd, depth + 1));
    } else if (tag === TAG.integer && length > 1) {
      const [first, second] = [byteAt(offset), byteAt(offset + 1)];
      if ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80)) throw fail('padded');
    }
    offset = contentEnd;
    return new ReadNode(bytes, tag, children, [start, contentStart, contentEnd]);
  };

  const tree = readNode(bytes.length, 0);
  if (offset < bytes.length) throw fail('more');
  return tree;
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

/** Reads the values of one structure; `what` names the structure in errors. */
export interface DerReader {
  /** The error to throw where a structure is not as it must be: attestation.structure-invalid. */
  fail(reason: string): Error;
  children(node: DerNode | undefined, tag: number, name: string): readonly DerNode[];
  content(node: DerNode | undefined, tag: number, name: string): Uint8Array;
  oid(node: DerNode | undefined, name: string): string;
  /** A non-negative INTEGER of at most 4 bytes. */
  integer(node: DerNode | undefined, name: string): number;
  boolean(node: DerNode | undefined, name: string): boolean;
  bitString(node: DerNode | undefined, name: string): Uint8Array;
  /** A bit string that holds whole bytes, as keys and signatures do. */
  bytes(node: DerNode | undefined, name: string): Uint8Array;
  time(node: DerNode | undefined, name: string): Date;
}

/** A reader whose errors say that `what` is malformed. Errors: attestation.structure-invalid. */
export function derReader(what: string): DerReader {
  const fail = (reason: string) => attestationErrors.error('attestation.structure-invalid', { what, reason });
  const expect = (node: DerNode | undefined, tag: number, name: string): DerNode => {
    if (node === undefined) throw fail(`${name} is missing`);
    if (node.tag !== tag) throw fail(`${name} has tag 0x${node.tag.toString(16)}, not 0x${tag.toString(16)}`);
    return node;
  };
  const content = (node: DerNode | undefined, tag: number, name: string) => expect(node, tag, name).content;
  return {
    fail,
    children: (node, tag, name) => expect(node, tag, name).children,
    content,
    oid(node, name) {
      const dotted = decodeOid(content(node, TAG.oid, name));
      if (dotted === undefined) throw fail(`${name} is no object identifier`);
      return dotted;
    },
    integer(node, name) {
      const data = content(node, TAG.integer, name);
      if (data.length === 0 || data.length > 4 || (data[0] ?? 0) >= 0x80)
        throw fail(`${name} is no small whole number`);
      return data.reduce((value, byte) => value * 256 + byte, 0);
    },
    boolean(node, name) {
      const data = content(node, TAG.boolean, name);
      if (data.length !== 1 || (data[0] !== 0 && data[0] !== 0xff)) throw fail(`${name} is no boolean`);
      return data[0] === 0xff;
    },
    bitString(node, name) {
      const data = content(node, TAG.bitString, name);
      const unused = data[0] ?? 8;
      if (unused > 7 || (unused > 0 && data.length === 1)) throw fail(`${name} is no bit string`);
      return data.slice(1);
    },
    bytes(node, name) {
      const data = content(node, TAG.bitString, name);
      if (data[0] !== 0) throw fail(`${name} is no bit string of whole bytes`);
      return data.slice(1);
    },
    time(node, name) {
      const short = node?.tag === TAG.utcTime;
      const data = content(node, short ? TAG.utcTime : TAG.generalizedTime, name);
      const text = Buffer.from(data).toString('latin1');
      const date = readTime(text, short);
      if (date === undefined) throw fail(`${name} is no time in UTC with seconds`);
      return date;
    },
  };
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
