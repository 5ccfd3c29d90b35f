/** Matter TLV (Matter Core specification, appendix A), as far as a Certification Declaration needs it. */
import { attestationErrors } from '../errors/attestation';

export type MatterTlvValue =
  | { readonly type: 'unsigned' | 'signed'; readonly value: bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'float'; readonly value: number }
  /** With its bytes if they are not UTF-8, which commissioners do not check. */
  | { readonly type: 'string'; readonly value: string; readonly bytes?: Uint8Array }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly type: 'null' }
  | { readonly type: 'structure' | 'array' | 'list'; readonly elements: readonly MatterTlvElement[] };

/** A value with its tag: a context number, or none (anonymous). Tags of profiles are kept as text. */
export type MatterTlvElement = MatterTlvValue & { readonly tag?: number | string };

const MAX_DEPTH = 16;
const TAG_LENGTHS = [0, 1, 2, 4, 2, 4, 6, 8] as const;
const CONTAINERS = { 21: 'structure', 22: 'array', 23: 'list' } as const;
const END_OF_CONTAINER = 0x18;

/**
 * Parses the one element in `data`; `what` names it in errors.
 * Errors: attestation.structure-invalid (truncated, unknown type, deep nesting, trailing bytes).
 */
export function decodeMatterTlv(data: Uint8Array, what: string): MatterTlvElement {
  return new TlvReader(data, what).readOnly();
}

class TlvReader {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #offset = 0;

  constructor(data: Uint8Array, what: string) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#what = what;
  }

  readOnly(): MatterTlvElement {
    const element = this.#element(0);
    if (element === undefined) throw this.#fail('its TLV starts with an end of container');
    const rest = this.#data.length - this.#offset;
    if (rest > 0) throw this.#fail(`${rest} bytes follow after the end of its TLV`);
    return element;
  }

  /** Undefined for the end of a container. */
  #element(depth: number): MatterTlvElement | undefined {
    const control = this.#view.getUint8(this.#take(1));
    const type = control & 0x1f;
    if (type === END_OF_CONTAINER) {
      if (control !== END_OF_CONTAINER) throw this.#fail('its TLV has an end of container with a tag');
      return undefined;
    }
    const tag = this.#tag(control >> 5);
    const value: MatterTlvValue & { tag?: number | string } = this.#value(type, depth);
    if (tag !== undefined) value.tag = tag;
    return value;
  }

  #tag(form: number): number | string | undefined {
    const length = TAG_LENGTHS[form] ?? 0;
    const start = this.#take(length);
    if (form === 0) return undefined;
    return form === 1
      ? (this.#data[start] ?? 0)
      : `profile ${Buffer.from(this.#data.slice(start, this.#offset)).toString('hex')}`;
  }

  #value(type: number, depth: number): MatterTlvValue {
    const width = type & 3;
    if (type <= 0x03) return { type: 'signed', value: BigInt.asIntN(8 * 2 ** width, this.#unsigned(width)) };
    if (type <= 0x07) return { type: 'unsigned', value: this.#unsigned(width) };
    if (type <= 0x09) return { type: 'boolean', value: type === 0x09 };
    if (type === 0x0a) return { type: 'float', value: this.#view.getFloat32(this.#take(4), true) };
    if (type === 0x0b) return { type: 'float', value: this.#view.getFloat64(this.#take(8), true) };
    if (type <= 0x0f) {
      const bytes = this.#bytes(width);
      const value = Buffer.from(bytes).toString('utf8');
      const isUtf8 = Buffer.compare(Buffer.from(value), bytes) === 0;
      return { type: 'string', value, ...(isUtf8 ? {} : { bytes }) };
    }
    if (type <= 0x13) return { type: 'bytes', value: this.#bytes(width) };
    if (type === 0x14) return { type: 'null' };
    if (type === 0x15 || type === 0x16 || type === 0x17)
      return { type: CONTAINERS[type], elements: this.#elements(depth + 1) };
    throw this.#fail(`its TLV has an element of unknown type 0x${type.toString(16)}`);
  }

  #elements(depth: number): MatterTlvElement[] {
    if (depth > MAX_DEPTH) throw this.#fail(`its TLV nests deeper than ${MAX_DEPTH} levels`);
    const elements: MatterTlvElement[] = [];
    for (;;) {
      const next = this.#element(depth);
      if (next === undefined) return elements;
      elements.push(next);
    }
  }

  #unsigned(width: number): bigint {
    const start = this.#take(2 ** width);
    if (width === 0) return BigInt(this.#view.getUint8(start));
    if (width === 1) return BigInt(this.#view.getUint16(start, true));
    return width === 2 ? BigInt(this.#view.getUint32(start, true)) : this.#view.getBigUint64(start, true);
  }

  #bytes(width: number): Uint8Array {
    const length = this.#unsigned(width);
    if (length > BigInt(this.#data.length)) throw this.#fail('its TLV ends too early');
    const start = this.#take(Number(length));
    return this.#data.slice(start, this.#offset);
  }

  /** Skips bytes, and returns the offset at which they start. */
  #take(length: number): number {
    const start = this.#offset;
    if (length > this.#data.length - start) throw this.#fail('its TLV ends too early');
    this.#offset = start + length;
    return start;
  }

  #fail(reason: string): Error {
    return attestationErrors.error('attestation.structure-invalid', { what: this.#what, reason });
  }
}

/** Encodes an element, with integers and lengths in their shortest form. */
export function encodeMatterTlv(element: MatterTlvElement): Uint8Array {
  const { tag } = element;
  if (typeof tag === 'string') throw new TypeError('profile tags cannot be encoded');
  const head = (type: number) => (tag === undefined ? [type] : [0x20 | type, tag]);
  switch (element.type) {
    case 'unsigned': {
      const width =
        element.value < 0x100n ? 0 : element.value < 0x10000n ? 1 : element.value < 2n ** 32n ? 2 : 3;
      return Uint8Array.of(...head(0x04 + width), ...littleEndian(element.value, 2 ** width));
    }
    case 'string':
    case 'bytes': {
      const data = typeof element.value === 'string' ? Buffer.from(element.value, 'utf8') : element.value;
      const width = data.length < 0x100 ? 0 : 1;
      const type = (element.type === 'string' ? 0x0c : 0x10) + width;
      return Uint8Array.of(...head(type), ...littleEndian(BigInt(data.length), 2 ** width), ...data);
    }
    case 'structure':
    case 'array':
    case 'list': {
      const type = { structure: 0x15, array: 0x16, list: 0x17 }[element.type];
      const content = Buffer.concat(element.elements.map(encodeMatterTlv));
      return Uint8Array.of(...head(type), ...content, END_OF_CONTAINER);
    }
    default:
      throw new TypeError(`elements of type ${element.type} cannot be encoded`);
  }
}

function littleEndian(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}
