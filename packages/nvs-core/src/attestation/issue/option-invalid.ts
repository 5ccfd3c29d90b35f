import { attestationErrors } from '../../errors';

/** An option of what is to be issued that cannot be used. */
export function optionInvalid(option: string, reason: string) {
  return attestationErrors.error('attestation.issue-option-invalid', { option, reason });
}
