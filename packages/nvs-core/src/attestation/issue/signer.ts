/** Signers for issuing: a key in memory, or anything else that returns a signature of a digest. */
import { attestationErrors } from '../../errors/attestation';
import type { PublicKey } from '../algorithms';
import type { PrivateKey } from '../private-key';

/** A signer: a key file, or a hardware module or service that never exposes its key. */
export interface Signer extends PublicKey {
  /** The signature of a digest: for P-256, DER (Ecdsa-Sig-Value, RFC 3279) of a 32-byte SHA-256 digest. */
  sign(digest: Uint8Array): Promise<Uint8Array>;
}

/** A signer with a key in memory. */
export function keySigner({ algorithm, publicKey, raw }: PrivateKey): Signer {
  return { algorithm, publicKey, sign: (digest) => algorithm.signature.sign(digest, raw) };
}

/** Signs data and verifies the signature. Errors: attestation.signer-answer-invalid. */
export async function signWith(signer: Signer, data: Uint8Array): Promise<Uint8Array> {
  const { digest, verifyData } = signer.algorithm.signature;
  const signature = await signer.sign(digest(data));
  if (!verifyData(signature, data, signer.publicKey))
    throw attestationErrors.error('attestation.signer-answer-invalid', { length: signature.length });
  return signature;
}
