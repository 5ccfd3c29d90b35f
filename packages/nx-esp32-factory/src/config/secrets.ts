import type { FactoryConfig } from './schema';
import { isRecord } from './values/record';
import { Reference } from './values/reference';

/**
 * The fields with an inline secret, one that is written in the config: passcode, verifier (as good
 * as the passcode: eight digits are guessed from it) with its salt, unique id for rotating ids, private keys.
 */
export function inlineSecrets(config: FactoryConfig): readonly string[] {
  const { commissioning, attestation, deviceInstanceInfo } = config;
  const { passcode, salt, verifier } = commissioning;
  const dac = attestation?.dac;
  const candidates: readonly (readonly [string, unknown])[] = [
    ['commissioning.passcode', typeof passcode === 'number' ? passcode : undefined],
    ['commissioning.salt', verifier instanceof Uint8Array ? salt : undefined],
    ['commissioning.verifier', verifier],
    ['deviceInstanceInfo.rotatingDeviceIdUniqueId', deviceInstanceInfo.rotatingDeviceIdUniqueId],
    ['attestation.dac.key', dac !== undefined && 'key' in dac ? dac.key : undefined],
    ['attestation.pai.key', attestation?.pai?.key],
  ];
  return candidates.filter(([, value]) => isInline(value)).map(([field]) => field);
}

function isInline(value: unknown): boolean {
  if (value === undefined || value instanceof Reference) return false;
  return !(isRecord(value) && Object.hasOwn(value, 'random'));
}
