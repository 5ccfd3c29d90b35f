/** Our verdict on a set of credentials, and whether a difference from the SDK's is a known one. */
import {
  type AttestationFinding,
  type Certificate,
  checkAttestation,
  createPrivateKey,
  FactoryError,
  parseCertificates,
  parseCredential,
} from 'nvs-core';
import type { CredentialSet } from './credentials';
import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences';

export interface OurVerdict {
  /** The attestation result, 0 if there is none. */
  readonly number: number;
  /** Errors of ours: a commissioner refuses the device, or may. */
  readonly errors: readonly AttestationFinding[];
}

/** Our verdict at the time `at`; as the SDK's trust store does, it leaves out files that are no certificate. */
export function ourVerdict({ paas, pai, dac, cd, key, ...ids }: CredentialSet, at: Date): OurVerdict {
  const { findings, attestationResult } = checkAttestation({
    dac: parseCredential('dac', dac),
    pai: parseCredential('pai', pai ?? new Uint8Array()),
    cd: parseCredential('cd', cd),
    paaTrustStore: paas.flatMap(readable),
    dacKey: createPrivateKey(key),
    ...ids,
    at,
  });
  const errors = findings.filter(({ severity }) => severity === 'error');
  return { number: attestationResult?.number ?? 0, errors };
}

function readable(paa: Uint8Array): Certificate[] {
  try {
    return parseCertificates(paa);
  } catch (error) {
    if (error instanceof FactoryError) return [];
    throw error;
  }
}

/**
 * The rows that explain a difference, of which there is at least one; undefined if our verdict is the SDK's; a text if it
 * is neither.
 */
export function explain(
  name: string,
  sdk: number,
  { number, errors }: OurVerdict,
): readonly KnownDifference[] | undefined | string {
  const text = `${name}: the SDK ${sdk}, ours ${number} ${errors.map(({ code }) => code).join(', ')}`;
  if (sdk === number && (sdk !== 0 || errors.length === 0)) return undefined;
  const named = KNOWN_DIFFERENCES.filter(({ names }) => names?.test(name) === true);
  if (named.length > 0) return named.every(({ kind }) => kind !== 'crash' || sdk < 0) ? named : text;
  if (sdk !== 0 || number !== 0) return text;
  const rows = errors.map(({ code, subject, isStricter }) =>
    KNOWN_DIFFERENCES.find(
      (row) => isStricter === true && row.code === code && row.subjects?.includes(subject) !== false,
    ),
  );
  return rows.every((row) => row !== undefined) ? rows : text;
}
