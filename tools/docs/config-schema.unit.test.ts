import Ajv2020 from 'ajv/dist/2020';
import { isRecord } from '../../packages/nx-esp32-factory/src/config/values/record';
import {
  FULL,
  type Json,
  judge,
  MINIMAL,
  minimalWith,
} from '../../packages/nx-esp32-factory/test/config/samples';
import { configJsonSchema } from './config-schema';

describe('the JSON Schema', () => {
  const validate = new Ajv2020({ strict: false }).compile(configJsonSchema());
  const dac = { certificate: { file: 'c' }, key: { file: 'k', passphrase: { env: 'P' } } };
  const pai = { certificate: { env: 'PAI' } };

  const ACCEPTED: readonly Json[] = [
    MINIMAL,
    FULL,
    minimalWith('attestation', { pai, dac }),
    minimalWith('attestation', { pai: { ...pai, signer: ['sign'] }, dac: { issue: { validDays: '10' } } }),
    minimalWith('encryption', { scheme: 'hmac', keyId: 1 }),
    { extends: 'factory.config.json' },
    {
      extends: 'factory.config.json',
      commissioning: { passcode: { env: 'P' }, salt: null },
      deviceInfo: null,
    },
    {
      extends: 'factory.config.json',
      attestation: { dac: { key: { env: 'K' } } },
      encryption: { key: { file: 'k' } },
    },
    { extends: 'factory.config.json', encryption: { scheme: 'none', key: null } },
    { extends: 'factory.config.json', attestation: { dac: { issue: null, certificate: { env: 'C' } } } },
  ];

  it.each(ACCEPTED)('accepts config %#', (config) => {
    validate(config);
    expect(validate.errors).toBe(null);
  });

  /** The same is refused by the loader: the schema is no stricter. */
  const REJECTED: readonly Json[] = [
    {},
    { ...MINIMAL, chips: 'esp32' },
    { ...MINIMAL, deviceInfo: null },
    minimalWith('deviceInstanceInfo.vendorId', 0),
    minimalWith('deviceInstanceInfo.vendorId', 'FFF1'),
    minimalWith('deviceInstanceInfo.vendorName', ''),
    minimalWith('deviceInstanceInfo.vendorName', { env: 'A-B' }),
    minimalWith('deviceInstanceInfo.productColor', 'pink'),
    minimalWith('commissioning.passcode', 100000000),
    minimalWith('commissioning.flow', 3),
    minimalWith('commissioning.discovery', ['bel']),
    minimalWith('attestation', { pai, dac: { certificate: 'dac.pem', key: { file: 'k' } } }),
    minimalWith('attestation', { pai, dac: { ...dac, key: { file: 'k', passphrase: 'secret' } } }),
    minimalWith('nvs.extra', [{ namespace: 'n', key: 'k', type: 'u8', value: 256 }]),
    minimalWith('nvs.extra', [{ namespace: 'n', key: 'k', type: 'blob', value: '00' }]),
    minimalWith('encryption', { scheme: 'flash', keyId: 1 }),
    minimalWith('partition.size', 100),
  ];

  it.each(REJECTED)('rejects config %#', (config) => {
    expect(validate(config)).toBe(false);
    expect(() => judge(config)).toThrow();
  });

  it.each([{ encryption: { scheme: 'none', keyId: 1 } }, { encryption: { keys: null } }])(
    'rejects variant %#',
    (variant) => {
      expect(validate({ extends: 'factory.config.json', ...variant })).toBe(false);
    },
  );

  it('describes every field', () => {
    const bare: string[] = [];
    const walk = (node: unknown, path: string, name?: string): void => {
      if (Array.isArray(node))
        for (const [index, element] of node.entries()) walk(element, `${path}/${index}`);
      if (!isRecord(node)) return;
      if (name !== undefined && node.description === undefined) bare.push(path);
      for (const [key, child] of Object.entries(node)) {
        if (key === 'properties' && isRecord(child)) {
          for (const [field, schema] of Object.entries(child)) walk(schema, `${path}/${field}`, field);
        } else walk(child, `${path}/${key}`);
      }
    };
    walk(configJsonSchema(), '');
    expect(bare).toEqual([]);
  });
});
