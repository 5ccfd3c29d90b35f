import type { PublicKey } from '../algorithms';
import type { Asn1, Asn1Writer } from './asn1';

/** SubjectPublicKeyInfo of a key (RFC 5280, 4.1.2.7; RFC 5480). */
export function publicKeyInfo(asn1: Asn1Writer, { algorithm, publicKey }: PublicKey): Asn1 {
  const type = asn1.sequence(asn1.oid(algorithm.oid), asn1.oid(algorithm.parametersOid));
  return asn1.sequence(type, asn1.bitString(publicKey));
}
