import { FactoryError } from 'nvs-core';
import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { annotated, parsed } from './field';
import type { JsonRecord } from './record';

// A run judges one config: to compile its schema takes longer than to walk it.
z.config({ jitless: true });

/** What a field is called in messages, and what it must be: "the serial number", "a text of 1 to 32 bytes". */
export interface Named {
  readonly what: string;
  readonly must: string;
}

/** How editors see a field. zod 4 drops examples of transforming schemas: they are carried as `shown`. */
export interface JsonShape {
  readonly [keyword: string]: unknown;
}

/**
 * A schema of one field: `parse` gets what the file says and returns the value or throws a FactoryError, whose
 * findings become issues at this field (`where.field`, if given, is a key below it).
 */
export function leaf<T>(named: Named, shape: JsonShape, parse: (value: unknown) => T) {
  return annotated(
    parsed((value, context): T => {
      try {
        if (value === undefined) throw configErrors.error('config.missing', { ...named });
        return parse(value);
      } catch (error) {
        if (!(error instanceof FactoryError)) throw error;
        for (const finding of error.findings) {
          const path = finding.where.field === undefined ? [] : [finding.where.field];
          context.issues.push({
            code: 'custom',
            input: value,
            message: finding.message,
            path,
            params: { finding },
          });
        }
        return z.NEVER;
      }
    }),
    { ...shape },
  );
}

/** Says what kind of value something is, without the value. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return (
    { string: 'text', number: 'a number', boolean: 'true or false' }[typeof value as string] ?? 'nothing'
  );
}

export function wrongType(named: Named, value: unknown): FactoryError {
  return configErrors.error('config.wrong-type', { ...named, got: kindOf(value) });
}

/** Refuses keys of a small object that is none of `known`. */
export function onlyKeys(value: JsonRecord, known: readonly string[]): void {
  const findings = Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => configErrors.finding('config.unknown-key', { key, known }));
  if (findings.length > 0) throw new FactoryError(findings);
}
