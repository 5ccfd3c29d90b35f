/** The verdicts on a set of credentials: of the Matter SDK's DefaultDACVerifier, and of ours. */
import {
  type Certificate,
  checkAttestation,
  FactoryError,
  parseCertificates,
  parseCredential,
} from 'nvs-core';
import { askSdk, base64 } from './driver';

/** What a device presents, and the commissioner's PAAs; certificates and the CD as DER. */
export interface CredentialSet {
  readonly paas: readonly Uint8Array[];
  readonly pai: Uint8Array | null;
  readonly dac: Uint8Array;
  readonly cd: Uint8Array;
  /** Signs the attestation elements. */
  readonly dacKey: { readonly raw: Uint8Array; readonly publicKey: Uint8Array };
  readonly vendorId: number;
  readonly productId: number;
}

/**
 * A number of AttestationVerificationResult for each set, 0 if the SDK accepts it; below zero, the signal that ended the
 * SDK: -11 if it crashed, -14 at the time limit.
 */
export async function sdkVerdicts(sets: readonly CredentialSet[]): Promise<number[]> {
  const questions = sets.map(({ paas, pai, dac, cd, dacKey, ...ids }) => ({
    ...ids,
    paas: paas.map(base64),
    pai: pai === null ? null : base64(pai),
    dac: base64(dac),
    cd: base64(cd),
    key: base64(dacKey.raw),
  }));
  return (await askSdk('attestation.py', questions)).map(Number);
}

/** The number that `attestation check` prints first, 0 if it accepts the set; with the codes of its findings. */
export function ourVerdict(set: CredentialSet): { readonly number: number; readonly codes: string } {
  const { paas, pai, dac, cd, dacKey, vendorId, productId } = set;
  const { isAccepted, attestationResult, findings } = checkAttestation({
    dac: parseCredential('dac', dac),
    pai: parseCredential('pai', pai ?? new Uint8Array()),
    cd: parseCredential('cd', cd),
    // As in a trust store of files.
    paaTrustStore: paas.flatMap(readablePaas),
    dacKey,
    vendorId,
    productId,
    at: new Date(),
  });
  return {
    number: isAccepted ? 0 : (attestationResult?.number ?? Number.NaN),
    codes: findings.map(({ code, severity }) => `${code} (${severity})`).join(', '),
  };
}

function readablePaas(der: Uint8Array): readonly Certificate[] {
  try {
    return parseCertificates(der);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return [];
  }
}
