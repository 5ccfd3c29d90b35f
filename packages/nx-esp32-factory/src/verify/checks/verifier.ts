import { computeVerifier, decodeVerifier, FactoryError, type Finding } from 'nvs-core';
import { locate } from 'nvs-core/errors';
import { verifyErrors } from '../../errors';
import { passcodeOf, type Subject } from '../subject';

/** Compares the verifier with one computed from the passcode and the salt and iterations of the image. */
export function checkImageVerifier(subject: Subject): Finding[] {
  const { device, image } = subject;
  const { verifier, salt, iterations } = device.commissioning;
  const where = { file: image.name, field: 'verifier' };
  if (verifier === undefined) return [];
  const known = passcodeOf(subject);
  if (known === undefined) return [verifyErrors.finding('verify.no-passcode', {}, where, 'warning')];
  if (salt === undefined || iterations === undefined) return [];
  try {
    const expected = computeVerifier({ passcode: known.passcode, salt, iterations });
    const actual = decodeVerifier(verifier);
    const parts = [
      ...(Buffer.compare(actual.w0, expected.w0) === 0 ? [] : ['w0']),
      ...(Buffer.compare(actual.L, expected.L) === 0 ? [] : ['L']),
    ];
    if (parts.length === 0) return [];
    const params = { part: parts.join(' and '), source: known.source, iterations, saltLength: salt.length };
    return [verifyErrors.finding('verify.verifier-differs', params, where)];
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return error.findings.map((finding) => locate(finding, where));
  }
}
