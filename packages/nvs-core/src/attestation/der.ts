/**
 * Decodes ASN.1 DER (ITU-T X.690) strictly. A value has exactly one encoding, so its bytes are views of the input;
 * text, times and numbers are checked when they are used. node-forge writes ASN.1 (issue/asn1.ts).
 */
import { attestationErrors } from '../errors/attestation';
import type { FactoryError } from '../errors/factory-error';
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
  teletexString: 0x14,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
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

/**
 * The first value of DER, and whether bytes follow it: the SDK's parsers ignore them.
 * Errors: those of decodeDer.
 */
export function firstValue(data: Uint8Array, what: string): { value: Uint8Array; rest?: FactoryError } {
  const [tag = 0, first = 0] = data;
  const start = first < 0x80 ? 2 : 2 + (first & 0x7f);
  const length = first < 0x80 ? first : data.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = start + length;
  if (tag !== TAG.sequence || first === 0x80 || end >= data.length) return { value: data };
  return { value: data.subarray(0, end), rest: malformed(what, 'more') };
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
export function isPadded([first, second]: Uint8Array): boolean {
  return second !== undefined && first === (second >= 0x80 ? 0xff : 0x00);
}

function malformed(what: string, reason: keyof typeof REASONS): FactoryError {
  return attestationErrors.error('attestation.der-malformed', { what, reason: REASONS[reason] });
}

/** Errors: attestation.file-too-large. */
export function assertCredentialSize(data: Uint8Array): void {
  const params = { length: data.length, limit: MAX_CREDENTIAL_LENGTH };
  if (data.length > MAX_CREDENTIAL_LENGTH)
    throw attestationErrors.error('attestation.file-too-large', params);
}

/** String types that names use; the SDK's parser takes a BIT STRING or a SEQUENCE too. */
const TEXT_TAGS: readonly number[] = [0x03, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x1c, 0x1e, 0x30];
/** Types that the SDK's parser does not know, and takes for text. */
const OTHER_TAGS: readonly number[] = [0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0d, 0x0e, 0x0f, 0x1d];
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
const ASCII = /^[\0-\x7f]*$/;

/** What DER or a type forbids, and commissioners read all the same. */
export interface Deviation {
  readonly error: FactoryError;
  /** Why they may refuse it later: a time that they cannot compare, a signature algorithm that they do not accept. */
  readonly effect: 'none' | 'time' | 'signature';
}

/**
 * Reads the values of one structure, which errors name `what`; deviations are errors, unless they are collected.
 * Errors: attestation.structure-invalid.
 */
export class DerReader {
  readonly #what: string;
  readonly #deviations: Deviation[] | undefined;

  constructor(what: string, deviations?: Deviation[]) {
    this.#what = what;
    this.#deviations = deviations;
  }

  /** A reader of another part of the same file. */
  named(what: string): DerReader {
    return new DerReader(what, this.#deviations);
  }

  /** Notes a deviation; throws it if deviations are not collected. */
  deviate(error: FactoryError, effect: Deviation['effect'] = 'none'): void {
    if (this.#deviations === undefined) throw error;
    this.#deviations.push({ error, effect });
  }

  /** The error for an invalid structure. */
  fail(reason: string): FactoryError {
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
    if (data.length !== 1) throw this.fail(`${name} is not a boolean`);
    if (data[0] !== 0 && data[0] !== 0xff) this.deviate(this.fail(`${name} is not a boolean in DER`));
    return data[0] !== 0;
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
    if (!TEXT_TAGS.includes(tag)) {
      const error = this.fail(`${name} has tag 0x${tag.toString(16)}, which is not of text`);
      if (!OTHER_TAGS.includes(tag)) throw error;
      this.deviate(error);
    }
    if (tag === TAG.printableString && !PRINTABLE.test(latin1))
      this.deviate(this.fail(`${name} has a character that a PrintableString cannot have`));
    if (tag === TAG.ia5String && !ASCII.test(latin1))
      this.deviate(this.fail(`${name} has a character that an IA5String cannot have`));
    const width = tag === TAG.bmpString ? 2 : tag === TAG.universalString ? 4 : 1;
    if (content.length % width !== 0) throw this.fail(`${name} ends within a character`);
    const isCharacter = (code: number) => code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    if (width > 1 && !codePoints(content, width).every(isCharacter))
      throw this.fail(`${name} has a code that is no character`);
    if (tag === TAG.sequence) return Buffer.from(node.encoded).toString('latin1');
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
    const text = Buffer.from(data).toString('latin1');
    const isZoned = short && /^\d{12}[+-]\d{4}$/.test(text);
    const date = parseTime(isZoned ? `${text.slice(0, 12)}Z` : text, short);
    const fail = () => this.fail(`${name} is not a UTC time with seconds`);
    if (date === undefined) throw fail();
    if (isZoned) this.deviate(fail(), 'time');
    return date;
  }

  #expect(node: DerNode | undefined, tag: number, name: string): DerNode {
    if (node === undefined) throw this.fail(`${name} is missing`);
    if (node.tag === tag) return node;
    throw this.fail(`${name} has tag 0x${node.tag.toString(16)}, not 0x${tag.toString(16)}`);
  }
}

/** The codes of a string of a fixed width, big-endian. */
export function codePoints(data: Uint8Array, width: number): number[] {
  const view = Buffer.from(data);
  return Array.from({ length: data.length / width }, (_, index) => view.readUIntBE(index * width, width));
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
