/**
 * What the project graph asks of Certification Declarations, hundreds of them: it is read where it stands, and the rest
 * is judged by who reads the whole (certification-declaration.ts). Matter Core specification, 6.3 and appendix A.
 */
import { attestationErrors } from '../errors';
import { readBlock } from './credential-file';
import { contextTag, TAG } from './der';
import { DerWalk } from './der-walk';
import { END_OF_CONTAINER } from './tlv';

/** What a declaration says of whose it is. */
export interface DeclarationClaims {
  readonly vendorId: number | undefined;
  readonly dacOriginVendorId: number | undefined;
  readonly certificationType: number | undefined;
  /** Subject key identifiers of the keys that it names as its signers; undefined for one that is named otherwise. */
  readonly signerKeyIds: readonly (Uint8Array | undefined)[];
}

const WHAT = 'certification declaration';
const TAGS = { vendorId: 1, certificationType: 8, dacOriginVendorId: 9 } as const;

/** Errors: those of readBlock; attestation.der-malformed and structure-invalid as far as it is read. */
export function readDeclarationClaims(data: Uint8Array): DeclarationClaims {
  const walk = new DerWalk(readBlock(data, WHAT).der, WHAT);
  walk.enter(TAG.sequence, 'the outermost value');
  walk.skip(TAG.oid, 'the content type');
  walk.enter(contextTag(0, true), 'the signed data');
  walk.enter(TAG.sequence, 'the signed data');
  walk.skip(TAG.integer, 'the CMS version');
  walk.skip(TAG.set, 'the list of digest algorithms');
  walk.enter(TAG.sequence, 'the content');
  walk.skip(TAG.oid, 'the type of the content');
  walk.enter(contextTag(0, true), 'the content');
  const content = walk.take(TAG.octetString, 'the content');
  walk.leave();
  walk.leave();
  const signerKeyIds: (Uint8Array | undefined)[] = [];
  walk.enter(TAG.set, 'the list of signers');
  while (!walk.isAtEnd) {
    walk.enter(TAG.sequence, 'a signer');
    walk.skip(TAG.integer, "the signer's version");
    const keyId = contextTag(0, false);
    signerKeyIds.push(walk.is(keyId) ? walk.take(keyId, "the signer's name") : undefined);
    walk.leave();
  }
  const numbers = readNumbers(content);
  return {
    vendorId: numbers[TAGS.vendorId],
    dacOriginVendorId: numbers[TAGS.dacOriginVendorId],
    certificationType: numbers[TAGS.certificationType],
    signerKeyIds,
  };
}

const CONTEXT = 1;

/** The unsigned numbers of a TLV structure by their context tags; those in other containers are left out. */
function readNumbers(data: Uint8Array): readonly (number | undefined)[] {
  const numbers: (number | undefined)[] = [];
  let depth = 0;
  for (let offset = 0; offset < data.length; ) {
    const control = data[offset] ?? 0;
    const form = control >> 5;
    const type = control & 0x1f;
    const tag = data[offset + 1] ?? 0;
    // Tags of profiles stand in no declaration.
    if (form > CONTEXT) break;
    offset += 1 + form;
    const width = 2 ** (type & 3);
    if (type <= 0x07) {
      const isUnsigned = type >= 0x04;
      if (isUnsigned && depth === 1 && form === CONTEXT) numbers[tag] ??= littleEndian(data, offset, width);
      offset += width;
    } else if (type === 0x0a || type === 0x0b) {
      offset += type === 0x0a ? 4 : 8;
    } else if (type >= 0x0c && type <= 0x13) {
      offset += width + littleEndian(data, offset, width);
    } else if (type >= 0x15 && type <= 0x17) {
      depth++;
    } else if (type === END_OF_CONTAINER) {
      depth--;
      if (depth <= 0) return numbers;
    } else if (type > END_OF_CONTAINER) {
      break;
    }
  }
  throw attestationErrors.error('attestation.structure-invalid', {
    what: WHAT,
    reason: 'its TLV is malformed',
  });
}

function littleEndian(data: Uint8Array, offset: number, length: number): number {
  let value = 0;
  for (let index = length - 1; index >= 0; index--) value = value * 256 + (data[offset + index] ?? 0);
  return value;
}
