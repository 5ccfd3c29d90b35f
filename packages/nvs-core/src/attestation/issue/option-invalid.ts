import { attestationErrors } from '../../errors/attestation';

/** The error for an invalid option of an issuing function. */
export function optionInvalid(option: string, reason: string) {
  return attestationErrors.error('attestation.issue-option-invalid', { option, reason });
}
