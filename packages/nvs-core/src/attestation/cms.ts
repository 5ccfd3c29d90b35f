/** CMS SignedData (RFC 5652, 5), in the form of a Certification Declaration (Matter Core specification, 6.3). */
import { algorithmOid } from './certificate';
import { contextTag, type DerNode, DerReader, decodeDer, TAG } from './der';

export const OID_SIGNED_DATA = '1.2.840.113549.1.7.2';
export const OID_DATA = '1.2.840.113549.1.7.1';
/** Version of SignedData and SignerInfo if the signer is identified by key identifier. */
export const CMS_VERSION = 3;

export interface SignerInfo {
  readonly version: number;
  /** Subject key identifier of the signer; absent if the signer is identified by issuer and serial number. */
  readonly keyId?: Uint8Array;
  readonly digestOid: string;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  /** Signed attributes. */
  readonly hasAttributes: boolean;
  /** Parts that commissioners do not expect, as clauses for messages. */
  readonly extras: readonly string[];
}

/** A parsed signed message: only its structure is checked. */
export interface SignedData {
  readonly version: number;
  readonly digestOids: readonly string[];
  readonly hasDigestParameters: boolean;
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly signers: readonly SignerInfo[];
}

const WHAT = 'certification declaration';

/** Errors: attestation.file-too-large, attestation.der-malformed, attestation.structure-invalid. */
export function decodeSignedData(der: Uint8Array): SignedData {
  const reader = new DerReader(WHAT);
  const [type, wrapped] = reader.children(decodeDer(der, WHAT), TAG.sequence, 'the outermost value');
  if (reader.oid(type, 'the content type') !== OID_SIGNED_DATA) throw reader.fail('it is not CMS SignedData');
  const [body] = reader.children(wrapped, contextTag(0, true), 'the signed data');
  const fields = [...reader.children(body, TAG.sequence, 'the signed data')];
  const version = reader.integer(fields.shift(), 'the CMS version');
  const digests = reader.children(fields.shift(), TAG.set, 'the list of digest algorithms');
  const [contentType, content] = reader.children(fields.shift(), TAG.sequence, 'the content');
  const [data, more] = reader.children(content, contextTag(0, true), 'the content');
  if (more !== undefined) throw reader.fail('it has something after its content');
  // CMS allows certificates and revocation lists here; a commissioner's parser does not.
  const extra = fields.filter(({ tag }) => tag !== TAG.set);
  if (extra.length > 0) throw reader.fail('it has parts between content and signer');
  if (fields.length > 1) throw reader.fail('it has parts after the signers');
  return {
    version,
    hasDigestParameters: digests.some(({ children }) => children.length > 1),
    digestOids: digests.map((digest) => algorithmOid(reader, digest)),
    contentType: reader.oid(contentType, 'the type of the content'),
    content: reader.content(data, TAG.octetString, 'the content'),
    signers: reader.children(fields[0], TAG.set, 'the list of signers').map(decodeSignerInfo),
  };
}

function decodeSignerInfo(node: DerNode): SignerInfo {
  const reader = new DerReader(WHAT);
  const parts = [...reader.children(node, TAG.sequence, 'a signer')];
  const version = reader.integer(parts.shift(), "the signer's version");
  const id = parts.shift();
  const keyId = id?.tag === contextTag(0, false) ? { keyId: id.content } : {};
  if (!('keyId' in keyId)) reader.children(id, TAG.sequence, "the signer's name");
  const hasParameters = (algorithm: DerNode | undefined) => (algorithm?.children.length ?? 0) > 1;
  const digest = parts.shift();
  const hasAttributes = parts[0]?.tag === contextTag(0, true);
  if (hasAttributes) parts.shift();
  const algorithm = parts.shift();
  const signature = reader.content(parts.shift(), TAG.octetString, 'the signature');
  return {
    version,
    ...keyId,
    digestOid: algorithmOid(reader, digest),
    signatureOid: algorithmOid(reader, algorithm),
    signature,
    hasAttributes,
    extras: [
      ...(hasParameters(digest) ? ['its digest algorithm has parameters'] : []),
      ...(hasParameters(algorithm) ? ['its signature algorithm has parameters'] : []),
      ...(parts.length > 0 ? ['it has attributes that are not signed'] : []),
    ],
  };
}
