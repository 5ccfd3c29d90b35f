import { assertPasscode, within } from 'nvs-core';
import { verifyErrors } from '../errors';
import { readInput } from '../files';

/**
 * The passcode that a reference leads to, "env:NAME" or "file:PATH": never the passcode itself.
 * Errors: verify.passcode-reference, files.*, commissioning.passcode-*.
 */
export function readPasscode(reference: string, env: Readonly<Record<string, string | undefined>>): number {
  const [, kind, name = ''] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  // What is no reference may be the passcode itself, and stays out of the message.
  const refuse = (what: string) => verifyErrors.error('verify.passcode-reference', { reference: what });
  if (kind === undefined) throw refuse('--passcode-from');
  const text = kind === 'env' ? (env[name] ?? '') : new TextDecoder().decode(readInput(name, 1024));
  if (!/^\d{1,8}$/.test(text.trim())) throw refuse(reference);
  return within({ field: reference }, () => assertPasscode(Number(text.trim())));
}
