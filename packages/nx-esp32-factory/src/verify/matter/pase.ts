import * as nodeCrypto from 'node:crypto';
import { type Finding, ITERATIONS_MAX } from 'nvs-core';
import { verifyErrors } from '../../errors';
import type { LevelOutcome } from '../report';
import { passcodeOf, type Subject } from '../subject';
import { reasonOf } from './notes';
import type { MatterStack } from './stack';

/** Compares the verifier with that of matter.js, and runs both sides of a key exchange: Matter Core Specification, 3.10. */
export async function checkPase(subject: Subject, { general }: MatterStack): Promise<LevelOutcome> {
  const { verifier, salt, iterations } = subject.device.commissioning;
  const known = passcodeOf(subject);
  if (verifier === undefined || salt === undefined || iterations === undefined || known === undefined)
    return { checked: [], findings: [] };
  const tooMany = checkIterationLimit(subject);
  if (tooMany.length > 0) return { checked: ['verifier'], findings: tooMany };
  const { Spake2p } = general;
  const crypto = new general.NodeJsStyleCrypto(nodeCrypto);
  const where = { file: subject.image.name, field: 'verifier' };
  const parameters = { iterations, salt: new Uint8Array(salt) };
  const actual = { w0: verifier.slice(0, W0_LENGTH), L: verifier.slice(W0_LENGTH) };
  const findings: Finding[] = [];
  try {
    const expected = await Spake2p.computeW0L(crypto, parameters, known.passcode);
    const parts = [
      ...(expected.w0 === numberOf(actual.w0) ? [] : ['w0']),
      ...(Buffer.compare(new Uint8Array(expected.L), actual.L) === 0 ? [] : ['L']),
    ];
    if (parts.length > 0) {
      const params = { part: parts.join(' and '), source: known.source, iterations, saltLength: salt.length };
      findings.push(verifyErrors.finding('verify.verifier-differs', params, where));
    }
    // The controller has the passcode, the device the verifier.
    const context = new Uint8Array(await crypto.computeHash([crypto.randomBytes(32)]));
    const { w0, w1 } = await Spake2p.computeW0W1(crypto, parameters, known.passcode);
    const controller = Spake2p.create(crypto, context, w0);
    const device = Spake2p.create(crypto, context, numberOf(actual.w0));
    const [X, Y] = [controller.computeX(), device.computeY()];
    const theirs = await device.computeSecretAndVerifiersFromX(actual.L, X, Y);
    const ours = await controller.computeSecretAndVerifiersFromY(w1, X, Y);
    const isAgreed = (['Ke', 'hAY', 'hBX'] as const).every(
      (name) => Buffer.compare(new Uint8Array(ours[name]), new Uint8Array(theirs[name])) === 0,
    );
    if (!isAgreed) {
      const params = { reason: 'the key confirmations differ' };
      findings.push(verifyErrors.finding('verify.pase-failed', params, where));
    }
  } catch (error) {
    findings.push(verifyErrors.finding('verify.pase-failed', { reason: reasonOf(error) }, where));
  }
  return { checked: ['verifier', 'key exchange'], findings };
}

/** Rejects an iteration count that would keep a controller busy for hours. */
export function checkIterationLimit({ device, image }: Subject): Finding[] {
  const { iterations = 0 } = device.commissioning;
  if (iterations <= ITERATIONS_MAX) return [];
  const params = { reason: `${iterations} iterations are more than ${ITERATIONS_MAX}` };
  const where = { file: image.name, field: 'iteration-count' };
  return [verifyErrors.finding('verify.pase-failed', params, where)];
}

const W0_LENGTH = 32;

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}
