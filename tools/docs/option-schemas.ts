import { OVERRIDES } from '../../packages/nx-esp32-factory/src/config';
import { plainConfigSchema } from '../../packages/nx-esp32-factory/src/config/json-schema';
import type { JsonSchema } from '../../packages/nx-esp32-factory/src/config/values/record';

/** The options of factory-image that override fields of the config, as a schema of Nx has them. */
export function optionSchemas(): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries(OVERRIDES).map(([name, { path }]) => {
      const { description, ...field } = fieldAt(path);
      return [name, { ...optionOf(field), description: `${description} Overrides the config.` }];
    }),
  );
}

function fieldAt(path: readonly (string | number)[]): JsonSchema {
  return path.reduce<JsonSchema>(
    (schema, key) => (schema.properties as JsonSchema)[key] as JsonSchema,
    plainConfigSchema(),
  );
}

/** Values without a type on a command line are text. */
function optionOf({ anyOf = [], ...field }: JsonSchema): JsonSchema {
  const isNumber = ({ type, enum: names }: JsonSchema) =>
    type === 'integer' || (Array.isArray(names) && names.includes(0));
  if ([field, ...(anyOf as JsonSchema[])].some(isNumber))
    return { oneOf: [{ type: 'string' }, { type: 'number' }] };
  if (field.type === 'boolean') return { type: 'boolean' };
  return { type: 'string', ...(field.enum === undefined ? {} : { enum: field.enum }) };
}
