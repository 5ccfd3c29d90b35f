/** From files on disk to what is verified: always the bytes that are there, never those that were made. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
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
import type { FlashFile, Manifest } from '../artifacts';
import { encryptionOf, type FactoryRequest, readCertificateFolder, readRequest } from '../device';
import { verifyErrors } from '../errors';
import { readInput } from '../files';
import { keysOfBytes, readImage } from '../inspect';
import { deviceOf } from './device';
import { type Onboarding, readOnboarding } from './onboarding';
import type { ManifestSubject, ReadFile, Subject } from './subject';

export interface SubjectOptions {
  /** The image; that of the manifest in the folder unless given. */
  readonly image?: string;
  /** What was written with it: manifest, codes, keys; the folder of the image unless given. */
  readonly folder?: string;
  readonly config?: string;
  /** Options in place of what the config says. */
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
 * Errors: verify.image-missing, files.*, those of readRequest and readImage.
 */
export function readSubject(options: SubjectOptions): Subject {
  const { env, now, overrides } = options;
  const folder = options.folder ?? (options.image === undefined ? '.' : dirname(options.image));
  const request =
    options.config === undefined
      ? undefined
      : readRequest(options.config, { env, ...(overrides === undefined ? {} : { overrides }) });
  const { manifest, findings } = readManifest(folder, options);
  const image = imageOf(options, folder, manifest);
  const keys = options.keys ?? keysIn(manifest, folder, request);
  const at = request?.config.attestation?.at;
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
    ...(request === undefined ? {} : { request }),
    ...(manifest === undefined ? {} : { manifest }),
    paas: trusted(options.paas, request),
    cdSigners: [...(options.cdSigners ?? []), ...(request?.ownCdSigners ?? [])],
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
  request: FactoryRequest | undefined,
): readonly Certificate[] | undefined {
  const configured = request?.paaTrustStore;
  return given === undefined && configured === undefined
    ? undefined
    : [...(given ?? []), ...(configured ?? [])];
}

function readManifest(
  folder: string,
  { inPlace }: SubjectOptions,
): { manifest?: ManifestSubject; findings: readonly Finding[] } {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) return { findings: [] };
  const name = shown(path);
  const manifest = parseManifest(readInput(path));
  if (manifest === undefined) {
    const reason = 'it is not a manifest of this version';
    return { findings: [verifyErrors.finding('verify.manifest-unreadable', { reason }, { file: name })] };
  }
  const findings: Finding[] = [];
  const files = manifest.images.map((entry) => {
    const replaced = inPlace?.get(entry.file);
    if (replaced !== undefined || inPlace !== undefined) return { entry, read: replaced };
    try {
      return { entry, read: read(join(folder, entry.file)) };
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      findings.push(...error.findings);
      return { entry, read: undefined };
    }
  });
  return { manifest: { name, manifest, files }, findings };
}

function parseManifest(bytes: Uint8Array): ParsedManifest | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Manifest> | null;
    const { images, entries, certificates, efuses = [] } = value ?? {};
    const isWhole =
      isListOf(
        images,
        ({ file, kind, size, sha256 }) =>
          isFileName(file) && isText(kind) && typeof size === 'number' && (sha256 === null || isText(sha256)),
      ) &&
      isListOf(entries, ({ namespace, key, type }) => [namespace, key, type].every(isText)) &&
      isListOf(efuses, ({ file }) => file === null || isFileName(file)) &&
      typeof certificates === 'object' &&
      isListOf(Object.values(certificates ?? {}), ({ sha256 }) => isText(sha256));
    return isWhole ? { ...(value as Manifest), efuses } : undefined;
  } catch {
    return undefined;
  }
}

type ParsedManifest = Pick<Manifest, 'images' | 'entries' | 'certificates' | 'efuses'>;

function isListOf(value: unknown, is: (element: Readonly<Record<string, unknown>>) => boolean): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (element: unknown) =>
        typeof element === 'object' && element !== null && is(element as Record<string, unknown>),
    )
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Nothing outside the folder is read because a manifest says so. */
function isFileName(value: unknown): boolean {
  return isText(value) && !value.includes('..') && !isAbsolute(value);
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
  request: FactoryRequest | undefined,
): NvsKeys | undefined {
  const keys = manifest?.files.find(({ entry }) => entry.kind === 'nvs-keys' && !isCiphertext(entry));
  // A device that encrypts its keys gives none back: those of the folder are the same ones.
  if (keys !== undefined)
    return attempt(() => keysOfBytes(keys.read?.bytes ?? readInput(join(folder, keys.entry.file))));
  const file = efuseFile(manifest, 'HMAC_UP');
  if (file !== undefined) return attempt(() => keysOfBytes(readInput(join(folder, file))));
  const encryption = request === undefined ? undefined : encryptionOf(request.config, request.firmware);
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

function isCiphertext({ encryption }: FlashFile): boolean {
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
