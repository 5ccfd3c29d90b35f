/**
 * The envelope of a Certification Declaration as the SDK's commissioner reads it (CMS_ExtractKeyId and CMS_Verify of
 * src/credentials/CertificationDeclaration.cpp): laxer than DER in lengths, stricter in all that it does not expect.
 */
import { toHex } from '../bytes/text';
import { ECDSA_WITH_SHA256 } from './algorithms';
import { OID_DATA, OID_SIGNED_DATA } from './cms';
import { contextTag, TAG } from './der';
import { decodeOid } from './oid';

/** What the SDK takes from the envelope. */
export interface CommissionerCms {
  readonly keyId: Uint8Array;
  /** In DER, whatever it was like. */
  readonly signature: Uint8Array;
  /** Undefined if the SDK refuses the rest of the envelope: 602. */
  readonly content: Uint8Array | undefined;
}

interface Value {
  readonly tag: number;
  readonly content: Uint8Array;
}

class Unreadable extends Error {}

/** The values of a container, one after another; they may be longer than DER allows. */
class Values {
  #rest: Uint8Array;

  constructor(data: Uint8Array) {
    this.#rest = data;
  }

  /** The next value, with the tag if one is expected; the constructed bit counts only if `isExact`. */
  next(tag?: number, isExact = false): Value {
    const [actual, first] = this.#rest;
    if (actual === undefined || first === undefined || (actual & 0x1f) === 0x1f) throw new Unreadable();
    const lengthLength = first & 0x7f;
    const start = first < 0x80 ? 2 : 2 + lengthLength;
    if (first === 0x80 || (first > 0x80 && lengthLength > 4) || start > this.#rest.length)
      throw new Unreadable();
    const length =
      first < 0x80 ? first : this.#rest.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
    const end = start + length;
    if (end > this.#rest.length) throw new Unreadable();
    const same = isExact ? actual === tag : (actual & ~0x20) === ((tag ?? actual) & ~0x20);
    if (tag !== undefined && !same) throw new Unreadable();
    const content = this.#rest.subarray(start, end);
    this.#rest = this.#rest.subarray(end);
    return { tag: actual, content };
  }

  /** What `read` makes of the whole of a container. */
  within<T>(tag: number, read: (values: Values) => T): T {
    const values = new Values(this.next(tag, true).content);
    const result = read(values);
    if (values.#rest.length > 0) throw new Unreadable();
    return result;
  }

  /** An algorithm without parameters. */
  algorithm(dotted: string): void {
    this.within(TAG.sequence, (values) => values.oid(dotted));
  }

  oid(dotted: string): void {
    if (decodeOid(this.next(TAG.oid).content) !== dotted) throw new Unreadable();
  }

  version3(): void {
    const { content } = this.next(TAG.integer);
    if (content.length === 0 || content.length > 8 || Number(`0x${toHex(content)}`) !== 3)
      throw new Unreadable();
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** Undefined if the SDK finds no signer: 600. */
export function readCommissionerCms(der: Uint8Array): CommissionerCms | undefined {
  const body = <T>(read: (values: Values) => T, start: (values: Values) => void): T =>
    new Values(der).within(TAG.sequence, (outer) => {
      start(outer);
      return outer.within(contextTag(0, true), (wrapped) => wrapped.within(TAG.sequence, read));
    });
  const signer = attempt(() =>
    body(
      (values) => {
        for (let skipped = 0; skipped < 3; skipped++) values.next();
        return readSigner(values);
      },
      (outer) => void outer.next(),
    ),
  );
  if (signer === undefined) return undefined;
  const content = attempt(() =>
    body(
      (values) => {
        values.version3();
        values.within(TAG.set, (digests) => digests.algorithm(ECDSA_WITH_SHA256.digestOid));
        const data = values.within(TAG.sequence, (encapsulated) => {
          encapsulated.oid(OID_DATA);
          return encapsulated.within(contextTag(0, true), (wrapped) => wrapped.next(TAG.octetString).content);
        });
        readSigner(values);
        return data;
      },
      (outer) => outer.oid(OID_SIGNED_DATA),
    ),
  );
  return { ...signer, content };
}

function readSigner(body: Values): Pick<CommissionerCms, 'keyId' | 'signature'> {
  return body.within(TAG.set, (signers) =>
    signers.within(TAG.sequence, (values) => {
      values.version3();
      const keyId = values.next(contextTag(0, false)).content;
      values.algorithm(ECDSA_WITH_SHA256.digestOid);
      values.algorithm(ECDSA_WITH_SHA256.oid);
      return { keyId, signature: readSignature(values.next(TAG.octetString).content) };
    }),
  );
}

const SCALAR_LENGTH = 32;

/** EcdsaAsn1SignatureToRaw: two unsigned numbers, in a sequence that may go on after them. */
function readSignature(data: Uint8Array): Uint8Array {
  const [tag, length] = data;
  // Two numbers of 33 bytes need no longer length field, and a longer form must be needed.
  if (tag !== TAG.sequence || length === undefined || length >= 0x80 || length !== data.length - 2)
    throw new Unreadable();
  let rest = data.subarray(2);
  const numbers = [0, 1].map(() => {
    const [type, size] = rest;
    if (type !== TAG.integer || size === undefined || size === 0 || size > rest.length - 2)
      throw new Unreadable();
    const number = rest.subarray(2, 2 + size);
    rest = rest.subarray(2 + size);
    if (size > SCALAR_LENGTH + 1 || (size === SCALAR_LENGTH + 1 && number[0] !== 0)) throw new Unreadable();
    return encodeUnsigned(number);
  });
  const content = Buffer.concat(numbers);
  return Uint8Array.from([TAG.sequence, content.length, ...content]);
}

/** A DER INTEGER. */
function encodeUnsigned(number: Uint8Array): Uint8Array {
  const start = number.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? [0] : [...number.subarray(start)];
  const padded = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits;
  return Uint8Array.from([TAG.integer, padded.length, ...padded]);
}

/** Whether a signature is in DER, as the SDK's own form of it. */
export function isSignatureInDer(signature: Uint8Array, cms: CommissionerCms): boolean {
  return toHex(signature) === toHex(cms.signature);
}
