import { FACTORY_FIELDS, type Finding } from 'nvs-core';
import { shown } from 'nvs-core/errors';
import * as z from 'zod/mini';
import { configErrors } from '../errors';
import { formatPath, type Path, valueAt } from './document';
import { renamed } from './renamed';
import type { Placed } from './rules';
import { isRecord } from './values/record';
import { kindOf, wordsOf } from './words';

/** What zod found as findings of ours, in the order of the schema; the issues have the messages of `messageOf`. */
export function fromIssues(
  issues: readonly z.core.$ZodIssue[],
  document: unknown,
  base: Path = [],
): Placed[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path.filter((part) => typeof part !== 'symbol')];
    return fromIssue(issue, path, document);
  });
}

const messages = new WeakMap<z.core.$ZodType, Map<string, string>>();

/** An issue's schema is known only where its message is made: what a finding needs of it goes there. */
export function messageOf({ code, inst }: z.core.$ZodRawIssue): string | undefined {
  if (!(inst instanceof z.core.$ZodType)) return undefined;
  // A list can have thousands of the same issue, and JSON Schema of a schema takes a millisecond.
  const known = messages.get(inst) ?? new Map<string, string>();
  messages.set(inst, known);
  const message = known.get(code) ?? makeMessage(code, inst);
  known.set(code, message);
  return message;
}

function makeMessage(code: string, inst: z.core.$ZodType): string {
  if (code === 'unrecognized_keys')
    return JSON.stringify(Object.keys((inst as z.core.$ZodObject)._zod.def.shape));
  const { $defs, ...schema } = z.toJSONSchema(inst, { io: 'input' });
  return wordsOf(schema, $defs);
}

/** The field at a path in a sentence: "the serial number", or its path in quotes. */
export function nameOf(path: Path): string {
  if (path.length === 0) return 'the config';
  const row = FACTORY_FIELDS.find(
    ({ section, name, configPath = [section, name] }) =>
      configPath.length === path.length && configPath.every((part, index) => part === path[index]),
  );
  return row === undefined ? `"${formatPath(path)}"` : `the ${row.label}`;
}

function fromIssue(issue: z.core.$ZodIssue, path: Path, document: unknown): Placed[] {
  const value = valueAt(document, path);
  const what = nameOf(path);
  const at = (finding: Finding): Placed[] => [{ path, finding }];
  switch (issue.code) {
    case 'custom': {
      const findings: (what: string) => readonly Finding[] = issue.params?.findings;
      return findings(what).flatMap((finding) => at({ ...finding, where: {} }));
    }
    case 'unrecognized_keys': {
      const known = JSON.parse(issue.message) as string[];
      return issue.keys.map((key) => ({ path: [...path, key], finding: unknownKey(key, known) }));
    }
    case 'too_small': {
      const length = Array.isArray(value) ? value.length : 0;
      const params = { what, length, must: `${issue.minimum} or more` };
      return at(configErrors.finding('config.list-length', params));
    }
    case 'invalid_union': {
      const { discriminator, options = [] } = issue as { discriminator?: string; options?: unknown[] };
      if (discriminator !== undefined) return at(notOneOf(what, value, options.map(String)));
      return fromUnion(issue, path, document);
    }
    case 'invalid_value':
      return at(notOneOf(what, value, issue.values.map(String)));
    default:
      return at(wrongType(what, value, issue.message));
  }
}

/** A value in none of its forms is reported as the form that was meant. */
function fromUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, document: unknown): Placed[] {
  const value = valueAt(document, path);
  const what = nameOf(path);
  const [form, other] = issue.errors.filter((issues) => isMeant(issues, value));
  if (form !== undefined && other === undefined) return fromIssues(form, document, path);
  if (isRecord(value)) {
    if (Object.hasOwn(value, 'file') && Object.hasOwn(value, 'env')) {
      const params = { what: '"file"', other: '"env"', why: 'a value has one source' };
      return [{ path, finding: configErrors.finding('config.conflict', params) }];
    }
    const isEmpty =
      Object.keys(value).length === 0 && issue.errors.some((issues) => !issues.some(isWrongType));
    if (isEmpty || Object.hasOwn(value, 'hex'))
      return [{ path, finding: configErrors.finding('config.missing', { what, must: issue.message }) }];
  }
  if (form !== undefined) return fromIssues(form, document, path);
  return [{ path, finding: wrongType(what, value, issue.message) }];
}

/** A text or a number is meant by what it is, an object by one of its keys and by its marker. */
function isMeant(issues: readonly z.core.$ZodIssue[], value: unknown): boolean {
  if (
    issues.some((issue) => isWrongType(issue) || (issue.code === 'invalid_value' && issue.path.length === 1))
  )
    return false;
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  return !isRecord(value) || Object.keys(value).some((key) => !unknown.includes(key));
}

function isWrongType({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0;
}

function unknownKey(key: string, known: readonly string[]): Finding {
  const now = renamed(key);
  return configErrors.finding('config.unknown-key', {
    key: shown(key),
    known,
    ...(now === undefined ? {} : { renamed: now }),
  });
}

function notOneOf(what: string, value: unknown, allowed: readonly string[]): Finding {
  if (typeof value !== 'string') return wrongType(what, value, `one of ${allowed.join(', ')}`);
  return configErrors.finding('config.not-one-of', { what, got: shown(value), allowed });
}

function wrongType(what: string, value: unknown, must: string): Finding {
  if (value === undefined) return configErrors.finding('config.missing', { what, must });
  return configErrors.finding('config.wrong-type', { what, got: kindOf(value), must });
}
