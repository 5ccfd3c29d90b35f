/** ECDSA on P-256 (FIPS 186-5, SEC 1 version 2): keys are raw scalars and uncompressed points. */
import { toHex } from '../bytes';
import type { RandomBytes } from './random';

/** Loaded at the first signature: most commands need none, and it costs a tenth of their start. */
const curve = () => (require('@noble/curves/nist.js') as typeof import('@noble/curves/nist.js')).p256;

/** Length of a private scalar in bytes. */
export const P256_PRIVATE_KEY_LENGTH = 32;
/** Length of an uncompressed point in bytes. */
export const P256_PUBLIC_KEY_LENGTH = 65;

/** The uncompressed point (65 bytes) of a private scalar (32 bytes). */
export function p256PublicKey(privateKey: Uint8Array): Uint8Array {
  return curve().getPublicKey(privateKey, false);
}

/** Whether 32 bytes are a scalar of 1..n-1. */
export function isP256PrivateKey(privateKey: Uint8Array): boolean {
  return privateKey.length === P256_PRIVATE_KEY_LENGTH && curve().utils.isValidSecretKey(privateKey);
}

/** Whether 65 bytes are an uncompressed point on the curve. */
export function isP256PublicKey(publicKey: Uint8Array): boolean {
  return publicKey.length === P256_PUBLIC_KEY_LENGTH && curve().utils.isValidPublicKey(publicKey, false);
}

/** A private scalar drawn from `random`, uniformly by rejection (FIPS 186-5, A.2.2). */
export function createP256PrivateKey(random: RandomBytes): Uint8Array {
  for (;;) {
    const candidate = random(P256_PRIVATE_KEY_LENGTH);
    if (isP256PrivateKey(candidate)) return candidate;
  }
}

/** DER signature of a 32-byte digest, deterministic (RFC 6979). */
export function signP256(digest: Uint8Array, privateKey: Uint8Array): Uint8Array {
  return curve().sign(digest, privateKey, { prehash: false, lowS: false, format: 'der' });
}

/** The DER form of a signature of 64 bytes, r and s big-endian, as hardware modules answer; undefined for others. */
export function p256SignatureToDer(raw: Uint8Array): Uint8Array | undefined {
  try {
    return curve().Signature.fromBytes(raw, 'compact').toBytes('der');
  } catch {
    return undefined;
  }
}

/**
 * A batch checks the same PAI, PAA and declaration for every device, and a check costs milliseconds: the last
 * signatures that were found good are remembered.
 */
const good = new Set<string>();
const GOOD_LIMIT = 64;

/** Whether a DER signature of a 32-byte digest is that key's; malformed signatures and keys are false. */
export function verifyP256(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  if (!isP256PublicKey(publicKey) || digest.length !== 32) return false;
  const id = [signature, digest, publicKey].map(toHex).join();
  if (good.has(id)) return true;
  try {
    if (!curve().verify(signature, digest, publicKey, { prehash: false, lowS: false, format: 'der' }))
      return false;
  } catch {
    return false;
  }
  if (good.size === GOOD_LIMIT) good.delete(good.values().next().value ?? '');
  good.add(id);
  return true;
}
