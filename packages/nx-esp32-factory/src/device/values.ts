import {
  checkVerifierMatches,
  computeVerifierAsync,
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

/** What is drawn; the verifier follows from it. */
export type DrawnValues = Omit<DeviceValues, 'verifier'>;

/** The values of one device; what the config wants drawn comes from `random`. */
export function drawValues(config: ResolvedFactoryConfig, random: RandomBytes): DrawnValues {
  const { commissioning, deviceInstanceInfo } = config;
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
    serialNumber: drawn<string | undefined>(deviceInstanceInfo.serialNumber, () =>
      toHex(random(SERIAL_NUMBER_BYTES)).toUpperCase(),
    ),
    rotatingIdUniqueId: drawn<Uint8Array | undefined>(deviceInstanceInfo.rotatingDeviceIdUniqueId, () =>
      random(UNIQUE_ID_LENGTH),
    ),
  };
}

/**
 * The verifier of the drawn passcode and salt, computed on another thread; one that is given is checked against them.
 * Errors: commissioning.verifier-mismatch and the other codes of checkVerifierMatches.
 */
export async function verifierOf(
  { commissioning: { verifier: given, iterations } }: ResolvedFactoryConfig,
  { passcode, salt }: DrawnValues,
): Promise<Uint8Array | undefined> {
  if (passcode === undefined || salt === undefined) return given;
  if (given !== undefined) return checkVerifierMatches(given, { passcode, salt, iterations });
  return (await computeVerifierAsync({ passcode, salt, iterations })).bytes;
}

function isRandom(value: unknown): value is { readonly random: true } {
  return typeof value === 'object' && value !== null && 'random' in value;
}

function isDynamic(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dynamic' in value;
}
