import type { Finding, Where } from 'nvs-core';
import { verifyErrors } from '../../errors';
import { credentialLocations } from '../checks/attestation';
import type { Subject } from '../subject';
import type { AttestationNote } from './stack';

/** The notes of matter.js on the attestation, as findings at the credential that they name first. */
export function attestationFindings(notes: readonly AttestationNote[], subject: Subject): Finding[] {
  return notes.map(({ level, type, message }) => {
    const params = { check: type, reason: message };
    const where = locationOf(message, subject);
    return level === 'info'
      ? verifyErrors.finding('verify.attestation-note', params, where, 'info')
      : verifyErrors.finding('verify.attestation-refused', params, where);
  });
}

const SUBJECTS = [
  [/^(PAA|.*trust store)/, 'paa'],
  [/^(CD|Certification Declaration)/, 'cd'],
  [/^(PAI|Product Attestation)/, 'pai'],
  [/^(DAC|Device Attestation|Attestation)/, 'dac'],
] as const;

function locationOf(message: string, subject: Subject): Where {
  const locations = credentialLocations(subject);
  const [, role = 'dac'] = SUBJECTS.find(([pattern]) => pattern.test(message)) ?? [];
  return locations[role];
}

/** The message of an error of matter.js, with those of its causes. */
export function reasonOf(error: unknown): string {
  if (!isErrorLike(error)) return String(error);
  const { cause, errors } = error as { cause?: unknown; errors?: unknown };
  const text = withoutEnd(error.message);
  const inner = [...(Array.isArray(errors) ? (errors as unknown[]) : []), cause].filter(isErrorLike);
  const reasons = inner.map(reasonOf).filter((reason) => !text.includes(reason));
  return reasons.length === 0 ? text : `${text}: ${[...new Set(reasons)].join('; ')}`;
}

/** The text without the full stop, the colon and the space at its end. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s.:]/.test(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}

function isErrorLike(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value;
}
