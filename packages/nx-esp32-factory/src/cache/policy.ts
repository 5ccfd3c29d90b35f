/** Whether Nx may cache the image of a config, decided from the config's JSON alone: docs/decisions/003. */
import { FactoryError, isTestVendorId } from 'nvs-core';
import { readSource, type Source } from '../config/source';
import { readConfigFile } from '../files';

export type CachePolicy = Cached | Uncached;

export interface Cached {
  readonly cache: true;
  readonly reason?: undefined;
  /** The config allows the keys of its NVS encryption in the cache. */
  readonly keys?: true;
}

export interface Uncached {
  readonly cache: false;
  /** A clause for messages. */
  readonly reason: string;
  /** Kind of reason, which decides the error code and its help. */
  readonly cause: 'unreadable' | 'off' | 'generated' | 'secret';
}

/** Start of a clause that ends with the name of a secret. */
export const CACHE_READERS = 'everyone with access to the cache, including a remote one, could read';

/** The policy of a config file merged with those it extends; a config that cannot be read is not cached. */
export function readCachePolicy(path: string): CachePolicy {
  return policyOfSource(readPolicySource(path));
}

/** A config file merged with those it extends; undefined if it cannot be read. */
export function readPolicySource(path: string): Source | undefined {
  try {
    const source = readSource(path, readConfigFile);
    return source.missing === undefined ? source : undefined;
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return undefined;
  }
}

export function policyOfSource(source: Source | undefined): CachePolicy {
  return source === undefined
    ? uncached('unreadable', 'its config cannot be read')
    : cachePolicyOf(source.value);
}

/** The policy of a config as written, valid or not, merged with those it extends. */
export function cachePolicyOf(config: unknown): CachePolicy {
  const cache = at(config, 'output', 'cache');
  if (cache === false) return uncached('off', '"output.cache" is false');
  const generated = generatedIn(config);
  if (generated !== undefined)
    return uncached('generated', `${generated} is generated in each run, and a replay would issue it twice`);
  const secret = cache === true ? undefined : secretIn(config);
  if (secret !== undefined) return uncached('secret', secret);
  return isEncrypted(config) ? { cache: true, keys: true } : { cache: true };
}

function uncached(cause: Uncached['cause'], reason: string): Uncached {
  return { cache: false, reason, cause };
}

/** The first generated field that is a device's identity or key; a salt or a discriminator identifies no device. */
function generatedIn(config: unknown): string | undefined {
  const info = at(config, 'deviceInstanceInfo');
  const passcode = at(config, 'commissioning', 'passcode');
  const key = at(config, 'encryption', 'key');
  const generated: readonly (readonly [isGenerated: boolean, field: string])[] = [
    [!isGiven(passcode) && at(passcode, 'dynamic') !== true, 'commissioning.passcode'],
    [isNotGiven(at(info, 'serialNumber')), 'deviceInstanceInfo.serialNumber'],
    [isNotGiven(at(info, 'rotatingDeviceIdUniqueId')), 'deviceInstanceInfo.rotatingDeviceIdUniqueId'],
    [at(config, 'attestation', 'dac', 'issue') !== undefined, 'the key of attestation.dac'],
    [at(config, 'storage', 'secureCert', 'fixedRandoms') === true, 'storage.secureCert.fixedRandoms'],
    // A key folder generates the key of a device that has none yet.
    [isEncrypted(config) && !isGiven(key), 'encryption.key'],
  ];
  return generated.find(([isGenerated]) => isGenerated)?.[1];
}

/** Why the config's secrets must stay out of the cache, if so. */
function secretIn(config: unknown): string | undefined {
  const vendorId = at(config, 'deviceInstanceInfo', 'vendorId');
  if (!['number', 'string'].includes(typeof vendorId) || !isTestVendorId(Number(vendorId)))
    return `deviceInstanceInfo.vendorId is not a test id (0xFFF1 to 0xFFF4), and ${CACHE_READERS} its secrets`;
  const keys: readonly (readonly [isSecret: boolean, field: string])[] = [
    [isEncrypted(config), 'encryption.key'],
    [at(config, 'flashEncryption', 'key') !== undefined, 'flashEncryption.key'],
  ];
  const key = keys.find(([isSecret]) => isSecret)?.[1];
  if (key !== undefined) return `${key} is a secret, and ${CACHE_READERS} it`;
  const value = [['nvs'], ['storage', 'secureCert']].map((path) => secretValueIn(config, path)).find(Boolean);
  return value && `${value} may be a secret, as it is not marked "secret": false`;
}

/** The first value in a section's "extra" list that is a reference and may be a secret. */
function secretValueIn(config: unknown, section: readonly string[]): string | undefined {
  const extra = at(config, ...section, 'extra');
  if (!Array.isArray(extra)) return undefined;
  const index = extra.findIndex((entry) => isReference(at(entry, 'value')) && at(entry, 'secret') !== false);
  return index < 0 ? undefined : `${section.join('.')}.extra[${index}].value`;
}

function isEncrypted(config: unknown): boolean {
  const encryption = at(config, 'encryption');
  return encryption !== undefined && at(encryption, 'scheme') !== 'none';
}

/** Inline or a reference: the same in each run. */
function isGiven(value: unknown): boolean {
  return ['number', 'string'].includes(typeof value) || isReference(value);
}

function isNotGiven(value: unknown): boolean {
  return value !== undefined && !isGiven(value);
}

function isReference(value: unknown): boolean {
  return at(value, 'file') !== undefined || at(value, 'env') !== undefined;
}

/** The value at a path of a config as written; undefined if there is none. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let node = value;
  for (const key of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}
