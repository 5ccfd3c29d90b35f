import { assertPasscode } from 'nvs-core';
import { within } from 'nvs-core/errors';
import { verifyErrors } from '../errors';
import { INPUT_LIMIT, readArgument } from '../files';

const ENV_NAME = /^[A-Za-z_]\w*$/;

/**
 * The passcode of a reference, "env:NAME" or "file:PATH"; the passcode itself is not accepted.
 * Errors: verify.passcode-reference, files.*, commissioning.passcode-*.
 */
export function readPasscode(reference: string, env: Readonly<Record<string, string | undefined>>): number {
  const [, kind, name = ''] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  // A malformed reference may be the passcode itself, so it must not be in the message.
  const invalid = (shown: string) => verifyErrors.error('verify.passcode-reference', { reference: shown });
  if (kind === undefined || (kind === 'env' && !ENV_NAME.test(name))) throw invalid('--passcode-from');
  const text =
    kind === 'env' ? (env[name] ?? '') : new TextDecoder().decode(readArgument(name, INPUT_LIMIT.passcode));
  if (!/^\d{1,8}$/.test(text.trim())) throw invalid(reference);
  return within({ field: reference }, () => assertPasscode(Number(text.trim())));
}
