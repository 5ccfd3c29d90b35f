/** Points and scalars of P-256: SEC 2, section 2.4.2; encodings of SEC 1, sections 2.3.3 to 2.3.8. */
import { createECDH, ECDH } from 'node:crypto';

/** OpenSSL's name for the curve. */
const CURVE = 'prime256v1';

/** Length of a scalar, big-endian. */
export const P256_SCALAR_LENGTH = 32;

/** Length of an uncompressed point: 04, x, y. */
export const P256_POINT_LENGTH = 65;

/** The order n of P-256's base point G (SEC 2, section 2.4.2). */
export const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A big-endian number of any length modulo n, as a scalar of 32 bytes. */
export function p256ReduceScalar(data: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.from((bigEndian(data) % P256_ORDER).toString(16).padStart(64, '0'), 'hex'));
}

/** Whether `data` is a scalar of 32 bytes in 1 to n - 1, as private keys are. */
export function isP256Scalar(data: Uint8Array): boolean {
  if (data.length !== P256_SCALAR_LENGTH) return false;
  const value = bigEndian(data);
  return value > 0n && value < P256_ORDER;
}

/** Whether `data` is an uncompressed point (65 bytes, 04 first) on the curve. */
export function isP256Point(data: Uint8Array): boolean {
  if (data.length !== P256_POINT_LENGTH || data[0] !== 0x04) return false;
  try {
    ECDH.convertKey(data, CURVE);
    return true;
  } catch {
    return false;
  }
}

/** The uncompressed form of a compressed point (33 bytes, 02 or 03 first); undefined for anything else. */
export function p256Decompress(data: Uint8Array): Uint8Array | undefined {
  if (data.length !== 1 + P256_SCALAR_LENGTH || (data[0] !== 0x02 && data[0] !== 0x03)) return undefined;
  try {
    return Uint8Array.from(ECDH.convertKey(data, CURVE, undefined, undefined, 'uncompressed') as Buffer);
  } catch {
    return undefined;
  }
}

/** scalar * G as an uncompressed point of 65 bytes; the scalar is 32 bytes in 1 to n - 1. */
export function p256MultiplyBase(scalar: Uint8Array): Uint8Array {
  const pair = createECDH(CURVE);
  pair.setPrivateKey(scalar);
  return Uint8Array.from(pair.getPublicKey());
}

function bigEndian(data: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')}`);
}
