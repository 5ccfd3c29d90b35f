import { dirname, join, resolve } from 'node:path';
import { FactoryError, type Where } from 'nvs-core';
import { configErrors } from '../errors';
import { fromErrno } from '../files';
import { formatPath, type JsonDocument, memoryDocument, type Path, parseDocument } from './document';
import { mergeConfig } from './merge';
import { type ConfigReference, findReferences, type WrittenReference } from './references';
import { isRecord } from './values/record';

/** Reads a file of an absolute path; throws as node:fs does, or a FactoryError. */
export type ReadFile = (path: string) => Uint8Array;

/** The merged content of a config file and those that it extends, not yet validated. */
export interface Source {
  readonly value: unknown;
  readonly documents: readonly SourceDocument[];
  readonly missing?: FactoryError;
}

export interface SourceDocument extends JsonDocument {
  readonly path: string;
  /** Its folder, where its relative paths start. */
  readonly folder: string;
}

/** Reads a config file and what it extends, and merges them. */
export function readSource(path: string, readFile: ReadFile): Source {
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
      documents.push({ ...memoryDocument({}, label), path: absolute, folder: dirname(absolute) });
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
  return { ...parseDocument(bytes, label), path, folder: dirname(path) };
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

/** The file that gives the value at the path: the first of the chain that has it. */
function originOf(documents: readonly SourceDocument[], path: Path): SourceDocument | undefined {
  return documents.find((document) => document.has(path));
}

/** The source location of the value at the path, or of the nearest one around it. */
export function whereIs(documents: readonly SourceDocument[], path: Path, what: 'value' | 'key'): Where {
  const field = formatPath(path);
  for (let length = path.length; length >= 0; length--) {
    const part = path.slice(0, length);
    const origin = originOf(documents, part);
    if (origin !== undefined)
      return { ...origin.place(part, length === path.length ? what : 'value'), field };
  }
  return { field };
}

/** The files that are extended, then what the merged config refers to. */
export function referencesOf({ value, documents }: Source): ConfigReference[] {
  const bases = documents.slice(1).map(({ path }) => ({ kind: 'file', path, field: 'extends' }) as const);
  return [...bases, ...findReferences(value).map((reference) => located(reference, documents))];
}

function located(reference: WrittenReference, documents: readonly SourceDocument[]): ConfigReference {
  const { kind, written, path } = reference;
  const field = formatPath(path);
  if (kind === 'env') return { kind, name: written, field };
  return { kind, path: absoluteAt(documents, [...path, kind], written), field };
}

/** A relative path starts at the folder of the file that writes it. */
export function absoluteAt(documents: readonly SourceDocument[], path: Path, written: string): string {
  return resolve((originOf(documents, path) ?? documents[0])?.folder ?? '', written);
}
