import { errorTable, row } from 'nvs-core';

const PROTOCOL = 'a signer reads 32 bytes on its standard input and answers the signature, and nothing else';

/** Arguments of a signer stay out of every parameter here: people put PINs into them. */
export const signerErrors = errorTable({
  'signer.program-unusable': row<{ program: string; reason: string }>(
    (p) => `the signer ${p.program} cannot be run: ${p.reason}`,
    () =>
      'give the path of a program (or its name, where it is in PATH) and its arguments; no shell reads them',
  ),
  'signer.failed': row<{ program: string; status: string; said: string }>(
    (p) => `the signer ${p.program} failed with ${p.status}${p.said === '' ? '' : `: ${p.said}`}`,
    () => 'run it by hand with 32 bytes on its standard input; nothing was written',
  ),
  'signer.timeout': row<{ program: string; seconds: number; said: string }>(
    (p) =>
      `the signer ${p.program} gave no answer within ${p.seconds} seconds, and was ended${p.said === '' ? '' : `: ${p.said}`}`,
    () => 'does it wait for a PIN or a touch? a slow signer can be given more time',
  ),
  'signer.answer-malformed': row<{ program: string; answer: string }>(
    (p) =>
      `the signer ${p.program} answered ${p.answer}; a signature is DER (Ecdsa-Sig-Value) or 64 bytes (r and s)`,
    () => PROTOCOL,
  ),
});
