/** ASN.1 and PEM as the tests write them: also what no issuer would. */
import { asn1 as forge, pem } from 'node-forge';
import { type Asn1, binary, createAsn1Writer } from '../../src/attestation/issue/asn1';

export type { Asn1 };
export const writer = createAsn1Writer(forge);
export const {
  sequence,
  set,
  boolean,
  integer,
  bitString,
  octetString,
  oid,
  utf8String,
  time,
  encodedSequence,
  encode: encodeDer,
} = writer;

/** A value of any identifier octet, with any content. */
export function primitive(tag: number, content: Uint8Array): Asn1 {
  // The library writes two bytes a character here.
  const isWide = tag === forge.Type.BMPSTRING;
  const text = isWide ? Buffer.from(content).swap16().toString('utf16le') : binary(content);
  return forge.create(forge.Class.UNIVERSAL, tag, false, text);
}

/** A value of any identifier octet, with other values in it. */
export function constructed(tag: number, ...children: readonly Asn1[]): Asn1 {
  return forge.create(tag & 0xc0, tag & 0x1f, true, [...children]);
}

export function pemText(label: string, der: Uint8Array): string {
  return pem.encode({ type: label, body: binary(der) }).replaceAll('\r', '');
}
