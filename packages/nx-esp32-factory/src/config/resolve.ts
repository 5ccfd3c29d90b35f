import { FactoryError, type Finding } from 'nvs-core';
import { firstFindings } from 'nvs-core/errors';
import { configErrors } from '../errors';
import { fromErrno } from '../files';
import { type Path, valueAt } from './document';
import { nameOf } from './findings';
import type { LoadedConfig } from './load';
import type { ResolvedFactoryConfig } from './schema';
import type { ReadFile } from './source';
import { isRecord } from './values/record';
import { type Content, Reference } from './values/reference';

export interface ResolveOptions {
  readonly readFile: ReadFile;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The config with the values that its references lead to: bytes of credentials and blobs, text and numbers of the
 * others, checked as inline ones are. All that is wrong is reported at once, each at its field.
 * Errors: config.env-unset, .env-empty, .content-empty, .content-not-text, files.*, and those of the values.
 */
export function resolveConfig(loaded: LoadedConfig, options: ResolveOptions): ResolvedFactoryConfig {
  return resolveAt(loaded, [], options) as ResolvedFactoryConfig;
}

/** One field of the config, without need of what the others refer to. Errors: as resolveConfig. */
export function resolveField(loaded: LoadedConfig, path: Path, options: ResolveOptions): unknown {
  return resolveAt(loaded, path, options);
}

function resolveAt(loaded: LoadedConfig, place: Path, options: ResolveOptions): unknown {
  const findings: Finding[] = [];
  const read = memoize(options.readFile);

  const attempt = <T>(path: Path, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      findings.push(...error.at(loaded.where(path)).findings);
      return undefined;
    }
  };
  const contentOf = (reference: Reference<unknown>, path: Path): Content => {
    if (reference.file !== undefined) {
      const absolute = loaded.absolute([...path, 'file'], reference.file);
      return { bytes: read(absolute), what: `the file ${reference.file}`, from: 'file' };
    }
    const name = reference.env ?? '';
    const text = options.env[name];
    if (text === undefined) throw configErrors.error('config.env-unset', { name });
    if (text === '') throw configErrors.error('config.env-empty', { name });
    return { bytes: new TextEncoder().encode(text), what: `the environment variable ${name}`, from: 'env' };
  };
  const follow = (reference: Reference<unknown>, path: Path): unknown => {
    const { passphrase: phrase } = reference;
    const passphrase = phrase === undefined ? undefined : follow(phrase, [...path, 'passphrase']);
    return attempt(path, () => {
      const content = contentOf(reference, path);
      return reference.accept(
        typeof passphrase === 'string' ? { ...content, passphrase } : content,
        nameOf(path),
      );
    });
  };
  const walk = (value: unknown, path: Path): unknown => {
    if (value instanceof Reference) return follow(value, path);
    if (Array.isArray(value)) return value.map((element, index) => walk(element, [...path, index]));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, walk(child, [...path, key])]),
    );
  };

  const resolved = walk(valueAt(loaded.config, place), place);
  if (findings.length > 0) throw new FactoryError(firstFindings(findings));
  return resolved;
}

/** A file that several fields name is read once: all of them see the same bytes. */
function memoize(readFile: ReadFile): ReadFile {
  const known = new Map<string, Uint8Array>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    try {
      const bytes = readFile(path);
      known.set(path, bytes);
      return bytes;
    } catch (error) {
      throw fromErrno(error, path, 'read');
    }
  };
}
