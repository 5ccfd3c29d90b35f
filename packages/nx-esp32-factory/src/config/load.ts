import { dirname, join, resolve } from 'node:path';
import { FactoryError, type Finding, locate, type Where } from 'nvs-core';
import { configErrors } from '../errors';
import { fromErrno } from '../files';
import { formatPath, type JsonDocument, memoryDocument, type Path, parseDocument } from './document';
import { fromIssues } from './findings';
import { mergeConfig } from './merge';
import { findNotBuilt } from './not-built';
import { applyOverrides } from './overrides';
import { type ConfigReference, findReferences, type WrittenReference } from './references';
import { checkRules, type Placed } from './rules';
import { configSchema, type FactoryConfig } from './schema';
import { isRecord } from './values/leaf';

/** Reads a file of an absolute path; throws as node:fs does, or a FactoryError. */
export type ReadFile = (path: string) => Uint8Array;

export interface LoadOptions {
  readonly readFile: ReadFile;
  /** Options of a command line by the names of OVERRIDES. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** A valid config with all that is needed to follow its references and to name its places. */
export interface LoadedConfig {
  readonly config: FactoryConfig;
  /** The config files that were read, absolute: the one asked for, then what it extends. */
  readonly files: readonly string[];
  /** What the config refers to, in the order of the text; the files that it extends come first. */
  readonly references: readonly ConfigReference[];
  /** Where a field stands: file, line, column, or the option that gives it. */
  where(path: Path): Where;
  /** The absolute path of a path that is written at a field. */
  absolute(path: Path, written: string): string;
}

/** A config file with those that it extends: what it says, not yet judged. */
interface Source {
  readonly value: unknown;
  readonly documents: readonly SourceDocument[];
  readonly missing?: FactoryError;
}

interface SourceDocument extends JsonDocument {
  readonly path: string;
}

/**
 * Reads and judges a config file; a folder of its own stands for relative paths in each file of an extends chain.
 * Errors: every code of the config subject but those of content and environment, files.*; all at once.
 */
export function loadConfig(path: string, options: LoadOptions): LoadedConfig {
  const source = readSource(path, options.readFile);
  if (source.missing !== undefined) throw source.missing;
  return judge(source, options.overrides ?? {});
}

/**
 * What a config refers to, whether or not it is valid and what it names exists, as long as its text can be read;
 * a file that it extends and that is missing is still listed.
 */
export function listReferences(
  path: string,
  { readFile }: Pick<LoadOptions, 'readFile'>,
): readonly ConfigReference[] {
  return referencesOf(readSource(path, readFile));
}

/**
 * Judges a config that stands in no file. `labels` names the flags that gave its fields ("--vendor-id"); relative
 * paths start at `folder`.
 */
export function configFromObject(
  value: unknown,
  options: { readonly folder: string; readonly label: string; readonly labels?: ReadonlyMap<string, string> },
): LoadedConfig {
  const document = {
    ...memoryDocument(value, options.label),
    path: join(options.folder, 'factory.config.json'),
  };
  const loaded = judge({ value, documents: [document] }, {}, options.labels);
  return { ...loaded, files: [] };
}

function readSource(path: string, readFile: ReadFile): Source {
  const documents: SourceDocument[] = [];
  let [absolute, label] = [resolve(path), path];
  for (;;) {
    let document: SourceDocument;
    try {
      document = readDocument(absolute, label, readFile);
    } catch (error) {
      if (!(error instanceof FactoryError) || documents.length === 0) throw error;
      const last = documents.at(-1);
      const missing = isUnreadable(error) && last !== undefined ? error.at(place(last, ['extends'])) : error;
      if (missing === error) throw error;
      documents.push({ ...memoryDocument({}, label), path: absolute });
      return { value: merge(documents), documents, missing };
    }
    documents.push(document);
    const base = isRecord(document.value) ? document.value.extends : undefined;
    if (typeof base !== 'string' || base === '' || base.includes('\0')) break;
    absolute = resolve(dirname(absolute), base);
    label = join(dirname(label), base);
    if (documents.some((known) => known.path === absolute)) {
      const chain = [...documents.map((known) => known.label), label];
      throw configErrors.error('config.extends-cycle', { chain }, place(document, ['extends']));
    }
  }
  return { value: merge(documents), documents };
}

function readDocument(path: string, label: string, readFile: ReadFile): SourceDocument {
  let bytes: Uint8Array;
  try {
    bytes = readFile(path);
  } catch (error) {
    throw fromErrno(error, path, 'read');
  }
  return { ...parseDocument(bytes, label), path };
}

function isUnreadable(error: FactoryError): boolean {
  return error.code.startsWith('files.');
}

/** The last file is the base of all the others. */
function merge(documents: readonly SourceDocument[]): unknown {
  const [own, ...bases] = documents;
  if (own === undefined || bases.length === 0) return own?.value;
  return [...documents].reverse().reduce<unknown>((base, { value }) => mergeConfig(base, value), {});
}

function place(document: JsonDocument, path: Path, what?: 'value' | 'key'): Where {
  return { ...document.place(path, what), field: formatPath(path) };
}

/** The file that says what stands at the path: the first of the chain that has it. */
function originOf(documents: readonly SourceDocument[], path: Path): SourceDocument | undefined {
  return documents.find((document) => document.has(path));
}

function whereIs(documents: readonly SourceDocument[], path: Path, what: 'value' | 'key'): Where {
  const field = formatPath(path);
  for (let length = path.length; length >= 0; length--) {
    const part = path.slice(0, length);
    const origin = originOf(documents, part);
    if (origin !== undefined)
      return { ...origin.place(part, length === path.length ? what : 'value'), field };
  }
  return { field };
}

function referencesOf({ value, documents }: Source): ConfigReference[] {
  const bases = documents.slice(1).map(({ path }) => ({ kind: 'file', path, field: 'extends' }) as const);
  return [...bases, ...findReferences(value).map((reference) => located(reference, documents))];
}

function located(reference: WrittenReference, documents: readonly SourceDocument[]): ConfigReference {
  const { kind, written, path } = reference;
  const field = formatPath(path);
  if (kind === 'env') return { kind, name: written, field };
  return { kind, path: absoluteAt(documents, [...path, kind], written), field };
}

function absoluteAt(documents: readonly SourceDocument[], path: Path, written: string): string {
  const origin = originOf(documents, path) ?? documents[0];
  return resolve(dirname(origin?.path ?? '.'), written);
}

function judge(
  source: Source,
  overrides: Readonly<Record<string, unknown>>,
  flags: ReadonlyMap<string, string> = new Map(),
): LoadedConfig {
  const { documents } = source;
  const { value, labels } = applyOverrides(source.value, overrides);
  const options = new Map([...flags, ...labels]);
  const where = (path: Path, what: 'value' | 'key' = 'value'): Where =>
    optionAt(options, path) ?? whereIs(documents, path, what);

  const result = configSchema.safeParse(value);
  const placed: Placed[] = [
    ...(result.success ? [] : fromIssues(result.error.issues, value)),
    ...checkRules(value),
    ...findNotBuilt(value),
  ];
  const findings = placed.map(({ path, finding }) =>
    locate(finding, where(path, finding.code === 'config.unknown-key' ? 'key' : 'value')),
  );
  if (!result.success || findings.length > 0) throw new FactoryError(inOrder(findings));
  return {
    config: result.data,
    files: documents.map(({ path }) => path),
    references: referencesOf({ ...source, value }),
    where,
    absolute: (path, written) => absoluteAt(documents, path, written),
  };
}

function optionAt(options: ReadonlyMap<string, string>, path: Path): Where | undefined {
  for (let length = path.length; length > 0; length--) {
    const label = options.get(formatPath(path.slice(0, length)));
    if (label !== undefined) return { field: `${label}${formatPath(path.slice(length))}` };
  }
  return undefined;
}

/** Findings in the order of the text, file by file; those without a line come first. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const files = [...new Set(findings.map(({ where }) => where.file))];
  const rank = ({ where }: Finding) =>
    [files.indexOf(where.file), where.line ?? 0, where.column ?? 0] as const;
  return [...findings].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
  });
}
