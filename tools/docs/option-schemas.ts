import { OVERRIDES, type OverrideName } from '../../packages/nx-esp32-factory/src/config';
import type { JsonSchema } from '../../packages/nx-esp32-factory/src/config/values/record';
import { plainConfigSchema } from './config-schema';

/** The options of factory-image that override fields of the config, as a schema of Nx has them. */
export function optionSchemas(): Readonly<Record<string, JsonSchema>> {
  return schemasOf(Object.keys(OVERRIDES) as OverrideName[], () => 'Overrides the config.');
}

/** What init does where an option is not given. */
const INIT = {
  vendorId: 'Asked for if not given (suggested: that of the DAC, of the firmware, or 0xFFF1).',
  vendorName: 'Asked for if not given.',
  productId: 'Asked for if not given (suggested: that of the DAC, of the firmware, or 0x8000).',
  productName: 'Asked for if not given (suggested: the name of the app).',
  discriminator: 'Random if not given.',
  chip: '',
  partitionLabel: 'If the firmware has none: fctry.',
  partitionSize: 'If the table has none: 0x6000, or less if the flash is full.',
} as const;

/** The options of init that are fields of the config; Nx shows first those that it asks for. */
export function initOptionSchemas(): Readonly<Record<string, JsonSchema>> {
  const schemas = schemasOf(Object.keys(INIT) as (keyof typeof INIT)[], (name) => INIT[name]);
  const important = (name: string) => INIT[name as keyof typeof INIT].startsWith('Asked for');
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      important(name) ? { ...schema, 'x-priority': 'important' } : schema,
    ]),
  );
}

function schemasOf<N extends OverrideName>(
  names: readonly N[],
  note: (name: N) => string,
): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    names.map((name) => {
      const { description, ...field } = fieldAt(OVERRIDES[name].path);
      return [name, { ...optionOf(field), description: `${description} ${note(name)}`.trim() }];
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
