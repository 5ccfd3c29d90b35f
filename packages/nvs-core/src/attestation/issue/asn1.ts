/**
 * Writes ASN.1 with node-forge, which is loaded on the first use. The library keeps bytes in strings, one character
 * per byte. The strict reader (der.ts), which shares no code with this file, reads the output back.
 */
import type { asn1 as Forge } from 'node-forge';

/** A value to write. */
export type Asn1 = Forge.Asn1;

/** Creates ASN.1 values (ITU-T X.680) and encodes them as DER (X.690). */
export type Asn1Writer = ReturnType<typeof createAsn1Writer>;

export async function loadAsn1Writer(): Promise<Asn1Writer> {
  const { default: forge } = await import('node-forge/lib/asn1.js');
  return createAsn1Writer(forge);
}

export function createAsn1Writer(forge: typeof Forge) {
  const { UNIVERSAL, CONTEXT_SPECIFIC } = forge.Class;
  const primitive = (type: Forge.Type, content: string) => forge.create(UNIVERSAL, type, false, content);
  const constructed = (type: Forge.Type, parts: readonly Asn1[]) =>
    forge.create(UNIVERSAL, type, true, [...parts]);
  return {
    encode: (value: Asn1): Uint8Array =>
      Uint8Array.from(Buffer.from(forge.toDer(value).getBytes(), 'latin1')),

    sequence: (...parts: readonly Asn1[]) => constructed(forge.Type.SEQUENCE, parts),

    set: (...parts: readonly Asn1[]) => constructed(forge.Type.SET, parts),

    boolean: (value: boolean) => primitive(forge.Type.BOOLEAN, value ? '\xff' : '\0'),

    /** A number from 0 to 2^31 - 1, or a positive number as big-endian bytes. */
    integer: (value: number | Uint8Array) =>
      primitive(
        forge.Type.INTEGER,
        typeof value === 'number' ? forge.integerToDer(value).getBytes() : shortest(value),
      ),

    /** Whole bytes, minus `unused` bits at the end. */
    bitString: (data: Uint8Array, unused = 0) =>
      primitive(forge.Type.BITSTRING, String.fromCharCode(unused) + binary(data)),

    octetString: (data: Uint8Array) => primitive(forge.Type.OCTETSTRING, binary(data)),

    oid: (dotted: string) => primitive(forge.Type.OID, forge.oidToDer(dotted).getBytes()),

    utf8String: (text: string) => primitive(forge.Type.UTF8, binary(Buffer.from(text, 'utf8'))),

    /** UTCTime up to 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5); whole seconds from 1950 to 9999. */
    time: (date: Date) =>
      date.getUTCFullYear() < 2050
        ? primitive(forge.Type.UTCTIME, forge.dateToUtcTime(date))
        : primitive(forge.Type.GENERALIZEDTIME, forge.dateToGeneralizedTime(date)),

    /** Values, or the bytes of a primitive value, with a context-specific tag. */
    tagged: (number: number, content: readonly Asn1[] | Uint8Array) =>
      content instanceof Uint8Array
        ? forge.create(CONTEXT_SPECIFIC, number, false, binary(content))
        : forge.create(CONTEXT_SPECIFIC, number, true, [...content]),

    /** A SEQUENCE copied byte for byte: the library would not re-encode every string to the same bytes. */
    encodedSequence: (der: Uint8Array) => {
      const [tag = 0, length = 0] = der;
      const content = der.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f));
      return forge.create(UNIVERSAL, tag, false, binary(content));
    },
  };
}

/** Bytes as node-forge takes them. */
export function binary(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1');
}

/** With one leading zero byte, which the library drops if the number is positive without it. */
function shortest(value: Uint8Array): string {
  return `\0${binary(value.subarray(value.findIndex((byte) => byte !== 0)))}`;
}
