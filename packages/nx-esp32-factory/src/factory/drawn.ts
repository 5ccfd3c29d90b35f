import {
  checkVerifierMatches,
  computeVerifier,
  generateDiscriminator,
  generatePasscode,
  generateSalt,
  type RandomBytes,
  toHex,
} from 'nvs-core';
import type { ResolvedFactoryConfig } from '../config';

const UNIQUE_ID_LENGTH = 16;
const SERIAL_NUMBER_BYTES = 8;

/** What is the device's own, given or drawn from the generator. */
export interface DeviceValues {
  /** Undefined where the firmware makes its own. */
  readonly passcode: number | undefined;
  readonly discriminator: number;
  readonly salt: Uint8Array | undefined;
  readonly verifier: Uint8Array | undefined;
  readonly serialNumber: string | undefined;
  readonly rotatingIdUniqueId: Uint8Array | undefined;
}

/**
 * The values of one device; what the config wants drawn comes from `random`. A verifier that is given is checked
 * against the passcode. Errors: commissioning.verifier-mismatch and the other codes of checkVerifierMatches.
 */
export function drawValues(config: ResolvedFactoryConfig, random: RandomBytes): DeviceValues {
  const { commissioning, deviceInstanceInfo } = config;
  const { iterations } = commissioning;
  const drawn = <T>(value: T | { readonly random: true }, draw: () => T): T =>
    isRandom(value) ? draw() : (value as T);

  const wanted = commissioning.passcode;
  const passcode = isDynamic(wanted)
    ? undefined
    : drawn<number>(wanted as number, () => generatePasscode(random));
  const salt = passcode === undefined ? commissioning.salt : (commissioning.salt ?? generateSalt(random));
  return {
    passcode,
    discriminator: drawn<number>(commissioning.discriminator, () => generateDiscriminator(random)),
    salt,
    verifier: verifierOf(commissioning.verifier, passcode, salt, iterations),
    serialNumber: drawn<string | undefined>(deviceInstanceInfo.serialNumber, () =>
      toHex(random(SERIAL_NUMBER_BYTES)).toUpperCase(),
    ),
    rotatingIdUniqueId: drawn<Uint8Array | undefined>(deviceInstanceInfo.rotatingDeviceIdUniqueId, () =>
      random(UNIQUE_ID_LENGTH),
    ),
  };
}

function verifierOf(
  given: Uint8Array | undefined,
  passcode: number | undefined,
  salt: Uint8Array | undefined,
  iterations: number,
): Uint8Array | undefined {
  if (passcode === undefined || salt === undefined) return given;
  if (given === undefined) return computeVerifier({ passcode, salt, iterations }).bytes;
  return checkVerifierMatches(given, { passcode, salt, iterations });
}

function isRandom(value: unknown): value is { readonly random: true } {
  return typeof value === 'object' && value !== null && 'random' in value;
}

function isDynamic(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dynamic' in value;
}
