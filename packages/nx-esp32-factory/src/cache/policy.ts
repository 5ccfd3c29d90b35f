/**
 * What Nx may cache: read off the config as it is written, without judging it or reading credentials, because the
 * project graph asks for every app of a workspace. The executor judges again what it was made of, and refuses to be
 * cached against this.
 */
import type { BigIntStats } from 'node:fs';
import { dirname, join } from 'node:path';
import { FactoryError, isTestVendorId } from 'nvs-core';
import type { ResolvedFactoryConfig } from '../config';
import { readSource } from '../config/source';
import { variantOf } from '../config/variant';
import type { Classification } from '../device/attestation/classification';
import { encryptionOf } from '../device/storage/encryption-scheme';
import { readStamped } from '../files';
import { firmwareEncryptionOf } from '../firmware/app-firmware';

export interface CachePolicy {
  readonly cache: boolean;
  /** Why not, as a clause. */
  readonly reason?: string;
}

/** Is told of everything that a policy depends on: files and folders, those that are missing too, and variables. */
export interface PolicyTrace {
  /** With the stamp that a file had when it was read. */
  readonly file: (path: string, stat?: BigIntStats) => void;
  readonly env: (name: string) => void;
}

/** The policy for a config file; one that cannot be read is not cached. */
export function cachePolicyOf(
  configPath: string,
  _env: Readonly<Record<string, string | undefined>>,
  trace: PolicyTrace = { file: () => undefined, env: () => undefined },
): CachePolicy {
  try {
    const source = readSource(configPath, (path) => readTraced(path, trace));
    const drawn = drawnIn(source.value) ?? drawnForFirmware(configPath, source.value, trace);
    if (drawn !== undefined) return uncached(`it draws ${drawn} at random, which a replay would issue twice`);
    if (at(source.value, 'output', 'allowSecretsInCache') === true) return { cache: true };
    return policyFor(classifyByVendorId(source.value), false);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return uncached('its config cannot be read');
  }
}

/** The policy for a config that was judged and resolved. */
export function cachePolicyFor(config: ResolvedFactoryConfig, classification: Classification): CachePolicy {
  const drawn = drawnIn(config);
  if (drawn !== undefined) return uncached(`it draws ${drawn} at random, which a replay would issue twice`);
  return policyFor(classification, config.output.allowSecretsInCache);
}

function policyFor({ kind, reasons }: Classification, allowed: boolean): CachePolicy {
  if (kind === 'development' || allowed) return { cache: true };
  return uncached(
    `its secrets are for production (${reasons[0] ?? 'unknown'}), and who reads the cache, a remote one too, would read them`,
  );
}

function uncached(reason: string): CachePolicy {
  return { cache: false, reason };
}

/** What of a device's identity or keys the generator gives: a salt or a discriminator alone identifies nobody. */
function drawnIn(value: unknown): string | undefined {
  const isRandom = (field: unknown) => at(field, 'random') === true;
  const passcode = at(value, 'commissioning', 'passcode');
  if (passcode === undefined || isRandom(passcode)) return 'the passcode';
  if (isRandom(at(value, 'deviceInstanceInfo', 'serialNumber'))) return 'the serial number';
  if (isRandom(at(value, 'deviceInstanceInfo', 'rotatingDeviceIdUniqueId'))) return 'the unique id';
  if (at(value, 'attestation', 'dac', 'issue') !== undefined) return 'the key of the DAC';
  const encryption = at(value, 'encryption');
  const key = at(encryption, 'key');
  const isEncrypted = ['flash', 'hmac'].some((scheme) => at(encryption, 'scheme') === scheme);
  if (isEncrypted && (key === undefined || at(key, 'generate') === true)) return 'the NVS key';
  // A folder makes the key of a device that has none yet.
  if (isEncrypted && at(key, 'folder') !== undefined) return 'the NVS key of a new device';
  return undefined;
}

/** A config without a section for it has the encryption of the firmware beside it, with a new key. */
function drawnForFirmware(configPath: string, value: unknown, trace: PolicyTrace): string | undefined {
  if (at(value, 'encryption') !== undefined) return undefined;
  const chip = at(value, 'chip');
  const target = typeof chip === 'string' ? chip : undefined;
  const firmware = firmwareEncryptionOf(dirname(configPath), target, variantOf(configPath));
  trace.file(join(dirname(configPath), 'CMakeLists.txt'));
  for (const path of [...(firmware?.inputs.read ?? []), ...(firmware?.inputs.missing ?? [])])
    trace.file(path);
  return encryptionOf({}, firmware).scheme === 'none' ? undefined : 'the NVS key';
}

function classifyByVendorId(value: unknown): Classification {
  const written = at(value, 'deviceInstanceInfo', 'vendorId');
  if (!['number', 'string'].includes(typeof written))
    return { kind: 'production', reasons: ['the configuration has no vendor id'] };
  return isTestVendorId(Number(written))
    ? { kind: 'development', reasons: [] }
    : { kind: 'production', reasons: [`the vendor id of the configuration is ${written}, not a test one`] };
}

function readTraced(path: string, trace: PolicyTrace): Uint8Array {
  let stat: BigIntStats | undefined;
  try {
    const read = readStamped(path);
    stat = read.stat;
    return read.data;
  } finally {
    trace.file(path, stat);
  }
}

function at(value: unknown, ...path: string[]): unknown {
  let node = value;
  for (let depth = 0; depth < path.length; depth++) {
    const key = path[depth] ?? '';
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}
