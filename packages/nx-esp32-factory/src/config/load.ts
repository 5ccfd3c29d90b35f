import { join, resolve } from 'node:path';
import { FactoryError, type Finding, type Where } from 'nvs-core';
import { firstFindings, locate } from 'nvs-core/errors';
import { formatPath, memoryDocument, type Path } from './document';
import { fromIssues, messageOf } from './findings';
import { applyOverrides } from './overrides';
import type { ConfigReference } from './references';
import { checkRules, type Placed } from './rules';
import { configSchema, type FactoryConfig, flagsSchema } from './schema';
import { absoluteAt, type ReadFile, readSource, referencesOf, type Source, whereIs } from './source';
import { CONFIG_FILE } from './variant';

export interface LoadOptions {
  readonly readFile: ReadFile;
  /** Options of a command line by the names of OVERRIDES. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** A valid config with all that is needed to follow its references and to tell its source locations. */
export interface LoadedConfig {
  readonly config: FactoryConfig;
  /** The config as it is written: what it extends and options merged, nothing filled in. */
  readonly written: unknown;
  /** The config files that were read, absolute: the one asked for, then what it extends. */
  readonly files: readonly string[];
  /** What the config refers to, in the order of the text; the files that it extends come first. */
  readonly references: readonly ConfigReference[];
  /** The source location of a field: file, line, column, or the option that gives it. */
  where(path: Path): Where;
  /** The absolute path of a path that is written at a field. */
  absolute(path: Path, written: string): string;
}

/**
 * Reads and validates a config file; in each file of an extends chain, relative paths start at the folder of that file.
 * Errors: every code of the config subject but those of content and environment, files.*; all at once.
 */
export function loadConfig(path: string, options: LoadOptions): LoadedConfig {
  const source = readSource(path, options.readFile);
  if (source.missing !== undefined) throw source.missing;
  return validate(source, options.overrides ?? {});
}

/**
 * Validates a config that is not in a file. `labels` names the flags that gave its fields ("--vendor-id"); relative
 * paths start at `folder`.
 */
export function configFromObject(
  value: unknown,
  options: {
    readonly folder: string;
    readonly label: string;
    readonly labels?: ReadonlyMap<string, string>;
    readonly idsOptional?: boolean;
  },
): LoadedConfig {
  const document = {
    ...memoryDocument(value, options.label),
    path: join(options.folder, CONFIG_FILE),
    folder: resolve(options.folder),
  };
  const loaded = validate(
    { value, documents: [document] },
    {},
    {
      schema: options.idsOptional === true ? flagsSchema : configSchema,
      labels: options.labels ?? new Map(),
    },
  );
  return { ...loaded, files: [] };
}

function validate(
  source: Source,
  overrides: Readonly<Record<string, unknown>>,
  {
    schema,
    labels: flags,
  }: {
    readonly schema: typeof configSchema | typeof flagsSchema;
    readonly labels: ReadonlyMap<string, string>;
  } = {
    schema: configSchema,
    labels: new Map(),
  },
): LoadedConfig {
  const { documents } = source;
  const { value, labels } = applyOverrides(source.value, overrides);
  const options = new Map([...flags, ...labels]);
  const where = (path: Path, what: 'value' | 'key' = 'value'): Where =>
    optionAt(options, path) ?? whereIs(documents, path, what);

  // Without messages first: zod makes them in a valid config too, for each form of a union that a value does not have.
  const parsed = schema.safeParse(value);
  const result = parsed.success ? parsed : schema.safeParse(value, { error: messageOf });
  const placed: Placed[] = [
    ...(result.success ? [] : fromIssues(result.error.issues, value)),
    ...checkRules(value),
  ];
  const findings = placed.map(({ path, finding }) =>
    locate(finding, where(path, finding.code === 'config.unknown-key' ? 'key' : 'value')),
  );
  if (!result.success || findings.length > 0) throw new FactoryError(firstFindings(inOrder(findings)));
  return {
    config: result.data,
    written: value,
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
