/** The verdict of the Matter SDK on sets of credentials: its DefaultDACVerifier, called by attestation.py. */
import type { CredentialSet } from './credentials';
import { askSdk, base64 } from './driver';

/**
 * A number of AttestationVerificationResult for each set, 0 if the SDK accepts it; below zero, the signal that ended the
 * SDK: -11 if it crashed, -14 at the time limit.
 */
export async function sdkVerdicts(sets: readonly CredentialSet[]): Promise<number[]> {
  const questions = sets.map(({ paas, pai, dac, cd, key, ...ids }) => ({
    ...ids,
    paas: paas.map(base64),
    pai: pai === undefined ? null : base64(pai),
    dac: base64(dac),
    cd: base64(cd),
    key: base64(key),
  }));
  return (await askSdk('attestation.py', questions)).map(Number);
}
