/** CMS SignedData (RFC 5652, 5), in the form that a Certification Declaration has (Matter Core specification, 6.3). */
import type { SignatureAlgorithm } from './algorithms';
import {
  checkDer,
  constructed,
  contextTag,
  encodeDer,
  integer,
  octetString,
  oid,
  primitive,
  sequence,
  set,
  TAG,
} from './der';
import { DerWalk } from './der-walk';

const OID_SIGNED_DATA = '1.2.840.113549.1.7.2';
export const OID_DATA = '1.2.840.113549.1.7.1';
/** Version of SignedData and SignerInfo where the signer is named by key identifier. */
export const CMS_VERSION = 3;

export interface SignerInfo {
  readonly version: number;
  /** Subject key identifier of the signer; absent where the signer is named by issuer and serial number. */
  readonly keyId?: Uint8Array;
  readonly digestOid: string;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  readonly hasAttributes: boolean;
}

/** A signed message as read: nothing is judged yet, but its structure. */
export interface SignedData {
  readonly version: number;
  readonly digestOids: readonly string[];
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly signers: readonly SignerInfo[];
}

const WHAT = 'certification declaration';

/** Errors: attestation.file-too-large, attestation.der-malformed, attestation.structure-invalid. */
export function parseSignedData(der: Uint8Array): SignedData {
  checkDer(der, WHAT);
  const walk = new DerWalk(der, WHAT);
  walk.enter(TAG.sequence, 'the outermost value');
  if (walk.takeOid('the content type') !== OID_SIGNED_DATA) throw walk.fail('it is no CMS SignedData');
  walk.enter(contextTag(0, true), 'the signed data');
  walk.enter(TAG.sequence, 'the signed data');
  const version = walk.takeInteger('the CMS version');
  const digestOids: string[] = [];
  walk.enter(TAG.set, 'the list of digest algorithms');
  while (!walk.isAtEnd) digestOids.push(walk.takeAlgorithm());
  walk.leave();
  walk.enter(TAG.sequence, 'the content');
  const contentType = walk.takeOid('the type of the content');
  walk.enter(contextTag(0, true), 'the content');
  const content = walk.take(TAG.octetString, 'the content');
  walk.leave();
  walk.leave();
  const signers: SignerInfo[] = [];
  // Certificates and revocation lists may stand here; a commissioner's parser does not know them.
  if (!walk.isAtEnd && !walk.is(TAG.set)) throw walk.fail('it has parts between content and signer');
  walk.enter(TAG.set, 'the list of signers');
  while (!walk.isAtEnd) signers.push(takeSignerInfo(walk));
  walk.leave();
  if (!walk.isAtEnd) throw walk.fail('it has parts behind the signers');
  return { version, digestOids, contentType, content, signers };
}

function takeSignerInfo(walk: DerWalk): SignerInfo {
  walk.enter(TAG.sequence, 'a signer');
  const version = walk.takeInteger("the signer's version");
  const isByKeyId = walk.is(contextTag(0, false));
  const id = walk.take(isByKeyId ? undefined : TAG.sequence, "the signer's name");
  const digestOid = walk.takeAlgorithm();
  const hasAttributes = walk.skipIf(contextTag(0, true));
  const signatureOid = walk.takeAlgorithm();
  const signature = walk.take(TAG.octetString, 'the signature');
  walk.leave();
  return { version, ...(isByKeyId ? { keyId: id } : {}), digestOid, signatureOid, signature, hasAttributes };
}

/** DER of a message with one signer, named by key identifier. */
export function encodeSignedData(
  content: Uint8Array,
  signer: {
    readonly keyId: Uint8Array;
    readonly algorithm: SignatureAlgorithm;
    readonly signature: Uint8Array;
  },
): Uint8Array {
  const { algorithm } = signer;
  const signerInfo = sequence(
    integer(CMS_VERSION),
    primitive(contextTag(0, false), signer.keyId),
    sequence(oid(algorithm.digestOid)),
    sequence(oid(algorithm.oid)),
    octetString(signer.signature),
  );
  const body = sequence(
    integer(CMS_VERSION),
    set(sequence(oid(algorithm.digestOid))),
    sequence(oid(OID_DATA), constructed(contextTag(0, true), octetString(content))),
    set(signerInfo),
  );
  return encodeDer(sequence(oid(OID_SIGNED_DATA), constructed(contextTag(0, true), body)));
}
