/**
 * ASN.1 DER (ITU-T X.690) over node-forge, guarded: size and depth are bounded before the library sees the bytes,
 * and what it reads must encode to the same bytes, so that a signed part can be taken from the tree.
 */
import type { asn1, Bytes } from 'node-forge';
import { attestationErrors } from '../errors';

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
}

/** Loaded at the first structure, and nothing else of the library: most commands read no certificate. */
const forge = () => require('node-forge/lib/asn1') as typeof asn1;

const fromBinary = (text: Bytes): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const toBinary = (data: Uint8Array): Bytes => Buffer.from(data).toString('latin1');

/**
 * The tree of exactly one DER value; `what` names it in errors.
 * Errors: attestation.file-too-large, attestation.der-malformed.
 */
export function parseDer(data: Uint8Array, what: string): DerNode {
  checkSize(data);
  const fail = (reason: string) => attestationErrors.error('attestation.der-malformed', { what, reason });
  if (data.length === 0) throw fail('it has no bytes');
  const options = { strict: true, parseAllBytes: true, decodeBitStrings: false, maxDepth: MAX_DEPTH };
  let tree: asn1.Asn1;
  let again: Uint8Array;
  try {
    // The type of the second parameter lacks the options that the library documents.
    tree = forge().fromDer(toBinary(data), options as unknown as boolean);
    again = fromBinary(forge().toDer(tree).data);
  } catch (error) {
    throw fail(derReason(error));
  }
  if (Buffer.compare(again, data) !== 0) throw fail('lengths or integers are not in their shortest form');
  return toNode(tree);
}

/** Errors: attestation.file-too-large. */
export function checkSize(data: Uint8Array): void {
  const params = { length: data.length, limit: MAX_CREDENTIAL_LENGTH };
  if (data.length > MAX_CREDENTIAL_LENGTH)
    throw attestationErrors.error('attestation.file-too-large', params);
}

function derReason(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (/unparsed/i.test(message)) return 'bytes follow after its end';
  if (/depth/i.test(message)) return `it nests deeper than ${MAX_DEPTH} levels`;
  if (/too few bytes/i.test(message)) return 'it ends too early';
  return 'a tag or length makes no sense';
}

// The library holds this type as 16-bit characters, every other one as bytes, whatever the class of the tag.
const isWide = (type: number): boolean => type === forge().Type.BMPSTRING;

function toNode(value: asn1.Asn1): DerNode {
  const tag = value.tagClass | value.type | (value.constructed ? 0x20 : 0);
  if (typeof value.value !== 'string') {
    return { tag, content: new Uint8Array(0), children: value.value.map(toNode) };
  }
  const content = isWide(value.type)
    ? Uint8Array.from(Buffer.from(value.value, 'utf16le').swap16())
    : fromBinary(value.value);
  return { tag, content, children: [] };
}

function toForge({ tag, content, children }: DerNode): asn1.Asn1 {
  const isConstructed = (tag & 0x20) !== 0;
  const text = () =>
    isWide(tag & 0x1f) ? Buffer.from(content).swap16().toString('utf16le') : toBinary(content);
  return forge().create(
    tag & 0xc0,
    tag & 0x1f,
    isConstructed,
    isConstructed ? children.map(toForge) : text(),
  );
}

/** DER bytes of a tree. */
export function encodeDer(node: DerNode): Uint8Array {
  return fromBinary(forge().toDer(toForge(node)).data);
}

export const constructed = (tag: number, ...children: readonly DerNode[]): DerNode => ({
  tag,
  content: new Uint8Array(0),
  children,
});
export const primitive = (tag: number, content: Uint8Array): DerNode => ({ tag, content, children: [] });

export const sequence = (...children: readonly DerNode[]): DerNode => constructed(TAG.sequence, ...children);
export const set = (...children: readonly DerNode[]): DerNode => constructed(TAG.set, ...children);
export const boolean = (value: boolean): DerNode =>
  primitive(TAG.boolean, Uint8Array.of(value ? 0xff : 0x00));
export const octetString = (data: Uint8Array): DerNode => primitive(TAG.octetString, data);
export const oid = (dotted: string): DerNode => primitive(TAG.oid, fromBinary(forge().oidToDer(dotted).data));
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
      const dotted = readOid(content(node, TAG.oid, name));
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
      const text = toBinary(content(node, short ? TAG.utcTime : TAG.generalizedTime, name));
      const date = readTime(text, short);
      if (date === undefined) throw fail(`${name} is no time in UTC with seconds`);
      return date;
    },
  };
}

/** Undefined for what is not the one DER encoding of an identifier: arcs are neither padded nor cut off. */
function readOid(data: Uint8Array): string | undefined {
  const isStart = (index: number) => index === 0 || ((data[index - 1] ?? 0) & 0x80) === 0;
  if (data.length === 0 || !isStart(data.length)) return undefined;
  if (data.some((byte, index) => byte === 0x80 && isStart(index))) return undefined;
  try {
    return forge().derToOid(toBinary(data));
  } catch {
    return undefined;
  }
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
