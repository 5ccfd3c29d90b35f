/** The fields of the table in a config: its sections have them from here. */
import {
  FACTORY_FIELDS,
  FactoryError,
  type FactoryField,
  type FactoryRow,
  type FactorySection,
  type Finding,
  type ValueOf,
} from 'nvs-core';
import * as z from 'zod/mini';
import { configErrors } from '../errors';
import { encodedBytes } from './values/bytes';
import { credential } from './values/credential';
import { described, list, withExamples } from './values/field';
import { RANDOM, type Random } from './values/forms';
import { integer, namedNumber } from './values/integer';
import type { Reference } from './values/reference';
import { textOrReference } from './values/text';

/** Rows that a config has in their section, under their name. */
type RowOf<S extends FactorySection> = Exclude<
  Extract<FactoryRow, { section: S }>,
  { configPath: readonly string[] }
>;

type Leaf<R extends FactoryRow> =
  | ValueOf<R['kind']>
  | (R['kind'] extends { type: 'text' | 'bytes' | 'base64' | 'der' } ? Reference<ValueOf<R['kind']>> : never)
  | (R extends { config: { generated: true } } ? Random : never);

type Field<R extends FactoryRow> = R extends { config: { required: true } }
  ? z.ZodMiniType<Leaf<R>>
  : R extends { config: { default: unknown } }
    ? z.ZodMiniPrefault<z.ZodMiniType<Leaf<R>>>
    : z.ZodMiniExactOptional<z.ZodMiniType<Leaf<R>>>;

/** The fields of a section, in the order of the table. */
export function fieldsOf<S extends FactorySection>(section: S) {
  const rows = FACTORY_FIELDS.filter((row) => row.section === section && row.configPath === undefined);
  const fields = Object.fromEntries(rows.map((row) => [row.name, fieldOf(row)]));
  // The table pairs each name with a kind.
  return fields as { [R in RowOf<S> as R['name']]: Field<R> };
}

function fieldOf(row: FactoryField): z.ZodMiniType {
  const { required, default: preset, examples } = row.config ?? {};
  const leaf = leafOf(row);
  if (examples !== undefined) withExamples(leaf, examples);
  const field =
    preset !== undefined ? z.prefault(leaf, preset) : required === true ? leaf : z.exactOptional(leaf);
  return described(field, descriptionOf(row));
}

/** What a row is, in a sentence; JSON Schema counts characters, and the device bytes. */
export function descriptionOf({ description, kind }: FactoryField): string {
  return kind.type === 'text' ? description.replace(/\.$/, `, at most ${kind.max} bytes.`) : description;
}

function leafOf(row: FactoryField): z.ZodMiniType {
  const { kind, hexDigits, config = {} } = row;
  const { generated, pattern, form, why } = config;
  const others = generated === true ? [RANDOM] : [];
  switch (kind.type) {
    case 'text':
      return textOrReference({ ...kind, further: kindCheck(row), pattern, form }, others);
    case 'number': {
      if (kind.names !== undefined) return namedNumber(kind.names);
      const { min = kind.min, max = kind.max } = config;
      return integer({ min, max, hex: hexDigits !== undefined, why }, others);
    }
    case 'choice':
      return z.enum(kind.names);
    case 'choices':
      return list(z.enum(kind.names));
    case 'der':
      return credential();
    default:
      return encodedBytes(kind.type === 'bytes' ? 'hex' : 'base64', lengthCheck(row), others);
  }
}

/** What else the device demands. Errors: factory-data.*, commissioning.* */
function kindCheck({ kind, label }: FactoryField) {
  return (value: unknown): void => {
    const findings: Finding[] = [];
    kind.check(value as never, label, (finding) => findings.push(finding));
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new FactoryError(errors);
  };
}

function lengthCheck(row: FactoryField) {
  const { kind } = row;
  if (!('max' in kind) || kind.min !== kind.max) return kindCheck(row);
  return ({ length }: Uint8Array, what: string): void => {
    if (length !== kind.max)
      throw configErrors.error('config.bytes-length', { what, length, must: `${kind.max} bytes` });
  };
}
