import type { Finding } from 'nvs-core';
import type * as z from 'zod/mini';
import { configErrors } from '../errors';
import { formatPath, type Path, valueAt } from './document';
import { type JsonSchema, plainConfigSchema } from './json-schema';
import { renamed } from './renamed';
import type { Placed } from './rules';
import { kindOf } from './values/leaf';
import { isRecord } from './values/record';

/** What zod found as findings of ours, in the order of the schema. */
export function fromIssues(issues: readonly z.core.$ZodIssue[], document: unknown): Placed[] {
  return issues.flatMap((issue) => fromIssue(issue, document));
}

function fromIssue(issue: z.core.$ZodIssue, document: unknown): Placed[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const value = valueAt(document, path);
  switch (issue.code) {
    case 'custom':
      return ownFindings(issue, path);
    case 'unrecognized_keys': {
      const known = knownKeys(path, document);
      return issue.keys.map((key) => ({ path: [...path, key], finding: unknownKey(key, known) }));
    }
    case 'invalid_union': {
      const { discriminator, options } = issue as { discriminator?: string; options?: unknown[] };
      return [{ path, finding: unknownTag(path, value, discriminator ?? '', (options ?? []).map(String)) }];
    }
    case 'too_small': {
      const length = Array.isArray(value) ? value.length : 0;
      const params = { what: nameOf(path), length, must: `${issue.minimum} or more` };
      return [{ path, finding: configErrors.finding('config.list-length', params) }];
    }
    default: {
      const expected = 'expected' in issue ? String(issue.expected) : 'another value';
      return [{ path, finding: wrongKind(path, value, expected) }];
    }
  }
}

function unknownKey(key: string, known: readonly string[]): Finding {
  const now = renamed(key);
  return configErrors.finding('config.unknown-key', {
    key,
    known,
    ...(now === undefined ? {} : { renamed: now }),
  });
}

/** A leaf that refers to a key below itself has already named it in the path. */
function ownFindings(issue: z.core.$ZodIssueCustom, path: Path): Placed[] {
  const finding = issue.params?.finding as Finding | undefined;
  if (finding === undefined) throw new TypeError(`an issue without its finding: ${issue.message}`);
  const { field, ...where } = finding.where;
  const own = finding.code === 'config.unknown-key' && field === undefined;
  return [{ path: own ? [...path, String(finding.params.key)] : path, finding: { ...finding, where } }];
}

function wrongKind(path: Path, value: unknown, expected: string): Finding {
  const kinds: Readonly<Record<string, string>> = { object: 'an object', array: 'a list' };
  const params = { what: nameOf(path), must: kinds[expected] ?? expected };
  if (value === undefined) return configErrors.finding('config.missing', params);
  return configErrors.finding('config.wrong-type', { ...params, got: kindOf(value) });
}

function unknownTag(path: Path, value: unknown, tag: string, allowed: readonly string[]): Finding {
  const what = nameOf(path);
  if (value === undefined) {
    return configErrors.finding('config.missing', { what, must: `"${tag}": one of ${allowed.join(', ')}` });
  }
  if (typeof value !== 'string') {
    return configErrors.finding('config.wrong-type', {
      what,
      got: kindOf(value),
      must: `one of ${allowed.join(', ')}`,
    });
  }
  return configErrors.finding('config.not-one-of', { what, got: value, allowed });
}

function nameOf(path: Path): string {
  return path.length === 0 ? 'the config' : `"${formatPath(path)}"`;
}

/** The fields of the object at the path, by the options that fit its tag. */
function knownKeys(path: Path, document: unknown): string[] {
  let schemas: JsonSchema[] = options(plainConfigSchema(), document);
  path.forEach((part, index) => {
    const value = valueAt(document, path.slice(0, index + 1));
    schemas = schemas.flatMap((schema) => {
      const next = typeof part === 'number' ? schema.items : (schema.properties as JsonSchema)?.[part];
      return isRecord(next) ? options(next, value) : [];
    });
  });
  return [...new Set(schemas.flatMap((schema) => Object.keys((schema.properties ?? {}) as object)))];
}

function options(schema: JsonSchema, value: unknown): JsonSchema[] {
  const list = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (list === undefined) return [schema];
  const objects = list
    .flatMap((option) => options(option, value))
    .filter((option) => isRecord(option.properties));
  const fitting = objects.filter((option) => fits(option, value));
  return fitting.length > 0 ? fitting : objects;
}

/** True if the tags of an option are those of the value, or one of its required fields stands there. */
function fits({ properties, required }: JsonSchema, value: unknown): boolean {
  if (!isRecord(value) || !isRecord(properties)) return false;
  const tags = Object.entries(properties).filter(
    ([, field]) => isRecord(field) && typeof field.const === 'string',
  );
  if (tags.length > 0) return tags.every(([key, tag]) => isRecord(tag) && value[key] === tag.const);
  return Array.isArray(required) && required.some((key) => Object.hasOwn(value, String(key)));
}
