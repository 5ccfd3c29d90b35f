/**
 * The SPAKE2+ verifier that a device stores instead of its passcode: Matter Core Specification, sections 3.9
 * (PBKDF), 3.10 (w0, w1, L) and 5.1.6.2.
 */
import {
  isP256Point,
  isP256Scalar,
  P256_SCALAR_LENGTH,
  p256MultiplyBase,
  p256ReduceScalar,
} from '../crypto/p256';
import { pbkdf2Sha256, pbkdf2Sha256Async } from '../crypto/pbkdf2';
import { type RandomBytes, randomBytes } from '../crypto/random';
import { commissioningErrors } from '../errors/commissioning';
import { assertPasscode } from './passcode';

export const SALT_MIN_LENGTH = 16;
export const SALT_MAX_LENGTH = 32;
export const ITERATIONS_MIN = 1000;
export const ITERATIONS_MAX = 100000;
export const VERIFIER_LENGTH = 97;

/** CRYPTO_GROUP_SIZE_BYTES + 8: the length of w0s and of w1s, before they are reduced. */
const WS_LENGTH = 40;

/** A passcode with its PBKDF2 parameters. */
export interface VerifierInput {
  readonly passcode: number;
  /** 16 to 32 bytes. */
  readonly salt: Uint8Array;
  /** 1000 to 100000. */
  readonly iterations: number;
}

export interface Verifier {
  /** 32 bytes, big-endian, below the order of P-256. */
  readonly w0: Uint8Array;
  /** Uncompressed point of P-256, 65 bytes. */
  readonly L: Uint8Array;
  /** w0 and L, 97 bytes: the form in factory data. */
  readonly bytes: Uint8Array;
}

/** The salt, if it is 16 to 32 bytes long. Errors: commissioning.salt-length. */
export function assertSalt(salt: Uint8Array): Uint8Array {
  if (salt.length < SALT_MIN_LENGTH || salt.length > SALT_MAX_LENGTH) {
    throw commissioningErrors.error('commissioning.salt-length', { length: salt.length });
  }
  return salt;
}

/** A random salt of `length` bytes, 16 to 32. Errors: commissioning.salt-length. */
export function generateSalt(random: RandomBytes = randomBytes, length = SALT_MAX_LENGTH): Uint8Array {
  return assertSalt(random(length));
}

/** The iteration count, if it is 1000 to 100000. Errors: commissioning.iterations-out-of-range. */
export function assertIterations(iterations: number): number {
  if (!Number.isInteger(iterations) || iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
    throw commissioningErrors.error('commissioning.iterations-out-of-range', { value: iterations });
  }
  return iterations;
}

/**
 * The verifier of a passcode.
 * Errors: commissioning.passcode-out-of-range, .passcode-forbidden, .salt-length, .iterations-out-of-range.
 */
export function computeVerifier(input: VerifierInput): Verifier {
  return verifierOf(pbkdf2Sha256(...pbkdf2Arguments(input)));
}

/** The verifier of a passcode, with PBKDF2 on another thread. Errors: those of computeVerifier. */
export async function computeVerifierAsync(input: VerifierInput): Promise<Verifier> {
  return verifierOf(await pbkdf2Sha256Async(...pbkdf2Arguments(input)));
}

/** The arguments of PBKDF2: the password is the passcode, 4 bytes, little-endian. */
function pbkdf2Arguments(input: VerifierInput) {
  const password = new Uint8Array(4);
  new DataView(password.buffer).setUint32(0, assertPasscode(input.passcode), true);
  return [password, assertSalt(input.salt), assertIterations(input.iterations), 2 * WS_LENGTH] as const;
}

function verifierOf(ws: Uint8Array): Verifier {
  const w0 = p256ReduceScalar(ws.subarray(0, WS_LENGTH));
  const L = p256MultiplyBase(p256ReduceScalar(ws.subarray(WS_LENGTH)));
  return { w0, L, bytes: Uint8Array.from([...w0, ...L]) };
}

/**
 * w0 and L of a stored verifier of 97 bytes.
 * Errors: commissioning.verifier-length, .verifier-w0-out-of-range, .verifier-point-invalid.
 */
export function decodeVerifier(bytes: Uint8Array): Verifier {
  if (bytes.length !== VERIFIER_LENGTH) {
    throw commissioningErrors.error('commissioning.verifier-length', { length: bytes.length });
  }
  const w0 = bytes.slice(0, P256_SCALAR_LENGTH);
  const L = bytes.slice(P256_SCALAR_LENGTH);
  if (!isP256Scalar(w0)) throw commissioningErrors.error('commissioning.verifier-w0-out-of-range', {});
  if (!isP256Point(L)) {
    const reason = L[0] === 0x04 ? 'it is not on the curve' : 'it does not begin with 04';
    throw commissioningErrors.error('commissioning.verifier-point-invalid', { reason });
  }
  return { w0, L, bytes: Uint8Array.from(bytes) };
}

/** The verifier of 97 bytes, if it is well formed. Errors: those of decodeVerifier. */
export function assertVerifier(bytes: Uint8Array): Uint8Array {
  decodeVerifier(bytes);
  return bytes;
}

/**
 * The verifier, if it belongs to this passcode, salt and iteration count.
 * Errors: commissioning.verifier-mismatch, and those of decodeVerifier and computeVerifier.
 */
export function assertVerifierMatches(verifier: Uint8Array, input: VerifierInput): Uint8Array {
  decodeVerifier(verifier);
  if (Buffer.compare(computeVerifier(input).bytes, verifier) !== 0) {
    throw commissioningErrors.error('commissioning.verifier-mismatch', {});
  }
  return verifier;
}
