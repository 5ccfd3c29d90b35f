/** Matter TLV (Matter Core specification, appendix A), as far as a Certification Declaration needs it. */
import { attestationErrors } from '../errors';

export type TlvValue =
  | { readonly type: 'unsigned' | 'signed'; readonly value: bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly type: 'null' }
  | { readonly type: 'structure' | 'array' | 'list'; readonly elements: readonly TlvElement[] };

/** A value with its tag: a context number, or none (anonymous). Tags of profiles are kept as text. */
export type TlvElement = TlvValue & { readonly tag?: number | string };

const MAX_DEPTH = 16;
const TAG_LENGTHS = [0, 1, 2, 4, 2, 4, 6, 8] as const;
const CONTAINERS = { 21: 'structure', 22: 'array', 23: 'list' } as const;
const END_OF_CONTAINER = 0x18;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The one element that fills `data`; `what` names it in errors.
 * Errors: attestation.structure-invalid (truncated, unknown type, deep nesting, trailing bytes).
 */
export function decodeTlv(data: Uint8Array, what: string): TlvElement {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let offset = 0;
  const fail = (reason: string) => attestationErrors.error('attestation.structure-invalid', { what, reason });
  const take = (length: number): number => {
    if (length > data.length - offset) throw fail('its TLV ends too early');
    offset += length;
    return offset - length;
  };
  const unsigned = (width: number): bigint => {
    const at = take(2 ** width);
    if (width === 0) return BigInt(view.getUint8(at));
    if (width === 1) return BigInt(view.getUint16(at, true));
    return width === 2 ? BigInt(view.getUint32(at, true)) : view.getBigUint64(at, true);
  };
  const bytes = (width: number): Uint8Array => {
    const length = unsigned(width);
    if (length > BigInt(data.length)) throw fail('its TLV ends too early');
    const start = take(Number(length));
    return data.slice(start, offset);
  };

  const element = (depth: number): TlvElement | undefined => {
    const control = view.getUint8(take(1));
    const type = control & 0x1f;
    if (type === END_OF_CONTAINER) {
      if (control !== END_OF_CONTAINER) throw fail('its TLV has an end of container with a tag');
      return undefined;
    }
    const tag = readTag(control >> 5);
    const value = readValue(type, depth);
    return tag === undefined ? value : { ...value, tag };
  };

  const readTag = (form: number): number | string | undefined => {
    const length = TAG_LENGTHS[form] ?? 0;
    const start = take(length);
    if (form === 0) return undefined;
    return form === 1
      ? (data[start] ?? 0)
      : `profile ${Buffer.from(data.slice(start, offset)).toString('hex')}`;
  };

  const readValue = (type: number, depth: number): TlvValue => {
    const width = type & 3;
    if (type <= 0x03) return { type: 'signed', value: BigInt.asIntN(8 * 2 ** width, unsigned(width)) };
    if (type <= 0x07) return { type: 'unsigned', value: unsigned(width) };
    if (type <= 0x09) return { type: 'boolean', value: type === 0x09 };
    if (type === 0x0a) return { type: 'float', value: view.getFloat32(take(4), true) };
    if (type === 0x0b) return { type: 'float', value: view.getFloat64(take(8), true) };
    if (type <= 0x0f) return { type: 'string', value: readText(bytes(width)) };
    if (type <= 0x13) return { type: 'bytes', value: bytes(width) };
    if (type === 0x14) return { type: 'null' };
    if (type === 0x15 || type === 0x16 || type === 0x17) return readContainer(CONTAINERS[type], depth + 1);
    throw fail(`its TLV has an element of unknown type 0x${type.toString(16)}`);
  };

  const readText = (text: Uint8Array): string => {
    try {
      return UTF8.decode(text);
    } catch {
      throw fail('its TLV has a string that is not UTF-8');
    }
  };

  const readContainer = (type: 'structure' | 'array' | 'list', depth: number): TlvValue => {
    if (depth > MAX_DEPTH) throw fail(`its TLV nests deeper than ${MAX_DEPTH} levels`);
    const elements: TlvElement[] = [];
    for (;;) {
      const next = element(depth);
      if (next === undefined) return { type, elements };
      elements.push(next);
    }
  };

  const top = element(0);
  if (top === undefined) throw fail('its TLV starts with an end of container');
  if (offset !== data.length) throw fail(`${data.length - offset} bytes follow after the end of its TLV`);
  return top;
}

/** TLV bytes of an element, with integers and lengths in their shortest form. */
export function encodeTlv(element: TlvElement): Uint8Array {
  const { tag } = element;
  if (typeof tag === 'string') throw new TypeError('tags of profiles are not written');
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
      const content = Buffer.concat(element.elements.map(encodeTlv));
      return Uint8Array.of(...head(type), ...content, END_OF_CONTAINER);
    }
    default:
      throw new TypeError(`elements of type ${element.type} are not written`);
  }
}

function littleEndian(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}
