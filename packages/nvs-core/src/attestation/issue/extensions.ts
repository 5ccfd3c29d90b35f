/** Writes the certificate extensions of the attestation profile (RFC 5280, 4.2; Matter Core specification, 6.2.2). */
import { EXTENSION, KEY_USES, type KeyUse } from '../extensions';
import type { Asn1, Asn1Writer } from './asn1';

function extension(asn1: Asn1Writer, dotted: string, critical: boolean, value: Asn1): Asn1 {
  return asn1.sequence(
    asn1.oid(dotted),
    ...(critical ? [asn1.boolean(true)] : []),
    asn1.octetString(asn1.encode(value)),
  );
}

/** BasicConstraints, critical. */
export function basicConstraints(asn1: Asn1Writer, ca: boolean, pathLength?: number): Asn1 {
  const parts = [
    ...(ca ? [asn1.boolean(true)] : []),
    ...(pathLength === undefined ? [] : [asn1.integer(pathLength)]),
  ];
  return extension(asn1, EXTENSION.basicConstraints, true, asn1.sequence(...parts));
}

/** KeyUsage, critical. */
export function keyUsage(asn1: Asn1Writer, uses: readonly KeyUse[]): Asn1 {
  const bits = KEY_USES.map((use) => uses.includes(use));
  const last = bits.lastIndexOf(true);
  const bytes = new Uint8Array((last >> 3) + 1);
  for (const [bit, on] of bits.entries()) {
    if (on) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return extension(asn1, EXTENSION.keyUsage, true, asn1.bitString(bytes, 7 - (last & 7)));
}

export function subjectKeyIdentifier(asn1: Asn1Writer, id: Uint8Array): Asn1 {
  return extension(asn1, EXTENSION.subjectKeyIdentifier, false, asn1.octetString(id));
}

export function authorityKeyIdentifier(asn1: Asn1Writer, id: Uint8Array): Asn1 {
  return extension(asn1, EXTENSION.authorityKeyIdentifier, false, asn1.sequence(asn1.tagged(0, id)));
}

/** CRLDistributionPoints with one URI; `issuer` is the name of the signer of the list, if not the certificate's issuer. */
export function crlDistributionPoint(asn1: Asn1Writer, uri: string, issuer?: Asn1): Asn1 {
  const fullName = asn1.tagged(0, [asn1.tagged(0, [asn1.tagged(6, Buffer.from(uri, 'latin1'))])]);
  const crlIssuer = issuer === undefined ? [] : [asn1.tagged(2, [asn1.tagged(4, [issuer])])];
  const point = asn1.sequence(fullName, ...crlIssuer);
  return extension(asn1, EXTENSION.crlDistributionPoints, false, asn1.sequence(point));
}
