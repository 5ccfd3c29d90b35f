import {
  assertVerifierMatches,
  computeVerifierAsync,
  factoryField,
  generateDiscriminator,
  generatePasscode,
  generateSalt,
  type RandomBytes,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import type { Dynamic, Random, ResolvedFactoryConfig } from '../config';

const UNIQUE_ID_LENGTH = factoryField('rotatingDeviceIdUniqueId').kind.max;
const SERIAL_NUMBER_LENGTH = 8;

/** The values that are unique to one device, set by the config or generated. */
export interface DeviceValues {
  /** Undefined if the firmware generates its own. */
  readonly passcode: number | undefined;
  readonly discriminator: number;
  readonly salt: Uint8Array | undefined;
  readonly verifier: Uint8Array | undefined;
  readonly serialNumber: string | undefined;
  readonly rotatingDeviceIdUniqueId: Uint8Array | undefined;
}

/** The values before the verifier is computed from them. */
export type GeneratedValues = Omit<DeviceValues, 'verifier'>;

/** The values of one device; those that the config leaves random are generated with `random`. */
export function generateValues(config: ResolvedFactoryConfig, random: RandomBytes): GeneratedValues {
  const { commissioning, deviceInstanceInfo } = config;
  const { discriminator } = commissioning;
  const { serialNumber, rotatingDeviceIdUniqueId } = deviceInstanceInfo;
  const passcode = passcodeOf(commissioning.passcode, random);
  return {
    passcode,
    discriminator: isGenerated(discriminator) ? generateDiscriminator(random) : discriminator,
    salt: commissioning.salt ?? (passcode === undefined ? undefined : generateSalt(random)),
    serialNumber: isGenerated(serialNumber)
      ? toHex(random(SERIAL_NUMBER_LENGTH)).toUpperCase()
      : serialNumber,
    rotatingDeviceIdUniqueId: isGenerated(rotatingDeviceIdUniqueId)
      ? random(UNIQUE_ID_LENGTH)
      : rotatingDeviceIdUniqueId,
  };
}

/**
 * The verifier of the passcode and salt, computed on another thread; if the config sets one, it is checked instead.
 * Errors: commissioning.verifier-mismatch and the other codes of assertVerifierMatches.
 */
export async function verifierOf(
  { commissioning: { verifier: given, iterations } }: ResolvedFactoryConfig,
  { passcode, salt }: GeneratedValues,
): Promise<Uint8Array | undefined> {
  if (passcode === undefined || salt === undefined) return given;
  if (given !== undefined) return assertVerifierMatches(given, { passcode, salt, iterations });
  return (await computeVerifierAsync({ passcode, salt, iterations })).bytes;
}

/** Undefined if the firmware generates its own. */
function passcodeOf(
  given: ResolvedFactoryConfig['commissioning']['passcode'],
  random: RandomBytes,
): number | undefined {
  if (isGenerated(given)) return generatePasscode(random);
  return isDynamicPasscode(given) ? undefined : given;
}

export function isGenerated(value: unknown): value is Random {
  return typeof value === 'object' && value !== null && 'random' in value;
}

export function isDynamicPasscode(value: unknown): value is Dynamic {
  return typeof value === 'object' && value !== null && 'dynamic' in value;
}
