import { isFlashEncrypted, type PlanFirmware, type PlanImage, planFlash } from '../../src/flash/plan';
import { codesOf } from './rejects';

const row = (
  label: string,
  offset: number,
  size: number,
  type: number,
  subtype: number,
  encrypted = false,
) => {
  return { label, offset, size, type, subtype, encrypted };
};
const firmware: PlanFirmware = {
  flashSize: 0x400000,
  partitions: [
    row('nvs_keys', 0xb000, 0x1000, 1, 4, true),
    row('esp_secure_cert', 0xd000, 0x2000, 0x3f, 6, true),
    row('fctry', 0x3e0000, 0x6000, 1, 2),
    row('crooked', 0x3e0800, 0x1000, 1, 2),
    row('flagged', 0x3d0000, 0x3000, 1, 2, true),
    row('far', 0x3ff000, 0x2000, 1, 2),
  ],
};
const encrypting: PlanFirmware = { ...firmware, flashEncryption: true };
const image = (label: string, length = 0x1000, encryption?: PlanImage['encryption']): PlanImage => {
  return { label, file: `${label}.bin`, length, ...(encryption === undefined ? {} : { encryption }) };
};

test('images get the addresses of their partitions, in the order of addresses', () => {
  expect(
    planFlash({ firmware, images: [image('fctry', 0x6000), image('nvs_keys'), image('esp_secure_cert', 7)] }),
  ).toEqual([
    {
      label: 'nvs_keys',
      address: 0xb000,
      file: 'nvs_keys.bin',
      length: 0x1000,
      encryption: 'none',
      needsEncryptionOff: true,
    },
    {
      label: 'esp_secure_cert',
      address: 0xd000,
      file: 'esp_secure_cert.bin',
      length: 7,
      encryption: 'none',
      needsEncryptionOff: true,
    },
    { label: 'fctry', address: 0x3e0000, file: 'fctry.bin', length: 0x6000, encryption: 'none' },
  ]);
});

test.each([
  ['nvs_keys', undefined, 'device'],
  ['nvs_keys', 'host', 'host'],
  ['esp_secure_cert', undefined, 'device'],
  ['esp_secure_cert', 'none', 'none'],
  ['fctry', undefined, 'none'],
] as const)('under flash encryption %s (%s) is encrypted by: %s', (label, encryption, expected) => {
  expect(planFlash({ firmware: encrypting, images: [image(label, 16, encryption)] })[0]?.encryption).toBe(
    expected,
  );
});

test.each([
  ['app', row('a', 0, 0, 0, 0x10), true],
  ['otadata', row('a', 0, 0, 1, 0), true],
  ['nvs_keys without the flag', row('a', 0, 0, 1, 4), true],
  ['nvs', row('a', 0, 0, 1, 2), false],
  ['phy', row('a', 0, 0, 1, 1), false],
  ['phy with the flag', row('a', 0, 0, 1, 1, true), true],
])('%s is read through flash encryption: %j', (_name, partition, expected) => {
  expect(isFlashEncrypted(partition)).toBe(expected);
});

test('with the app, what the bootloader encrypts by the table is marked for the first boot', () => {
  const images = [image('fctry'), image('nvs_keys'), image('esp_secure_cert', 16, 'device')];
  const partitions = encrypting.partitions.map((one) =>
    one.label === 'esp_secure_cert' ? { ...one, encrypted: false } : one,
  );
  const marks = (isWritten: boolean) =>
    planFlash({ firmware: { ...encrypting, partitions, isWritten }, images }).map(
      ({ label, encryptedAtFirstBoot }) => [label, encryptedAtFirstBoot ?? false],
    );
  expect(Object.fromEntries(marks(true))).toEqual({ fctry: false, nvs_keys: true, esp_secure_cert: false });
  expect(marks(false).every(([, isMarked]) => isMarked === false)).toBe(true);
});

describe('all mismatches are rejected at once', () => {
  test.each<[string[], PlanFirmware, PlanImage[]]>([
    [['flash.nothing-to-write'], firmware, []],
    [['flash.partition-missing'], firmware, [image('nvs')]],
    [['flash.partition-missing'], { partitions: [] }, [image('nvs')]],
    [['flash.image-empty'], firmware, [image('fctry', 0)]],
    [['flash.image-too-large'], firmware, [image('fctry', 0x6001)]],
    [['flash.address-misaligned'], firmware, [image('crooked')]],
    [['flash.beyond-flash'], firmware, [image('far')]],
    [['flash.written-twice'], firmware, [image('fctry'), image('fctry')]],
    [['flash.address-misaligned', 'flash.parts-overlap'], firmware, [image('fctry'), image('crooked')]],
    [['flash.encryption-contradicts'], firmware, [image('nvs_keys', 16, 'device')]],
    [['flash.encryption-contradicts'], firmware, [image('nvs_keys', 16, 'host')]],
    [['flash.encryption-contradicts'], encrypting, [image('nvs_keys', 16, 'none')]],
    [['flash.encryption-contradicts'], encrypting, [image('fctry', 16, 'device')]],
    [['flash.encryption-contradicts'], encrypting, [image('flagged')]],
    [['flash.partition-missing', 'flash.image-too-large'], firmware, [image('x'), image('nvs_keys', 0x1001)]],
  ])('%j', (codes, table, images) => {
    expect(codesOf(() => planFlash({ firmware: table, images }))).toEqual(codes);
  });

  test('the end of a partition is not checked if the flash size is unknown', () => {
    const { flashSize: _size, ...unknown } = firmware;
    expect(planFlash({ firmware: unknown, images: [image('far')] })).toHaveLength(1);
  });
});
