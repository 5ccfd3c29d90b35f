/** Commissioning by the Matter SDK: its controller pairs over UDP with a device that is made of the bytes of an image. */
import type { Finding } from 'nvs-core';
import { verifyErrors } from '../errors';
import { credentialLocations } from './checks/attestation';
import { compareAttributes, virtualDeviceOf } from './level-3';
import { type Attribute, attributesOf } from './matter/attributes';
import { checkIterationLimit } from './matter/pase';
import type { LevelOutcome } from './report';
import { type Answer, commissionWithSdk, deviceProgram } from './sdk/commission';
import { encodeDeviceData } from './sdk/device-data';
import { SDK_VERSION } from './sdk/python';
import type { Subject } from './subject';

/** What level 4 runs. */
export interface SdkPrograms {
  /** A Python that has the SDK. */
  readonly python: string;
  /** Folders to resolve matter.js from. */
  readonly folders: readonly string[];
}

/** Of a commissioning, which takes about ten seconds on an idle machine: if the SDK hangs, CI must not. */
const TIME_LIMIT_SECONDS = 120;

/** Commissions a device of the subject. */
export async function runLevel4(subject: Subject, { python, folders }: SdkPrograms): Promise<LevelOutcome> {
  const device = virtualDeviceOf(subject);
  const { onboarding, paas = [] } = subject;
  if (device === undefined || onboarding?.qrCode === undefined) return { checked: [], findings: [] };
  const tooMany = checkIterationLimit(subject);
  if (tooMany.length > 0) return { checked: [], findings: tooMany };
  const expected = attributesOf(device);
  const answer = await commissionWithSdk(python, {
    device: deviceProgram(),
    deviceData: encodeDeviceData({ device, folders }),
    reads: folders,
    code: onboarding.qrCode,
    paas: paas.map(({ der }) => Buffer.from(der).toString('base64')),
    attributes: expected.map(({ id }) => id),
    seconds: TIME_LIMIT_SECONDS,
  });
  return {
    checked: [
      'commissioning',
      ...(answer.step === 'done' ? [`${expected.length} attributes of Basic Information`] : []),
      `Matter SDK ${SDK_VERSION}`,
    ],
    findings: answerFindings(answer, expected, subject),
  };
}

/** How a commissioning ended, as findings. */
export function answerFindings(answer: Answer, expected: readonly Attribute[], subject: Subject): Finding[] {
  const file = subject.image.name;
  switch (answer.step) {
    case 'done':
      return compareAttributes(expected, new Map(answer.attributes), subject);
    case 'pase': {
      const { reason } = answer;
      return [verifyErrors.finding('verify.pase-failed', { reason }, { file, field: 'verifier' })];
    }
    case 'device':
      return [verifyErrors.finding('verify.device-failed', { reason: answer.reason }, { file })];
    case 'refused': {
      const { number, reason } = answer;
      return [verifyErrors.finding('verify.sdk-refused', { number, reason }, locationOf(number, subject))];
    }
    case 'not-found': {
      const discriminator = subject.onboarding?.qr?.discriminator ?? 0;
      const where = { file, field: 'discriminator' };
      return [verifyErrors.finding('verify.device-not-found', { discriminator }, where)];
    }
    case 'commissioning':
      return [verifyErrors.finding('verify.commissioning-failed', { reason: answer.reason }, { file })];
    case 'network':
      return [verifyErrors.finding('verify.sdk-network', { reason: answer.reason })];
    case 'sdk':
      return [verifyErrors.finding('verify.sdk-failed', { reason: answer.reason })];
    case 'crash':
      return [verifyErrors.finding('verify.sdk-crashed', { signal: answer.signal }, { file })];
    case 'time':
      return [verifyErrors.finding('verify.sdk-time', { seconds: TIME_LIMIT_SECONDS }, { file })];
  }
}

/** The credential that an attestation result is about. */
function locationOf(number: number, subject: Subject) {
  const { paa, pai, dac, config, cd } = credentialLocations(subject);
  return { 1: paa, 2: pai, 4: config, 6: cd }[Math.floor(number / 100)] ?? dac;
}
