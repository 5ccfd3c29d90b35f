import * as z from 'zod/mini';
import { configSchema } from '../../packages/nx-esp32-factory/src/config/schema';
import { isRecord, type JsonSchema } from '../../packages/nx-esp32-factory/src/config/values/record';
import { forEditor, isSection } from './editor';

/**
 * The JSON Schema (draft 2020-12) of factory.config.json for editors. A config that extends another one may leave
 * out what the other has, and take out fields with null.
 */
export function configJsonSchema(): JsonSchema {
  const { $schema, $defs, ...config } = plainConfigSchema();
  const definitions = { ...(isRecord($defs) ? $defs : {}), config };
  const variant = variantOf(config, '#/$defs/config');
  return {
    $schema,
    title: 'factory.config.json',
    description: config.description,
    type: 'object',
    if: { required: ['extends'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { $ref: '#/$defs/variant' },
    else: { $ref: '#/$defs/config' },
    $defs: forEditor({ ...definitions, variant }, definitions),
  };
}

/** The schema of a config that stands on its own; the two forms of a reference are in its $defs. */
export function plainConfigSchema(): JsonSchema {
  plain ??= z.toJSONSchema(configSchema, { io: 'input' });
  return plain;
}

/** Made when it is first asked for: most runs need no schema. */
let plain: JsonSchema | undefined;

/**
 * The config as a variant writes it: sections merge field by field, so none of their fields is required, and null
 * takes one out; lists and values are replaced whole and look as in the config, to which `pointer` refers.
 */
function variantOf(schema: JsonSchema, pointer: string): JsonSchema {
  const { required, properties, anyOf, oneOf, ...rest } = schema;
  if (isRecord(properties) && isSection(schema)) {
    const fields = Object.entries(properties).map(([key, field]) => {
      if (!isRecord(field) || key === '$schema' || key === 'extends') return [key, field];
      return [key, orNull(field, variantOf(field, `${pointer}/properties/${key}`))];
    });
    return { ...rest, properties: Object.fromEntries(fields) };
  }
  const [keyword, options] = anyOf === undefined ? ['oneOf', oneOf] : ['anyOf', anyOf];
  if (!Array.isArray(options) || !options.some(isSection)) return { $ref: pointer };
  // Without their required tags several options can hold at once: anyOf, never oneOf.
  return {
    anyOf: options.map((option, index) =>
      withoutFieldsOf(options, variantOf(option, `${pointer}/${keyword}/${index}`)),
    ),
  };
}

/** A section that may also take out, with null, what only other options for it have. */
function withoutFieldsOf(options: readonly JsonSchema[], section: JsonSchema): JsonSchema {
  const names = options.flatMap(({ properties }) => Object.keys(properties as JsonSchema));
  const others = new Set(names.filter((name) => !Object.hasOwn(section.properties as JsonSchema, name)));
  // As a pattern, editors do not offer them.
  return { ...section, patternProperties: { [`^(${[...others].join('|')})$`]: { type: 'null' } } };
}

function orNull({ description, examples, defaultSnippets }: JsonSchema, shape: JsonSchema): JsonSchema {
  if (isSection(shape)) return { ...shape, type: ['object', 'null'] };
  return { description, examples, defaultSnippets, anyOf: [shape, { type: 'null' }] };
}
