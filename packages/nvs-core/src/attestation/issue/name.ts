/** Writes names (RFC 5280, 4.1.2.4), with the vendor and product ids (Matter Core specification, 6.2.2.2). */
import { hex4, NAME_OID } from '../name';
import type { Asn1, Asn1Writer } from './asn1';
import type { NameOptions } from './name-options';

/** A name with the ids in one of the two encodings, never mixed. */
export function createName(asn1: Asn1Writer, options: NameOptions): Asn1 {
  const { commonName, organization, vendorId, productId, idEncoding = 'attributes' } = options;
  const inCommonName = idEncoding === 'common name';
  const ids: [string, string, number | undefined][] = [
    [NAME_OID.vendorId, 'Mvid:', vendorId],
    [NAME_OID.productId, 'Mpid:', productId],
  ];
  const given = ids.flatMap(([type, prefix, id]) =>
    id === undefined ? [] : [{ type, prefix, text: hex4(id) }],
  );
  const fallback = inCommonName ? given.map(({ prefix, text }) => prefix + text) : [];
  const attribute = (type: string, text: string) =>
    asn1.set(asn1.sequence(asn1.oid(type), asn1.utf8String(text)));
  return asn1.sequence(
    ...(organization === undefined ? [] : [attribute(NAME_OID.organization, organization)]),
    attribute(NAME_OID.commonName, [commonName, ...fallback].filter((part) => part !== '').join(' ')),
    ...(inCommonName ? [] : given.map(({ type, text }) => attribute(type, text))),
  );
}
