import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { configSchema } from './schema';
import { isRecord, VALUE_KEYS } from './values/record';
import { referenceShape } from './values/reference';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/**
 * The JSON Schema (draft 2020-12) of factory.config.json for editors. A config that extends another one may leave
 * out what the other has, and take out fields with null.
 */
export function configJsonSchema(): JsonSchema {
  const [file, env] = referenceShape.anyOf;
  const config = plainConfigSchema();
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'factory.config.json',
    description: config.description,
    type: 'object',
    if: { required: ['extends'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { $ref: '#/$defs/variant' },
    else: { $ref: '#/$defs/config' },
    $defs: { file, env, config: share(config), variant: share(variantOf(config, '#/$defs/config')) },
  };
}

/** The schema of a config that stands on its own, without $defs: what the documentation is made of. */
export function plainConfigSchema(): JsonSchema {
  plain ??= withoutDialect(toJsonSchema(configSchema));
  return plain;
}

/** Made when it is first asked for: most runs need no schema. */
let plain: JsonSchema | undefined;

function withoutDialect({ $schema, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function toJsonSchema(schema: z.core.$ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    // zod drops the examples of schemas that transform: ours are carried as "shown".
    override: ({ jsonSchema }) => {
      const target = jsonSchema as Record<string, unknown>;
      const { shown, either } = target;
      for (const key of ['shown', 'either', 'what']) delete target[key];
      if (shown !== undefined) target.examples = shown;
      if (Array.isArray(either)) {
        target.anyOf = (either as z.core.$ZodType[]).map((option) => withoutDialect(toJsonSchema(option)));
      }
    },
  }) as Record<string, unknown>;
}

/** The two forms of a reference stand in a hundred places: they are named once. */
function share(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(share);
  if (!isRecord(node)) return node;
  const [file, env] = referenceShape.anyOf;
  if (isDeepStrictEqual(node, file)) return { $ref: '#/$defs/file' };
  if (isDeepStrictEqual(node, env)) return { $ref: '#/$defs/env' };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, share(value)]));
}

/**
 * The config as a variant writes it: sections merge field by field, so none of their fields is required, and null
 * takes one out; lists and values are replaced whole and look as in the config, to which `pointer` refers.
 */
function variantOf(schema: JsonSchema, pointer: string): JsonSchema {
  const { required, properties, anyOf, oneOf, ...rest } = schema;
  if (isRecord(properties) && isSection(properties)) {
    const fields = Object.entries(properties).map(([key, field]) => {
      if (!isRecord(field) || key === '$schema' || key === 'extends') return [key, field];
      return [key, orNull(field, variantOf(field, `${pointer}/properties/${key}`))];
    });
    return { ...rest, properties: Object.fromEntries(fields) };
  }
  const [keyword, options] = anyOf === undefined ? ['oneOf', oneOf] : ['anyOf', anyOf];
  if (!Array.isArray(options) || !options.some(holdsSection)) return { $ref: pointer };
  // Without their required tags several options can hold at once: anyOf, never oneOf.
  return { anyOf: options.map((option, index) => variantOf(option, `${pointer}/${keyword}/${index}`)) };
}

function holdsSection(schema: JsonSchema): boolean {
  return isRecord(schema.properties) && isSection(schema.properties);
}

/** The objects that stand for one value have no described fields. */
function isSection(properties: Readonly<Record<string, unknown>>): boolean {
  return !VALUE_KEYS.some((key) => Object.hasOwn(properties, key));
}

function orNull({ description }: JsonSchema, shape: JsonSchema): JsonSchema {
  return { description, anyOf: [shape, { type: 'null' }] };
}
