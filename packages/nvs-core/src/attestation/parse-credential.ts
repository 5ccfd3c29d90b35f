/** Parses the credentials of a device for checkAttestation, or returns why they cannot be parsed. */
import { FactoryError } from '../errors/factory-error';
import { type Certificate, readCertificate } from './certificate';
import { type ParsedCd, readCertificationDeclaration } from './certification-declaration';
import { FORMAT_INVALID, UnreadableCredential } from './findings';
import { attestationResult, type ResultNumber } from './results';

/**
 * Parses a credential, PEM or DER, as commissioners do; for one that they cannot parse, returns its findings with the
 * attestation result: 303 for a DAC, 203 for a PAI (207 for none), 600 or 602 for a declaration.
 */
export function parseCredential(subject: 'dac' | 'pai', data: Uint8Array): Certificate | UnreadableCredential;
export function parseCredential(subject: 'cd', data: Uint8Array): ParsedCd | UnreadableCredential;
export function parseCredential(
  subject: 'dac' | 'pai' | 'cd',
  data: Uint8Array,
): Certificate | ParsedCd | UnreadableCredential {
  if (subject === 'cd') {
    const read = readCertificationDeclaration(data);
    return 'error' in read ? unreadable(subject, read.number, read.error) : read;
  }
  try {
    return readCertificate(data);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const isMissing = subject === 'pai' && data.length === 0;
    return unreadable(subject, isMissing ? 207 : FORMAT_INVALID[subject], error);
  }
}

function unreadable(
  subject: 'dac' | 'pai' | 'cd',
  number: ResultNumber,
  { findings }: FactoryError,
): UnreadableCredential {
  const result = attestationResult(number);
  return new UnreadableCredential(findings.map((finding) => ({ ...finding, subject, result })));
}
