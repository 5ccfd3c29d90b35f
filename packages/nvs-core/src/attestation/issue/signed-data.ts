/** Writes CMS SignedData (RFC 5652, 5), in the form of a Certification Declaration (Matter Core specification, 6.3). */
import type { SignatureAlgorithm } from '../algorithms';
import { CMS_VERSION, OID_DATA, OID_SIGNED_DATA } from '../cms';
import type { Asn1Writer } from './asn1';

/** DER of a message with one signer, identified by key identifier. */
export function encodeSignedData(
  asn1: Asn1Writer,
  content: Uint8Array,
  signer: {
    readonly keyId: Uint8Array;
    readonly algorithm: SignatureAlgorithm;
    readonly signature: Uint8Array;
  },
): Uint8Array {
  const { sequence, set, integer, oid, octetString, tagged, encode } = asn1;
  const { keyId, algorithm, signature } = signer;
  const signerInfo = sequence(
    integer(CMS_VERSION),
    tagged(0, keyId),
    sequence(oid(algorithm.digestOid)),
    sequence(oid(algorithm.oid)),
    octetString(signature),
  );
  const body = sequence(
    integer(CMS_VERSION),
    set(sequence(oid(algorithm.digestOid))),
    sequence(oid(OID_DATA), tagged(0, [octetString(content)])),
    set(signerInfo),
  );
  return encode(sequence(oid(OID_SIGNED_DATA), tagged(0, [body])));
}
