/** From files on disk to what is verified: always the bytes that are there, never those that were made. */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import {
  type CdSigner,
  type Certificate,
  FactoryError,
  type Finding,
  type NvsKeys,
  type PrivateKey,
  readPrivateKey,
  within,
} from 'nvs-core';
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
import { readInput } from '../files';
import { type DeviceInputs, readCertificateFolder, readInputs } from '../inputs';
import { keysOfBytes, readImage } from '../inspect';
import { deviceOf } from './device';
import type { ManifestSubject, ReadFile, Subject } from './subject';

export interface SubjectOptions {
  /** The image; that of the manifest in the folder unless given. */
  readonly image?: string;
  /** What was written with it: manifest, codes, keys; the folder of the image unless given. */
  readonly folder?: string;
  readonly config?: string;
  /** Options that override the config. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Keys of an encrypted image; those in the folder unless given. */
  readonly keys?: NvsKeys;
  readonly passcode?: number;
  /** Partition of a flash dump. */
  readonly partition?: string;
  /** Trust, where there is no config or beside it. */
  readonly paas?: readonly Certificate[];
  readonly cdSigners?: readonly CdSigner[];
  /** Files by their names in the manifest that are read from elsewhere: from a device. */
  readonly inPlace?: ReadonlyMap<string, ReadFile>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
}

/**
 * Reads and decodes all that is verified.
 * Errors: verify.image-missing, files.*, those of readInputs and readImage.
 */
export function readSubject(options: SubjectOptions): Subject {
  const { env, now, overrides } = options;
  const folder = options.folder ?? (options.image === undefined ? '.' : dirname(options.image));
  const inputs =
    options.config === undefined
      ? undefined
      : readInputs(options.config, { env, ...(overrides === undefined ? {} : { overrides }) });
  const { manifest, findings } = manifestIn(folder, options);
  const image = imageOf(options, folder, manifest);
  const keys = options.keys ?? keysIn(manifest, folder, inputs);
  const at = inputs?.config.attestation?.at;
  const time = at === undefined ? now : new Date(at);
  const decode = ({ name, bytes }: ReadFile, which?: string) =>
    within({ file: name }, () =>
      readImage(bytes, {
        at: time,
        ...(keys === undefined ? {} : { keys }),
        ...(which === undefined ? {} : { which }),
      }),
    );
  const contents = decode(image, options.partition);
  const certFile = manifest?.files.find(
    ({ entry }) => entry.kind === 'secure-cert' && !isCiphertext(entry),
  )?.read;
  const secureCert = certFile === undefined ? undefined : { file: certFile, contents: decode(certFile) };
  const onboarding = onboardingIn(folder);
  return {
    image,
    contents,
    ...(secureCert === undefined ? {} : { secureCert }),
    device: deviceOf(contents, secureCert?.contents, hiddenKeyIn(manifest, folder)),
    ...(onboarding === undefined ? {} : { onboarding }),
    ...(options.passcode === undefined ? {} : { passcode: options.passcode }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(manifest === undefined ? {} : { manifest }),
    paas: trusted(options.paas, inputs),
    cdSigners: [...(options.cdSigners ?? []), ...(inputs?.ownCdSigners ?? [])],
    at: time,
    findings,
  };
}

/** The certificates of a trust folder that an option names. Errors: files.*, those of readCertificates. */
export function readTrust(folder: string | undefined): readonly Certificate[] | undefined {
  return folder === undefined ? undefined : readCertificateFolder(folder);
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

/** The manifest of the folder with its files; without one, and with one that cannot be read, there is none. */
function manifestIn(
  folder: string,
  { inPlace }: SubjectOptions,
): { manifest?: ManifestSubject; findings: readonly Finding[] } {
  const path = join(folder, FIXED_NAMES.manifest);
  if (!existsSync(path)) return { findings: [] };
  const name = shown(path);
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
    const isOnDevice = inPlace !== undefined;
    const file = isOnDevice ? inPlace.get(entry.file) : attemptTo(() => read(join(folder, entry.file)));
    return { entry, read: file };
  });
  return { manifest: { name, manifest, files }, findings };
}

function imageOf(
  { image, inPlace }: SubjectOptions,
  folder: string,
  manifest: ManifestSubject | undefined,
): ReadFile {
  if (image !== undefined) {
    const known = manifest?.files.find(
      ({ entry, read }) =>
        entry.kind === 'nvs' && read !== undefined && resolve(folder, entry.file) === resolve(image),
    );
    return known?.read ?? read(image);
  }
  const entry = manifest?.files.find(({ entry }) => entry.kind === 'nvs')?.entry;
  if (entry === undefined) throw verifyErrors.error('verify.image-missing', { folder: shown(folder) });
  const found = manifest?.files.find((file) => file.entry === entry)?.read;
  if (found !== undefined) return found;
  if (inPlace !== undefined) throw verifyErrors.error('verify.image-missing', { folder: 'the device' });
  return read(join(folder, entry.file));
}

/** Keys that lie beside the image, as they were made with it; encrypted for a device they help nobody here. */
function keysIn(
  manifest: ManifestSubject | undefined,
  folder: string,
  inputs: DeviceInputs | undefined,
): NvsKeys | undefined {
  const keys = manifest?.files.find(({ entry }) => entry.kind === 'nvs-keys' && !isCiphertext(entry));
  // A device that encrypts its keys gives none back: those of the folder are the same ones.
  if (keys !== undefined)
    return attempt(() => keysOfBytes(keys.read?.bytes ?? readInput(join(folder, keys.entry.file))));
  const file = efuseFile(manifest, 'HMAC_UP');
  if (file !== undefined) return attempt(() => keysOfBytes(readInput(join(folder, file))));
  const encryption = inputs === undefined ? undefined : settingsOf(inputs).config.encryption;
  const key = encryption?.scheme === 'hmac' ? encryption.key : undefined;
  return key instanceof Uint8Array ? attempt(() => keysOfBytes(key)) : undefined;
}

/** The key of the DAC that goes into an eFuse block, where it is an output. */
function hiddenKeyIn(manifest: ManifestSubject | undefined, folder: string): PrivateKey | undefined {
  const file = efuseFile(manifest, 'ECDSA_KEY');
  return file === undefined ? undefined : attempt(() => readPrivateKey(readInput(join(folder, file))));
}

function efuseFile(
  manifest: ManifestSubject | undefined,
  purpose: Manifest['efuses'][number]['purpose'],
): string | undefined {
  return manifest?.manifest.efuses.find((key) => key.purpose === purpose)?.file ?? undefined;
}

/** What cannot be read is missed where it is needed, or found by what is checked of the manifest. */
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
  const path = join(folder, 'onboarding.json');
  return existsSync(path) ? readOnboarding(readInput(path), shown(path)) : undefined;
}

function read(path: string): ReadFile {
  return { name: shown(path), bytes: readInput(path) };
}

function shown(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') || short === '' ? path : short;
}
