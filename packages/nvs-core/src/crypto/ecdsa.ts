/**
 * ECDSA on P-256 (FIPS 186-5, SEC 1 version 2): keys are raw scalars and uncompressed points. Node's own ECDSA is not
 * deterministic, and takes no digest.
 */
import { createPublicKey, verify } from 'node:crypto';
import { isP256Point, isP256Scalar, P256_SCALAR_LENGTH } from './p256';
import type { RandomBytes } from './random';

/** Loaded when something is signed: most runs sign nothing. */
const loadCurve = async () => (await import('@noble/curves/nist.js')).p256;

/** A private scalar generated uniformly from `random`, by rejection sampling (FIPS 186-5, A.2.2). */
export function createP256PrivateKey(random: RandomBytes): Uint8Array {
  for (;;) {
    const candidate = random(P256_SCALAR_LENGTH);
    if (isP256Scalar(candidate)) return candidate;
  }
}

/** DER signature of a 32-byte digest, deterministic (RFC 6979). */
export async function signP256(digest: Uint8Array, privateKey: Uint8Array): Promise<Uint8Array> {
  const p256 = await loadCurve();
  return p256.sign(digest, privateKey, { prehash: false, lowS: false, format: 'der' });
}

/** The DER form of a signature of 64 bytes, r and s big-endian, as hardware modules return; undefined if malformed. */
export async function p256SignatureToDer(raw: Uint8Array): Promise<Uint8Array | undefined> {
  const p256 = await loadCurve();
  try {
    return p256.Signature.fromBytes(raw, 'compact').toBytes('der');
  } catch {
    return undefined;
  }
}

/** Whether a DER signature of a 32-byte digest verifies with the key; false for malformed signatures and keys. */
export async function verifyP256(
  signature: Uint8Array,
  digest: Uint8Array,
  publicKey: Uint8Array,
): Promise<boolean> {
  if (!isP256Point(publicKey) || digest.length !== 32) return false;
  const p256 = await loadCurve();
  try {
    return p256.verify(signature, digest, publicKey, { prehash: false, lowS: false, format: 'der' });
  } catch {
    return false;
  }
}

/** Whether a DER signature of `data` (by its SHA-256) verifies with the key; false for malformed input. */
export function verifyP256Data(signature: Uint8Array, data: Uint8Array, publicKey: Uint8Array): boolean {
  if (!isP256Point(publicKey)) return false;
  const [x, y] = [publicKey.subarray(1, 33), publicKey.subarray(33)].map((part) =>
    Buffer.from(part).toString('base64url'),
  );
  try {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
    return verify('sha256', data, { key, dsaEncoding: 'der' }, signature);
  } catch {
    return false;
  }
}
