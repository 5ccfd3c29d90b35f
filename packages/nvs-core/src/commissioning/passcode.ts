/** Setup passcode and discriminator: Matter Core Specification, sections 5.1.1.5, 5.1.1.6 and 5.1.6.1. */
import { type RandomBytes, randomBelow, randomBytes } from '../crypto/random';
import { commissioningErrors } from '../errors/commissioning';

export const PASSCODE_MIN = 1;
export const PASSCODE_MAX = 99999998;
export const DISCRIMINATOR_MAX = 0xfff;

/** Passcodes within the range that the specification forbids as trivial, in ascending order. */
export const FORBIDDEN_PASSCODES: readonly number[] = [
  11111111, 12345678, 22222222, 33333333, 44444444, 55555555, 66666666, 77777777, 87654321, 88888888,
];

/**
 * The passcode, if it is a whole number from 1 to 99999998 and not a trivial one.
 * Errors: commissioning.passcode-out-of-range, commissioning.passcode-forbidden.
 */
export function assertPasscode(passcode: number): number {
  if (!Number.isInteger(passcode) || passcode < PASSCODE_MIN || passcode > PASSCODE_MAX) {
    throw commissioningErrors.error('commissioning.passcode-out-of-range', {});
  }
  if (FORBIDDEN_PASSCODES.includes(passcode)) {
    throw commissioningErrors.error('commissioning.passcode-forbidden', {});
  }
  return passcode;
}

/** A random passcode, uniform over the allowed ones. */
export function generatePasscode(random: RandomBytes = randomBytes): number {
  const allowed = PASSCODE_MAX - PASSCODE_MIN + 1 - FORBIDDEN_PASSCODES.length;
  let passcode = PASSCODE_MIN + randomBelow(allowed, random);
  // The random number is an index into the allowed ones: each forbidden one at or below it moves it up by one.
  for (const forbidden of FORBIDDEN_PASSCODES) if (passcode >= forbidden) passcode++;
  return passcode;
}

/** The discriminator, if it is a whole number from 0 to 4095. Errors: commissioning.discriminator-out-of-range. */
export function assertDiscriminator(discriminator: number): number {
  if (!Number.isInteger(discriminator) || discriminator < 0 || discriminator > DISCRIMINATOR_MAX) {
    throw commissioningErrors.error('commissioning.discriminator-out-of-range', { value: discriminator });
  }
  return discriminator;
}

/** A random discriminator, uniform from 0 to 4095. */
export function generateDiscriminator(random: RandomBytes = randomBytes): number {
  return randomBelow(DISCRIMINATOR_MAX + 1, random);
}
