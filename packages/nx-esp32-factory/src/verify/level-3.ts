/** Virtual commissioning: an independent controller pairs with a device that is made of the bytes of an image. */
import type { Finding } from 'nvs-core';
import { hex } from 'nvs-core/errors';
import { verifyErrors } from '../errors';
import { type Attribute, attributesOf } from './matter/attributes';
import { type CommissioningResult, commissionVirtually } from './matter/commissioning';
import type { VirtualDevice } from './matter/device';
import { attestationFindings } from './matter/notes';
import { checkIterationLimit } from './matter/pase';
import type { MatterStack } from './matter/stack';
import type { LevelOutcome } from './report';
import { idsOf, type Subject } from './subject';

/** Why a subject cannot be commissioned; undefined if it can. */
export function obstacleTo(subject: Subject): string | undefined {
  const { device, onboarding, paas } = subject;
  const missing = Object.entries(partsOf(subject)).flatMap(([name, part]) =>
    part === undefined ? [name] : [],
  );
  if (device.isInEfuse && device.dacKey === undefined)
    return 'the key of the DAC is in an eFuse block, where only the device can use it';
  if (missing.length > 0) return `the image has no ${missing.join(', ')}`;
  if (onboarding?.qrCode === undefined) return 'there is no QR code: keep onboarding.json next to the image';
  if (paas === undefined || paas.length === 0) return 'no trusted PAA is given: see attestation.trust.paa';
  return undefined;
}

/** Commissions a virtual device of the subject. */
export async function runLevel3(subject: Subject, stack: MatterStack): Promise<LevelOutcome> {
  const device = virtualDeviceOf(subject);
  const { onboarding, paas = [], cdSigners } = subject;
  if (device === undefined || onboarding?.qrCode === undefined) return { checked: [], findings: [] };
  const tooMany = checkIterationLimit(subject);
  if (tooMany.length > 0) return { checked: [], findings: tooMany };
  const expected = attributesOf(device);
  const result = await commissionVirtually(
    stack,
    device,
    { qrCode: onboarding.qrCode, paas, cdSigners },
    expected.map(({ id }) => id),
  );
  const differences =
    result.failure === undefined ? compareAttributes(expected, result.attributes, subject) : [];
  return {
    checked: [
      'commissioning',
      ...(result.failure === undefined ? [`${expected.length} attributes of Basic Information`] : []),
      `matter.js ${stack.version}`,
    ],
    findings: [...attestationFindings(result.notes, subject), ...failureOf(result, subject), ...differences],
  };
}

function partsOf(subject: Subject) {
  const { device } = subject;
  const { discriminator, iterations, salt, verifier } = device.commissioning;
  const { vendorId, productId } = idsOf(subject);
  return {
    discriminator,
    'iteration-count': iterations,
    salt,
    verifier,
    'dac-cert': device.dac,
    'dac-key': device.dacKey,
    'pai-cert': device.pai,
    'cert-dclrn': device.cd,
    'vendor-id': vendorId,
    'product-id': productId,
  };
}

export function virtualDeviceOf(subject: Subject): VirtualDevice | undefined {
  const { device } = subject;
  const { dac, pai, cd, dacKey, info, deviceType } = device;
  const { discriminator, iterations, salt, verifier } = device.commissioning;
  const { vendorId, productId } = idsOf(subject);
  if (discriminator === undefined || iterations === undefined || salt === undefined || verifier === undefined)
    return undefined;
  if (dac === undefined || pai === undefined || cd === undefined || dacKey === undefined) return undefined;
  if (vendorId === undefined || productId === undefined) return undefined;
  const commissioning = { discriminator, iterations, salt, verifier };
  return {
    ...commissioning,
    dac: dac.der,
    pai: pai.der,
    cd: cd.der,
    dacKey: dacKey.raw,
    vendorId,
    productId,
    info,
    deviceType,
  };
}

/** The failure of a commissioning, as a finding; notes already report rejected credentials. */
export function failureOf({ failure, notes }: CommissioningResult, subject: Subject): Finding[] {
  if (failure === undefined) return [];
  const file = subject.image.name;
  switch (failure.step) {
    case 'discovery': {
      const { discriminator } = failure;
      const where = { file, field: 'discriminator' };
      return [verifyErrors.finding('verify.device-not-found', { discriminator }, where)];
    }
    case 'pase':
      return [
        verifyErrors.finding('verify.pase-failed', { reason: failure.reason }, { file, field: 'verifier' }),
      ];
    case 'device':
      return [verifyErrors.finding('verify.device-failed', { reason: failure.reason }, { file })];
    case 'commissioning':
      // A note with the same reason has already been reported.
      return notes.some(({ level }) => level !== 'info')
        ? []
        : [verifyErrors.finding('verify.commissioning-failed', { reason: failure.reason }, { file })];
  }
}

/** What was read from the device and is not as the image has it. */
export function compareAttributes(
  expected: readonly Omit<Attribute, 'property'>[],
  read: ReadonlyMap<number, unknown>,
  { image }: Subject,
): Finding[] {
  return expected.flatMap(({ id, name, key, value }) => {
    const actual = read.get(id);
    if (shown(actual) === shown(value)) return [];
    const params = { attribute: `${name} (${hex(id)})`, key, image: shown(value), read: shown(actual) };
    return [verifyErrors.finding('verify.attribute-differs', params, { file: image.name, field: key })];
  });
}

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const { finish, primaryColor } = value as { finish?: unknown; primaryColor?: unknown };
  return JSON.stringify({ finish, primaryColor });
}
