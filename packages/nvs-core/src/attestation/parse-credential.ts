/** Parses the credentials of a device for checkAttestation, or returns why they cannot be parsed. */
import { FactoryError } from '../errors/factory-error';
import { type Certificate, parseAnyCertificate } from './certificate';
import { type ParsedCd, parseCertificationDeclaration } from './certification-declaration';
import { FORMAT_INVALID, UnreadableCredential } from './findings';
import { attestationResult } from './results';

/** Attestation results for credentials that cannot be parsed. */
const NOT_PARSED = { dac: FORMAT_INVALID.dac, pai: FORMAT_INVALID.pai, cd: 600 } as const;

/**
 * Parses a credential, PEM or DER; for one that cannot be parsed, returns its findings with the attestation result: 303
 * for a DAC, 203 for a PAI, 600 for a declaration.
 */
export function parseCredential(subject: 'dac' | 'pai', data: Uint8Array): Certificate | UnreadableCredential;
export function parseCredential(subject: 'cd', data: Uint8Array): ParsedCd | UnreadableCredential;
export function parseCredential(
  subject: 'dac' | 'pai' | 'cd',
  data: Uint8Array,
): Certificate | ParsedCd | UnreadableCredential {
  try {
    return subject === 'cd' ? parseCertificationDeclaration(data) : parseAnyCertificate(data);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const result = attestationResult(NOT_PARSED[subject]);
    return new UnreadableCredential(error.findings.map((finding) => ({ ...finding, subject, result })));
  }
}
