import { errorTable, row } from 'nvs-core/errors';

const PROTOCOL = 'a signer reads 32 bytes from its standard input and prints the signature, and nothing else';

/** No parameter here contains the arguments of a signer: people put PINs into them. */
export const signerErrors = errorTable({
  'signer.program-unusable': row<{ program: string; reason: string }>(
    (p) => `the signer ${p.program} cannot be run: ${p.reason}`,
    () =>
      'give the path of a program (or its name, if it is in PATH) and its arguments; no shell expands them',
  ),
  'signer.failed': row<{ program: string; status: string; errorOutput: string }>(
    (p) =>
      `the signer ${p.program} failed with ${p.status}${p.errorOutput === '' ? '' : `: ${p.errorOutput}`}`,
    () => 'run it by hand with 32 bytes on its standard input; nothing was written',
  ),
  'signer.timeout': row<{ program: string; seconds: number; errorOutput: string }>(
    (p) =>
      `the signer ${p.program} did not answer within ${p.seconds} seconds, and was stopped${p.errorOutput === '' ? '' : `: ${p.errorOutput}`}`,
    () => 'is it waiting for a PIN or a touch? a slow signer can be given more time',
  ),
  'signer.answer-malformed': row<{ program: string; answer: string }>(
    (p) =>
      `the signer ${p.program} answered ${p.answer}; a signature is DER (Ecdsa-Sig-Value) or 64 bytes (r and s)`,
    () => PROTOCOL,
  ),
});
