/** Reads the subject of a verification: always the bytes on disk or on a device, never those in memory. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  type CdSigner,
  type Certificate,
  FactoryError,
  type Finding,
  type NvsKeys,
  type PrivateKey,
  parsePrivateKey,
} from 'nvs-core';
import { within } from 'nvs-core/errors';
import {
  FIXED_NAMES,
  type Manifest,
  type ManifestImage,
  type Onboarding,
  readManifest,
  readOnboarding,
} from '../artifacts';
import { settingsOf } from '../device';
import { verifyErrors } from '../errors';
import { displayPath, fileDate, readInput } from '../files';
import { type DeviceInputs, readCertificateFolder, readInputs, readRevocationSet } from '../inputs';
import { keysOfBytes, readImage } from '../inspect';
import { deviceOf } from './device';
import type { FileContents, ManifestSubject, Subject } from './subject';

export interface SubjectOptions {
  /** The image; by default that of the manifest in the folder. */
  readonly image?: string | undefined;
  /** The folder of manifest, codes and keys; by default that of the image. */
  readonly folder?: string | undefined;
  readonly config?: string | undefined;
  /** Keys of an encrypted image; by default those in the folder. */
  readonly keys?: NvsKeys | undefined;
  readonly passcode?: number | undefined;
  /** Partition of a flash dump. */
  readonly partition?: string | undefined;
  /** Trusted PAAs, in addition to those of the config. */
  readonly paas?: readonly Certificate[] | undefined;
  readonly cdSigners?: readonly CdSigner[] | undefined;
  /** The file of a revocation set, instead of that of the config. */
  readonly revocationSet?: string | undefined;
  /** Files read back from a device, by their names in the manifest; they replace those of the folder. */
  readonly fromDevice?: ReadonlyMap<string, FileContents> | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
}

/**
 * Reads and decodes the subject of a verification.
 * Errors: verify.image-missing, files.*, those of readInputs, readRevocationSet and readImage.
 */
export function readSubject(options: SubjectOptions): Subject {
  const { env, now, passcode } = options;
  const folder = options.folder ?? (options.image === undefined ? '.' : dirname(options.image));
  const inputs = options.config === undefined ? undefined : readInputs(options.config, { env });
  const { manifest, findings } = manifestIn(folder, options);
  const image = imageOf(options, folder, manifest);
  const keys = options.keys ?? keysIn(manifest, folder, inputs);
  const at = inputs?.config.attestation?.at;
  const time = at === undefined ? now : new Date(at);
  const decode = ({ name, bytes }: FileContents, which?: string) =>
    within({ file: name }, () => readImage(bytes, { at: time, keys, which }));
  const contents = decode(image, options.partition);
  const certFile = manifest?.files.find(
    ({ entry }) => entry.kind === 'secure-cert' && !isCiphertext(entry),
  )?.contents;
  const secureCert = certFile === undefined ? undefined : { file: certFile, contents: decode(certFile) };
  return {
    image,
    contents,
    secureCert,
    device: deviceOf(contents, secureCert?.contents, efuseDacKeyIn(manifest, folder)),
    onboarding: onboardingIn(folder),
    nfcTag: nfcTagIn(folder),
    passcode,
    inputs,
    manifest,
    paas: trusted(options.paas, inputs),
    cdSigners: [...(options.cdSigners ?? []), ...(inputs?.ownCdSigners ?? [])],
    revocation: revocationOf(options.revocationSet, inputs),
    at: time,
    findings,
  };
}

/** The certificates in a trust folder, if an option names one. Errors: files.*, those of parseCertificates. */
export function readTrust(folder: string | undefined): readonly Certificate[] | undefined {
  return folder === undefined ? undefined : readCertificateFolder(folder);
}

function revocationOf(given: string | undefined, inputs: DeviceInputs | undefined): Subject['revocation'] {
  const path = given ?? inputs?.revocation?.path;
  if (path === undefined) return undefined;
  const set = given === undefined ? inputs?.revocation?.set : undefined;
  return { set: set ?? readRevocationSet(path), fileDate: fileDate(path), path };
}

function trusted(
  given: readonly Certificate[] | undefined,
  inputs: DeviceInputs | undefined,
): readonly Certificate[] | undefined {
  const configured = inputs?.paaTrustStore;
  return given === undefined && configured === undefined
    ? undefined
    : [...(given ?? []), ...(configured ?? [])];
}

/** The manifest of the folder with its files; undefined if it is missing or cannot be read. */
function manifestIn(
  folder: string,
  { fromDevice }: SubjectOptions,
): { manifest?: ManifestSubject; findings: readonly Finding[] } {
  const path = join(folder, FIXED_NAMES.manifest);
  if (!existsSync(path)) return { findings: [] };
  const name = displayPath(path);
  const findings: Finding[] = [];
  const attemptTo = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      findings.push(...error.at({ file: name }).findings);
      return undefined;
    }
  };
  const manifest = attemptTo(() => readManifest(folder));
  if (manifest === undefined) return { findings };
  const files = manifest.images.map((entry) => {
    const contents =
      fromDevice === undefined ? attemptTo(() => read(join(folder, entry.file))) : fromDevice.get(entry.file);
    return { entry, contents };
  });
  return { manifest: { name, manifest, files }, findings };
}

function imageOf(
  { image, fromDevice }: SubjectOptions,
  folder: string,
  manifest: ManifestSubject | undefined,
): FileContents {
  if (image !== undefined) {
    const listed = manifest?.files.find(
      ({ entry, contents }) =>
        entry.kind === 'nvs' && contents !== undefined && resolve(folder, entry.file) === resolve(image),
    );
    return listed?.contents ?? read(image);
  }
  const entry = manifest?.files.find(({ entry }) => entry.kind === 'nvs')?.entry;
  if (entry === undefined) throw verifyErrors.error('verify.image-missing', { folder: displayPath(folder) });
  const found = manifest?.files.find((file) => file.entry === entry)?.contents;
  if (found !== undefined) return found;
  if (fromDevice !== undefined) throw verifyErrors.error('verify.image-missing', { folder: 'the device' });
  return read(join(folder, entry.file));
}

/** The keys in the folder, made with the image; keys encrypted for a device cannot be used here. */
function keysIn(
  manifest: ManifestSubject | undefined,
  folder: string,
  inputs: DeviceInputs | undefined,
): NvsKeys | undefined {
  const keys = manifest?.files.find(({ entry }) => entry.kind === 'nvs-keys' && !isCiphertext(entry));
  // Keys that a device encrypts cannot be read back: use the same keys from the folder.
  if (keys !== undefined)
    return attempt(() => keysOfBytes(keys.contents?.bytes ?? readInput(join(folder, keys.entry.file))));
  const file = efuseFile(manifest, 'HMAC_UP');
  if (file !== undefined) return attempt(() => keysOfBytes(readInput(join(folder, file))));
  const encryption = inputs === undefined ? undefined : settingsOf(inputs).config.encryption;
  const key = encryption?.scheme === 'hmac' ? encryption.key : undefined;
  return key instanceof Uint8Array ? attempt(() => keysOfBytes(key)) : undefined;
}

/** The key of the DAC for an eFuse block, if it is an output. */
function efuseDacKeyIn(manifest: ManifestSubject | undefined, folder: string): PrivateKey | undefined {
  const file = efuseFile(manifest, 'ECDSA_KEY');
  return file === undefined ? undefined : attempt(() => parsePrivateKey(readInput(join(folder, file))));
}

function efuseFile(
  manifest: ManifestSubject | undefined,
  purpose: Manifest['efuses'][number]['purpose'],
): string | undefined {
  return manifest?.manifest.efuses.find((key) => key.purpose === purpose)?.file ?? undefined;
}

/** Undefined for an unreadable file: later checks report it as missing. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
}

function isCiphertext({ encryption }: ManifestImage): boolean {
  return encryption === 'host';
}

function onboardingIn(folder: string): Onboarding | undefined {
  const path = join(folder, FIXED_NAMES.codesJson);
  return existsSync(path) ? readOnboarding(readInput(path), displayPath(path)) : undefined;
}

function nfcTagIn(folder: string): FileContents | undefined {
  const path = join(folder, FIXED_NAMES.nfcTag);
  return existsSync(path) ? read(path) : undefined;
}

function read(path: string): FileContents {
  return { name: displayPath(path), bytes: readInput(path) };
}
