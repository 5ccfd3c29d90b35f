import { configSchema } from '../../../src/config';
import { needsOf } from '../../../src/init/needs';

const ids = { vendorId: '0xFFF1', productId: '0x8000' };
const needs = (config: object) => needsOf(configSchema.parse({ deviceInstanceInfo: ids, ...config }));
const credentials = {
  dac: { certificate: { env: 'DAC' }, key: { env: 'KEY' } },
  pai: { certificate: { env: 'PAI' } },
  certificationDeclaration: { file: 'cd.der' },
};
const COMMISSIONING = ['discriminator', 'iteration-count', 'salt', 'verifier'];
const IDS = ['vendor-id', 'product-id'];

describe('needsOf', () => {
  it.each<[string, object, readonly string[]]>([
    ['ids alone', {}, [...COMMISSIONING, ...IDS]],
    ['a dynamic passcode', { commissioning: { passcode: { dynamic: true } } }, ['discriminator', ...IDS]],
    [
      'unresolved references',
      { attestation: credentials },
      [...COMMISSIONING, 'dac-cert', 'dac-key', 'dac-pub-key', 'pai-cert', 'cert-dclrn', ...IDS],
    ],
    [
      'names, a serial number and a rotatingDeviceIdUniqueId',
      {
        deviceInstanceInfo: {
          ...ids,
          vendorName: { env: 'NAME' },
          serialNumber: { random: true },
          rotatingDeviceIdUniqueId: { random: true },
        },
      },
      [...COMMISSIONING, ...IDS, 'vendor-name', 'serial-num', 'rd-id-uid'],
    ],
    [
      'device information',
      {
        commissioning: { locationCapability: 'indoor' },
        deviceInfo: {
          locales: ['en-US'],
          calendarTypes: ['Gregorian'],
          fixedLabels: [{ endpoint: 10, label: 'room', value: 'hall' }],
          supportedModes: [{ endpoint: 1, mode: 0, label: 'night' }],
        },
      },
      [...COMMISSIONING, 'loc-capability', ...IDS, 'locale-sz', 'cal-types', 'fl-sz/a', 'sm-sz/1'],
    ],
    [
      'extra keys of this and another namespace',
      {
        nvs: {
          extra: [
            { namespace: 'chip-factory', key: 'mine', type: 'u8', value: 1 },
            { namespace: 'app', key: 'other', type: 'u8', value: 1 },
          ],
        },
      },
      [...COMMISSIONING, ...IDS, 'mine'],
    ],
    [
      'attestation data in esp_secure_cert',
      { attestation: credentials, storage: { attestation: 'secure-cert' } },
      [...COMMISSIONING, 'cert-dclrn', ...IDS],
    ],
    [
      'all data that esp_secure_cert can store',
      { attestation: credentials, storage: { attestation: 'secure-cert', commissioning: 'secure-cert' } },
      ['cert-dclrn', ...IDS],
    ],
  ])('%s', (_, config, keys) => {
    expect([...needs(config).keys].sort()).toEqual([...keys].sort());
  });

  it('includes label, size, encryption and ids', () => {
    const partition = { label: 'fctry', size: '0x4000' };
    expect(needs({ partition, encryption: { scheme: 'flash' } })).toMatchObject({
      label: 'fctry',
      size: 0x4000,
      encryption: { scheme: 'flash' },
      vendorId: 0xfff1,
      productId: 0x8000,
    });
  });

  it('includes where the key of the DAC is', () => {
    const storage = { attestation: 'secure-cert', secureCert: { size: '0x2000' } };
    const inPartition = { size: 0x2000, commissioning: false, key: 'partition' };
    expect(needs({ storage }).secureCert).toEqual(inPartition);
    const inEfuse = { ...storage, ecdsaPeripheral: { keyId: 1 } };
    expect(needs({ storage: inEfuse }).secureCert).toEqual({ ...inPartition, key: 'ecdsa-peripheral' });
  });
});
