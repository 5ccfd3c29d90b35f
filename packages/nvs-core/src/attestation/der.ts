/**
 * Decodes ASN.1 DER (ITU-T X.690) strictly. A value has exactly one encoding, so its bytes are views of the input;
 * text, times and numbers are checked when they are used. node-forge writes ASN.1 (issue/asn1.ts).
 */
import { attestationErrors } from '../errors/attestation';
import { decodeOid } from './oid';

/** Far more than any credential: certificates of the Matter profile have at most 600 bytes, declarations 541. */
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
  /** Empty if there are children; a view of the input. */
  readonly content: Uint8Array;
  readonly children: readonly DerNode[];
  /** The whole value: a view of the input. */
  readonly encoded: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const isConstructed = (tag: number): boolean => (tag & 0x20) !== 0;

const REASONS = {
  empty: 'it has no bytes',
  more: 'bytes follow after its end',
  deep: `it nests deeper than ${MAX_DEPTH} levels`,
  short: 'it ends too early',
  invalid: 'a tag or length is invalid',
  padded: 'lengths or integers are not in their shortest form',
} as const;

/** No file needs a longer length field. */
const MAX_LENGTH_LENGTH = 4;

/**
 * The tree of exactly one DER value, whose contents are views of `data`; `what` names it in errors.
 * Errors: attestation.file-too-large, attestation.der-malformed.
 */
export function decodeDer(data: Uint8Array, what: string): DerNode {
  assertCredentialSize(data);
  if (data.length === 0) throw malformed(what, 'empty');
  // Views of a Buffer are Buffers, whose slice() does not copy.
  const node = decodeValue(new Uint8Array(data.buffer, data.byteOffset, data.length), what, 0);
  if (node.encoded.length < data.length) throw malformed(what, 'more');
  return node;
}

/** The value at the start of `data`. */
function decodeValue(data: Uint8Array, what: string, depth: number): DerNode {
  if (depth >= MAX_DEPTH) throw malformed(what, 'deep');
  const [tag, first] = data;
  if (tag === undefined || first === undefined) throw malformed(what, 'short');
  // Tag numbers from 31 take several bytes; no credential has one.
  if ((tag & 0x1f) === 0x1f) throw malformed(what, 'invalid');
  // BER's indefinite length.
  if (first === 0x80) throw malformed(what, isConstructed(tag) ? 'padded' : 'invalid');
  const start = first < 0x80 ? 2 : 2 + (first & 0x7f);
  if (start > data.length) throw malformed(what, 'short');
  if (start > 2 + MAX_LENGTH_LENGTH) throw malformed(what, 'invalid');
  const length = first < 0x80 ? first : data.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = start + length;
  if (end > data.length) throw malformed(what, 'short');
  if (first > 0x80 && (length < 0x80 || data[2] === 0)) throw malformed(what, 'padded');
  const content = data.subarray(start, end);
  if (tag === TAG.integer && isPadded(content)) throw malformed(what, 'padded');
  const encoded = data.subarray(0, end);
  if (!isConstructed(tag)) return { tag, content, children: [], encoded };
  const children: DerNode[] = [];
  for (let rest = content; rest.length > 0; ) {
    const child = decodeValue(rest, what, depth + 1);
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
export function assertCredentialSize(data: Uint8Array): void {
  const params = { length: data.length, limit: MAX_CREDENTIAL_LENGTH };
  if (data.length > MAX_CREDENTIAL_LENGTH)
    throw attestationErrors.error('attestation.file-too-large', params);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
const ASCII = /^[\0-\x7f]*$/;

/** Reads the values of one structure, which errors name `what`. Errors: attestation.structure-invalid. */
export class DerReader {
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  /** The error for an invalid structure. */
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
    if (dotted === undefined) throw this.fail(`${name} is not an object identifier`);
    return dotted;
  }

  /** A non-negative INTEGER of at most 4 bytes. */
  integer(node: DerNode | undefined, name: string): number {
    const data = this.content(node, TAG.integer, name);
    if (data.length === 0 || data.length > 4 || (data[0] ?? 0) >= 0x80)
      throw this.fail(`${name} is not a non-negative integer of at most 4 bytes`);
    return data.reduce((value, byte) => value * 256 + byte, 0);
  }

  boolean(node: DerNode | undefined, name: string): boolean {
    const data = this.content(node, TAG.boolean, name);
    if (data.length !== 1 || (data[0] !== 0 && data[0] !== 0xff)) throw this.fail(`${name} is not a boolean`);
    return data[0] === 0xff;
  }

  bitString(node: DerNode | undefined, name: string): Uint8Array {
    const data = this.content(node, TAG.bitString, name);
    const unused = data[0] ?? 8;
    if (unused > 7 || (unused > 0 && data.length === 1)) throw this.fail(`${name} is not a bit string`);
    return data.slice(1);
  }

  /** A bit string of whole bytes, such as a key or signature. */
  bytes(node: DerNode | undefined, name: string): Uint8Array {
    const data = this.content(node, TAG.bitString, name);
    if (data[0] !== 0) throw this.fail(`${name} is not a bit string of whole bytes`);
    return data.slice(1);
  }

  /** Text of a string type, whose characters are those of the type (ITU-T X.680, 41); wide types are kept as bytes. */
  text(node: DerNode | undefined, name: string): string {
    if (node === undefined) throw this.fail(`${name} has no value`);
    const { tag, content } = node;
    const latin1 = Buffer.from(content).toString('latin1');
    if (tag === TAG.printableString && !PRINTABLE.test(latin1))
      throw this.fail(`${name} has a character that a PrintableString cannot have`);
    if (tag === TAG.ia5String && !ASCII.test(latin1))
      throw this.fail(`${name} has a character that an IA5String cannot have`);
    if (tag !== TAG.utf8String) return latin1;
    try {
      return UTF8.decode(content);
    } catch {
      throw this.fail(`${name} is a UTF8String, but not UTF-8`);
    }
  }

  time(node: DerNode | undefined, name: string): Date {
    const short = node?.tag === TAG.utcTime;
    const data = this.content(node, short ? TAG.utcTime : TAG.generalizedTime, name);
    const date = parseTime(Buffer.from(data).toString('latin1'), short);
    if (date === undefined) throw this.fail(`${name} is not a UTC time with seconds`);
    return date;
  }

  #expect(node: DerNode | undefined, tag: number, name: string): DerNode {
    if (node === undefined) throw this.fail(`${name} is missing`);
    if (node.tag === tag) return node;
    throw this.fail(`${name} has tag 0x${node.tag.toString(16)}, not 0x${tag.toString(16)}`);
  }
}

function parseTime(text: string, short: boolean): Date | undefined {
  if (!(short ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text)) return undefined;
  const digits = short ? `${Number(text.slice(0, 2)) >= 50 ? '19' : '20'}${text}` : text;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const date = new Date(iso);
  // Dates such as 30 February roll over silently.
  return Number.isNaN(date.getTime()) || date.toISOString() !== iso ? undefined : date;
}
