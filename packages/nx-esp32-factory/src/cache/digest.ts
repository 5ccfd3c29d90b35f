/**
 * One digest of everything that affects the outputs of a config. Nx does not hash files that git ignores or that are
 * outside the workspace, so its own file inputs would give stale hits.
 */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CHIPS, FactoryError } from 'nvs-core';
import { version } from '../../package.json';
import type { ConfigReference } from '../config/references';
import { readSource, referencesOf, type Source } from '../config/source';
import { variantOf } from '../config/variant';
import { FOLDER_LIMIT, INPUT_LIMIT, readConfigFile, readInput, readReference, writeOutputs } from '../files';
import { filesOf } from '../files/trust-folder';
import { isEspIdfProject, readFirmware } from '../firmware';

export interface DigestOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Root of the workspace; the pepper is in its node_modules/.cache. */
  readonly workspaceRoot: string;
}

/**
 * 64 hexadecimal digits that change with any byte of: the config and what it extends, the files, folders and
 * environment values that it refers to, the sdkconfig files and the partition table next to it, and this code.
 * A digest of an 8-digit passcode could be brute-forced, so it also includes the DAC's private key, or else a local
 * random pepper; without either, the digest is random and never hits. Nor does that of a folder with more than FOLDER_LIMIT files.
 */
export function cacheDigest(configPath: string, { env, workspaceRoot }: DigestOptions): string {
  const hash = createHash('sha256');
  const folder = dirname(resolve(configPath));
  const add = (kind: string, name: string, content: Uint8Array | string | undefined) => {
    for (const part of [kind, name, content]) {
      const data = part === undefined ? Buffer.from('missing') : Buffer.from(part);
      hash.update(`${part === undefined ? '-' : '+'}${data.length}:`).update(data);
    }
  };
  const addFile = (kind: string, path: string) => add(kind, relative(folder, path), contentOf(path));

  addCode(hash);
  addFile('config', resolve(configPath));
  const source = sourceOf(configPath);
  const references = source === undefined ? [] : referencesOf(source);
  for (const reference of references) {
    if (reference.kind === 'file') addFile(reference.field, reference.path);
    if (reference.kind === 'folder') {
      const paths = listed(reference);
      if (paths.length > FOLDER_LIMIT) add(reference.field, 'unhashed', randomBytes(32));
      else for (const path of paths) addFile(reference.field, path);
    }
    if (reference.kind === 'env') add(reference.field, reference.name, env[reference.name]);
  }
  addFirmware(folder, variantOf(configPath), add);
  if (!hasPrivateKey(source, references, env)) add('pepper', '', pepper(workspaceRoot));
  return hash.digest('hex');
}

function sourceOf(configPath: string): Source | undefined {
  try {
    return readSource(configPath, readConfigFile);
  } catch (error) {
    // A config that cannot be read fails the run, and failed runs are not cached.
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
}

/** The content of a file; undefined if it cannot be read. */
function contentOf(path: string, read = readReference): Uint8Array | undefined {
  try {
    return read(path);
  } catch (error) {
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
}

/** The certificates of a trust folder, or all files of any other folder, one of which is the device's key. */
function listed({ field, path }: ConfigReference & { readonly kind: 'folder' | 'file' }): string[] {
  try {
    if (field.startsWith('attestation.trust.')) return filesOf(path);
    return readdirSync(path)
      .sort()
      .map((name) => join(path, name));
  } catch {
    return [path];
  }
}

/**
 * Adds every file that the firmware checks read, and those they look for but do not find. For every chip, since an
 * option can override the chip of the config, and each chip has its own defaults.
 */
function addFirmware(
  folder: string,
  variant: string | undefined,
  add: (kind: string, name: string, content: Uint8Array | undefined) => void,
): void {
  const known = new Map<string, Uint8Array | undefined>();
  const files = {
    readFile: (path: string) => {
      if (known.has(path)) return known.get(path);
      const data = contentOf(path, (file) => readInput(file, INPUT_LIMIT.firmware));
      known.set(path, data);
      add('firmware', relative(folder, resolve(path)), data);
      return data;
    },
  };
  if (!isEspIdfProject(folder, files)) return;
  const options = variant === undefined ? {} : { variant };
  readFirmware(folder, files, options);
  for (const { name } of CHIPS) readFirmware(folder, files, { ...options, target: name });
}

function hasPrivateKey(
  source: Source | undefined,
  references: readonly ConfigReference[],
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  // An encrypted key may be public: with it, passphrase and passcode could be guessed from the digest.
  if (references.some(({ field }) => field === 'attestation.dac.key.passphrase')) return false;
  const { attestation } = (source?.value ?? {}) as { attestation?: { dac?: { key?: unknown } } };
  const inlineKey = attestation?.dac?.key;
  if (typeof inlineKey === 'string' && inlineKey.includes('PRIVATE KEY')) return true;
  return references.some((reference) => {
    if (reference.field !== 'attestation.dac.key') return false;
    if (reference.kind === 'env') return (env[reference.name] ?? '') !== '';
    return (contentOf(reference.path)?.length ?? 0) > 0;
  });
}

const PEPPER_LENGTH = 32;

/** A random value of this workspace on this machine, generated on first use; a new one each time if it cannot be saved. */
function pepper(workspaceRoot: string): Uint8Array {
  const path = join(workspaceRoot, 'node_modules', '.cache', 'nx-esp32-factory', 'pepper');
  const known = contentOf(path);
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

/** The folder dist/ or src/, from whichever bundle in it this code is in. */
function codeFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, '..', 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Adds the version and the running code: dist/, or the sources of both packages in their repository. */
function addCode(hash: Hash): void {
  const folder = codeFolder();
  hash.update(`${version}:`).update(readFileSync(join(folder, '..', 'package.json')));
  const folders = __filename.endsWith('.ts')
    ? [folder, join(dirname(require.resolve('nvs-core/package.json')), 'src')]
    : [folder];
  for (const root of folders) {
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.(js|ts|json)$/.test(name) || name.endsWith('.d.ts')) continue;
      const data = readFileSync(join(root, name));
      hash.update(`${name}:${data.length}:`).update(data);
    }
  }
}
