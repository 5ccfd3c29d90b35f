/**
 * What the project graph asks of certificates, thousands of them: it is read where it stands, and the rest is judged by
 * who reads the whole (certificate.ts). RFC 5280, 4.1.
 */
import { certificateBlocks, readBlock } from './credential-file';
import { contextTag, TAG } from './der';
import { DerWalk } from './der-walk';
import { EXTENSION } from './extensions';
import { keyIdOf, type SignerKey } from './known-cd-signers';
import { ID_ATTRIBUTES, type IdAttributes, type MatterIds, readMatterIds } from './name';
import { encodeOid } from './oid';

const WHAT = 'certificate';
const SUBJECT_KEY_IDENTIFIER = encodeOid(EXTENSION.subjectKeyIdentifier);
const ATTRIBUTES = ID_ATTRIBUTES.map((oid) => ({ oid, encoded: encodeOid(oid) }));

/**
 * The ids of a certificate's subject, of PEM or DER. Errors: those of readBlock; attestation.der-malformed and
 * structure-invalid up to the subject.
 */
export function readSubjectIds(data: Uint8Array): MatterIds {
  const walk = walkToSubject(readBlock(data, WHAT).der);
  const attributes: IdAttributes['attributes'][number][] = [];
  walk.enter(TAG.sequence, 'a name');
  while (!walk.isAtEnd) {
    walk.enter(TAG.set, 'a part of a name');
    while (!walk.isAtEnd) {
      walk.enter(TAG.sequence, 'an attribute of a name');
      const type = walk.take(TAG.oid, 'the type of an attribute');
      const value = walk.take(undefined, 'the value of an attribute');
      walk.leave();
      const known = ATTRIBUTES.find(({ encoded }) => Buffer.compare(encoded, type) === 0);
      if (known !== undefined) attributes.push({ oid: known.oid, text: Buffer.from(value).toString('utf8') });
    }
    walk.leave();
  }
  return readMatterIds({ attributes });
}

/** The keys of the certificates of a file, PEM or DER. Errors: those of readBlocks; der-malformed, structure-invalid. */
export function readSignerKeys(data: Uint8Array): SignerKey[] {
  return certificateBlocks(data).map(({ der }) => {
    const walk = walkToSubject(der);
    walk.skip(TAG.sequence, 'a name');
    walk.enter(TAG.sequence, 'the public key');
    walk.skip(TAG.sequence, 'an algorithm');
    const publicKey = walk.take(TAG.bitString, 'the public key').slice(1);
    walk.leave();
    walk.skipIf(contextTag(1, false));
    walk.skipIf(contextTag(2, false));
    return { keyId: keyIdIn(walk) ?? keyIdOf(publicKey), publicKey };
  });
}

/** A walk that stands before the subject. */
function walkToSubject(der: Uint8Array): DerWalk {
  const walk = new DerWalk(der, WHAT);
  walk.enter(TAG.sequence, 'the outermost value');
  walk.enter(TAG.sequence, 'the signed part');
  walk.skipIf(contextTag(0, true));
  walk.skip(TAG.integer, 'the serial number');
  walk.skip(TAG.sequence, 'an algorithm');
  walk.skip(TAG.sequence, 'a name');
  walk.skip(TAG.sequence, 'the validity');
  return walk;
}

/** The subject key identifier among the extensions that stand next, if there are any. */
function keyIdIn(walk: DerWalk): Uint8Array | undefined {
  if (!walk.is(contextTag(3, true))) return undefined;
  walk.enter(contextTag(3, true), 'the extensions');
  walk.enter(TAG.sequence, 'the list of extensions');
  while (!walk.isAtEnd) {
    walk.enter(TAG.sequence, 'an extension');
    const type = walk.take(TAG.oid, 'the type of an extension');
    walk.skipIf(TAG.boolean);
    const value = walk.take(TAG.octetString, 'the value of an extension');
    if (Buffer.compare(SUBJECT_KEY_IDENTIFIER, type) === 0)
      return new DerWalk(value, WHAT).take(TAG.octetString, 'the subject key identifier');
    walk.leave();
  }
  return undefined;
}
