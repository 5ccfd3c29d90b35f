/**
 * One digest of everything that affects the outputs of a config. Nx does not hash files that git ignores or that are
 * outside the workspace, so its own file inputs would give stale hits.
 */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CHIPS, FactoryError } from 'nvs-core';
import { version } from '../../package.json';
import type { Path } from '../config/document';
import type { ConfigReference } from '../config/references';
import { absoluteAt, readSource, referencesOf, type Source } from '../config/source';
import { variantOf } from '../config/variant';
import { DISK, FOLDER_LIMIT, INPUT_LIMIT, type InputReader, readStateFile, writeOutputs } from '../files';
import {
  type AppLocation,
  BUILD_VARIABLES,
  type Firmware,
  firmwareLimit,
  firmwareOf,
  namedFirmware,
} from '../firmware';
import { stateFolder } from './state-folder';
import { nextBoundary } from './validity';

export interface DigestOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Root of the workspace; the pepper is in its node_modules/.cache. */
  readonly workspaceRoot: string;
  /** The time that attestation is checked for, unless the config sets one. */
  readonly now?: Date;
  /** What the inputs are read through: the digest is that of what it gives. */
  readonly files?: InputReader;
}

/**
 * 64 hexadecimal digits that change with any byte of: the config and what it extends, the files, folders and
 * environment values that it refers to, the sdkconfig files and the partition table next to it, and this code; and with
 * the time, when a certificate becomes valid or expires.
 * A digest of an 8-digit passcode could be brute-forced, so it also includes the DAC's private key, or else a local
 * random pepper; without either, the digest is random and never hits. Nor does that of a folder with more than FOLDER_LIMIT files.
 */
export function cacheDigest(
  configPath: string,
  { env, workspaceRoot, now = new Date(), files = DISK }: DigestOptions,
): string {
  const hash = createHash('sha256');
  const folder = dirname(resolve(configPath));
  const add = (kind: string, name: string, content: Uint8Array | string | undefined) => {
    for (const part of [kind, name, content]) {
      const data = part === undefined ? Buffer.from('missing') : Buffer.from(part);
      hash.update(`${part === undefined ? '-' : '+'}${data.length}:`).update(data);
    }
  };
  const addFile = (kind: string, path: string) => add(kind, relative(folder, path), contentOf(path, files));

  addCode(hash);
  addFile('config', resolve(configPath));
  const source = sourceOf(configPath, files);
  const references = source === undefined ? [] : referencesOf(source);
  for (const reference of references) {
    if (reference.kind === 'file')
      add(
        reference.field,
        relative(folder, reference.path),
        contentOf(reference.path, files, limitOf(reference)),
      );
    if (reference.kind === 'folder') {
      const paths = listed(reference, files);
      if (paths.length > FOLDER_LIMIT) add(reference.field, 'unhashed', randomBytes(32));
      else for (const path of paths) addFile(reference.field, path);
    }
    if (reference.kind === 'env') add(reference.field, reference.name, env[reference.name]);
  }
  addFirmware(appOf(folder, configPath, source), { env, files }, add);
  const contentOfReference = (reference: ConfigReference) => contentsOf(reference, env, files);
  add('validity', '', nextBoundary(source?.value, references, { contentsOf: contentOfReference, now }));
  if (!hasPrivateKey(source, references, { env, files })) add('pepper', '', pepper(workspaceRoot));
  return hash.digest('hex');
}

function sourceOf(configPath: string, { readFile }: InputReader): Source | undefined {
  try {
    return readSource(configPath, (path) => readFile(path, INPUT_LIMIT.config));
  } catch (error) {
    // A config that cannot be read fails the run, and failed runs are not cached.
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
}

/** As much as a run reads. */
function limitOf({ field }: ConfigReference): number {
  return field === 'attestation.trust.revocationSet' ? INPUT_LIMIT.revocationSet : INPUT_LIMIT.reference;
}

/** The content of a file; undefined if it cannot be read. */
function contentOf(
  path: string,
  { readFile }: InputReader,
  limit: number = INPUT_LIMIT.reference,
): Uint8Array | undefined {
  try {
    return readFile(path, limit);
  } catch (error) {
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
}

/** The certificates of a trust folder, or all files of any other folder, one of which is the device's key. */
function listed(
  { field, path }: ConfigReference & { readonly kind: 'folder' | 'file' },
  { filesOf }: InputReader,
): readonly string[] {
  try {
    if (field.startsWith('attestation.trust.')) return filesOf(path);
    return readdirSync(path)
      .sort()
      .map((name) => join(path, name));
  } catch {
    return [path];
  }
}

/** What a reference leads to: the bytes of its files, or the value of its variable. */
function contentsOf(
  reference: ConfigReference,
  env: DigestOptions['env'],
  files: InputReader,
): readonly (Uint8Array | string | undefined)[] {
  if (reference.kind === 'env') return [env[reference.name]];
  const paths = reference.kind === 'file' ? [reference.path] : listed(reference, files);
  return paths.map((path) => contentOf(path, files, limitOf(reference)));
}

/** The app of a config, valid or not. */
function appOf(folder: string, configPath: string, source: Source | undefined): AppLocation {
  const { firmware, chip } = (source?.value ?? {}) as { firmware?: unknown; chip?: unknown };
  const absolute = (path: Path, written: string) => absoluteAt(source?.documents ?? [], path, written);
  return {
    folder,
    target: typeof chip === 'string' ? chip : undefined,
    variant: variantOf(configPath),
    named: namedFirmware(firmware, { absolute, where: () => ({}) }),
  };
}

/**
 * Adds every file that the firmware checks read, and what is chosen by the age of builds and by the environment.
 * For every chip, since an option can override the chip of the config, and each chip has its own defaults.
 */
function addFirmware(
  app: AppLocation,
  { env, files: { readOptional, foldersOf, modifiedAt } }: { env: DigestOptions['env']; files: InputReader },
  add: (kind: string, name: string, content: Uint8Array | string | undefined) => void,
): void {
  const known = new Map<string, Uint8Array | undefined>();
  const files = {
    readOptional: (path: string) => {
      if (known.has(path)) return known.get(path);
      const data = optionalContent(path, readOptional);
      known.set(path, data);
      if (data !== undefined) add('firmware', relative(app.folder, resolve(path)), data);
      return data;
    },
    foldersOf,
    modifiedAt,
  };
  for (const name of BUILD_VARIABLES) add('firmware-env', name, env[name]);
  for (const target of new Set([app.target, undefined, ...CHIPS.map(({ name }) => name)])) {
    const firmware = firmwareOf({ ...app, target }, { env, files });
    if (firmware === undefined) return;
    add('firmware-build', target ?? '', choiceOf(firmware, app.folder));
  }
}

/** Which files are read as what, relative to the folder, and what is said about the choice. */
function choiceOf({ config, build, target, table, findings }: Firmware, folder: string): string {
  const { built, files } = config;
  const paths = [built ?? '', build?.folder ?? '', table.file, ...files];
  const shown = paths.map((path) => (path === '' ? '' : relative(folder, resolve(path))));
  return JSON.stringify([target.value, shown, findings.map(({ code }) => code)]);
}

/** The content of a file; undefined if there is none, or it cannot be read. */
function optionalContent(path: string, readOptional: InputReader['readOptional']): Uint8Array | undefined {
  try {
    return readOptional(path, firmwareLimit(path));
  } catch (error) {
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
}

function hasPrivateKey(
  source: Source | undefined,
  references: readonly ConfigReference[],
  { env, files }: { readonly env: DigestOptions['env']; readonly files: InputReader },
): boolean {
  // An encrypted key may be public: with it, passphrase and passcode could be guessed from the digest.
  if (references.some(({ field }) => field === 'attestation.dac.key.passphrase')) return false;
  const { attestation } = (source?.value ?? {}) as { attestation?: { dac?: { key?: unknown } } };
  const inlineKey = attestation?.dac?.key;
  if (typeof inlineKey === 'string' && inlineKey.includes('PRIVATE KEY')) return true;
  return references.some((reference) => {
    if (reference.field !== 'attestation.dac.key') return false;
    if (reference.kind === 'env') return (env[reference.name] ?? '') !== '';
    return (contentOf(reference.path, files)?.length ?? 0) > 0;
  });
}

const PEPPER_LENGTH = 32;

/** A random value of this workspace on this machine, generated on first use; a new one each time if it cannot be saved. */
function pepper(workspaceRoot: string): Uint8Array {
  const path = join(stateFolder(workspaceRoot), 'pepper');
  const known = readStateFile(path, PEPPER_LENGTH);
  if (known?.length === PEPPER_LENGTH) return known;
  const fresh = randomBytes(PEPPER_LENGTH);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeOutputs([{ path, data: fresh, secret: true }]);
  } catch {
    // It cannot be saved: this digest will never hit.
  }
  return fresh;
}

/**
 * Adds the version and the running code: dist/, or the sources of both packages in their repository. The command and
 * the executor are in different bundles of dist/, and must find the same.
 */
function addCode(hash: Hash): void {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  hash.update(`${version}:`).update(readFileSync(join(folder, 'package.json')));
  const folders = __filename.endsWith('.ts')
    ? [join(folder, 'src'), join(dirname(require.resolve('nvs-core/package.json')), 'src')]
    : [join(folder, 'dist')];
  for (const root of folders) {
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.(js|ts|json)$/.test(name) || name.endsWith('.d.ts')) continue;
      const data = readFileSync(join(root, name));
      hash.update(`${name}:${data.length}:`).update(data);
    }
  }
}
