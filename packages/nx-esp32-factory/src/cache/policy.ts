/**
 * What Nx may cache: read off the config as it is written, without judging it, because the project graph asks for
 * every app of a workspace. The executor judges again what it was made of, and refuses to be cached against this. So
 * what makes a run fail anyway is left out here: of certificates the ids and keys are read, of a declaration what it
 * claims, and no signature is verified.
 */
import type { BigIntStats } from 'node:fs';
import { dirname, join } from 'node:path';
import { classifyCredentials, FactoryError, readSignerKeys, type SignerKey } from 'nvs-core';
import type { ResolvedFactoryConfig } from '../config';
import { absoluteAt, readSource, type Source } from '../config/source';
import { variantOf } from '../config/variant';
import type { Classification } from '../device/attestation/classification';
import { encryptionOf } from '../device/storage/encryption-scheme';
import { readStamped } from '../files';
import { readTrustFolder } from '../files/trust-folder';
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
  env: Readonly<Record<string, string | undefined>>,
  trace: PolicyTrace = { file: () => undefined, env: () => undefined },
): CachePolicy {
  try {
    const source = readSource(configPath, (path) => readTraced(path, trace));
    const drawn = drawnIn(source.value) ?? drawnForFirmware(configPath, source.value, trace);
    if (drawn !== undefined) return uncached(`it draws ${drawn} at random, which a replay would issue twice`);
    if (at(source.value, 'output', 'allowSecretsInCache') === true) return { cache: true };
    return policyFor(classifySource(source, env, trace), false);
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

function classifySource(
  source: Source,
  env: Readonly<Record<string, string | undefined>>,
  trace: PolicyTrace,
): Classification {
  const { value } = source;
  const written = at(value, 'deviceInstanceInfo', 'vendorId');
  const vendorId = ['number', 'string'].includes(typeof written) ? Number(written) : Number.NaN;
  const credential = (...path: string[]): Uint8Array | undefined => {
    const field = at(value, 'attestation', ...path);
    const [file, name] = [at(field, 'file'), at(field, 'env')];
    if (typeof file === 'string')
      return readIfThere(absoluteAt(source.documents, ['attestation', ...path, 'file'], file), trace);
    if (typeof name === 'string') trace.env(name);
    const text = typeof name === 'string' ? env[name] : field;
    if (typeof text !== 'string') return undefined;
    return new Uint8Array(text.includes('-----BEGIN') ? Buffer.from(text) : Buffer.from(text, 'base64'));
  };
  const dac = credential('dac', 'certificate');
  const pai = credential('pai', 'certificate');
  const cd = credential('certificationDeclaration');
  return classifyCredentials({
    vendorIds: Number.isNaN(vendorId) ? [] : [vendorId],
    ...(dac === undefined ? {} : { dac }),
    ...(pai === undefined ? {} : { pai }),
    ...(cd === undefined ? {} : { cd }),
    ownCdSigners: signersOf(source, trace),
    // What is wrong makes the run fail, unless that is only worth a warning: then it must not be cached for it.
    believesClaims: at(value, 'attestation', 'severity') !== 'warning',
  });
}

function signersOf({ value, documents }: Source, trace: PolicyTrace): SignerKey[] {
  const folder = at(value, 'attestation', 'trust', 'cdSigners', 'folder');
  if (typeof folder !== 'string') return [];
  const path = absoluteAt(documents, ['attestation', 'trust', 'cdSigners', 'folder'], folder);
  trace.file(path);
  const { all, certificates } = readTrustFolder(path);
  // All of them: a link that leads nowhere yet is a certificate tomorrow.
  for (const entry of all) trace.file(entry);
  return certificates.flatMap((file) => readSignerKeys(readTraced(file, trace)));
}

function readIfThere(path: string, trace: PolicyTrace): Uint8Array | undefined {
  try {
    return readTraced(path, trace);
  } catch (error) {
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
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
