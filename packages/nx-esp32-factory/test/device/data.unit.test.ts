import { FACTORY_FIELDS } from 'nvs-core';
import * as z from 'zod/mini';
import type { JsonSchema } from '../../src/config';
import { configSchema } from '../../src/config/schema';
import { configPathOf } from '../../src/device';

const SCHEMA = z.toJSONSchema(configSchema, { io: 'input' });

/** Whether the schema has a field at the path, in any of its forms. */
function hasField(schema: unknown, path: readonly (string | number)[]): boolean {
  const { properties, anyOf, oneOf, items } = (schema ?? {}) as JsonSchema;
  const [part, ...rest] = path;
  if (part === undefined) return schema !== undefined;
  const forms = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const child = typeof part === 'number' ? items : (properties as JsonSchema | undefined)?.[part];
  return (child !== undefined && hasField(child, rest)) || forms.some((form) => hasField(form, path));
}

it.each(FACTORY_FIELDS.map(({ section, name }) => [`${section}.${name}`]))(
  '%s has its field in the config',
  (field) => expect([field, hasField(SCHEMA, configPathOf(field))]).toEqual([field, true]),
);

it('names the fields of the DAC, its key and the unique id as the config does', () => {
  expect(configPathOf('attestation.dac')).toEqual(['attestation', 'dac', 'certificate']);
  expect(configPathOf('attestation.dacKey')).toEqual(['attestation', 'dac', 'key']);
  expect(configPathOf('attestation.dacPublicKey')).toEqual(['attestation', 'dac', 'key']);
  expect(configPathOf('attestation.pai')).toEqual(['attestation', 'pai', 'certificate']);
  expect(configPathOf('deviceInstanceInfo.rotatingDeviceIdUniqueId')).toEqual([
    'deviceInstanceInfo',
    'rotatingDeviceIdUniqueId',
  ]);
  expect(configPathOf('deviceInfo.fixedLabels[0].label')).toEqual(['deviceInfo', 'fixedLabels', 0, 'label']);
});
