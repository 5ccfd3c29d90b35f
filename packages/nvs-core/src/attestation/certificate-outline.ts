/**
 * What the project graph asks of certificates, thousands of them: it is read where it stands, and the rest is judged by
 * who reads the whole (certificate.ts). RFC 5280, 4.1.
 */
import { sha1 } from '../crypto';
import { certificateBlocks, readBlock } from './credential-file';
import { contextTag, TAG } from './der';
import { DerWalk } from './der-walk';
import { EXTENSION } from './extensions';
import type { SignerKey } from './known-cd-signers';
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
  walk.enter(TAG.sequence);
  while (!walk.isAtEnd) {
    walk.enter(TAG.set);
    while (!walk.isAtEnd) {
      walk.enter(TAG.sequence);
      const type = walk.take(TAG.oid);
      const value = walk.take();
      walk.leave();
      const known = ATTRIBUTES.find(({ encoded }) => isSame(encoded, type));
      if (known !== undefined) attributes.push({ oid: known.oid, text: textOf(value) });
    }
    walk.leave();
  }
  return readMatterIds({ attributes });
}

/** The keys of the certificates of a file, PEM or DER. Errors: those of readBlocks; der-malformed, structure-invalid. */
export function readSignerKeys(data: Uint8Array): SignerKey[] {
  return certificateBlocks(data).map(({ der }) => {
    const walk = walkToSubject(der);
    walk.skip(TAG.sequence);
    walk.enter(TAG.sequence);
    walk.skip(TAG.sequence);
    const publicKey = walk.take(TAG.bitString).slice(1);
    walk.leave();
    for (const uniqueId of [1, 2])
      if (walk.is(contextTag(uniqueId, false))) walk.skip(contextTag(uniqueId, false));
    return { keyId: keyIdIn(walk) ?? sha1(publicKey), publicKey };
  });
}

/** A walk that stands before the subject. */
function walkToSubject(der: Uint8Array): DerWalk {
  const walk = new DerWalk(der, WHAT);
  walk.enter(TAG.sequence);
  walk.enter(TAG.sequence);
  const version = contextTag(0, true);
  if (walk.is(version)) walk.skip(version);
  walk.skip(TAG.integer);
  for (let passed = 0; passed < 3; passed++) walk.skip(TAG.sequence);
  return walk;
}

/** The subject key identifier among the extensions that stand next, if there are any. */
function keyIdIn(walk: DerWalk): Uint8Array | undefined {
  const extensions = contextTag(3, true);
  if (!walk.is(extensions)) return undefined;
  walk.enter(extensions);
  walk.enter(TAG.sequence);
  while (!walk.isAtEnd) {
    walk.enter(TAG.sequence);
    const type = walk.take(TAG.oid);
    if (walk.is(TAG.boolean)) walk.skip(TAG.boolean);
    if (isSame(SUBJECT_KEY_IDENTIFIER, type))
      return new DerWalk(walk.take(TAG.octetString), WHAT).take(TAG.octetString);
    walk.leave();
  }
  return undefined;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
}
