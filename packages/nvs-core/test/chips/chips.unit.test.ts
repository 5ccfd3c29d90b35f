import { CHIPS, findChip } from '../../src/chips';
import { FactoryError } from '../../src/errors';
import { chipErrors } from '../../src/errors/chips';

const namesWhere = (test: (chip: (typeof CHIPS)[number]) => boolean) =>
  CHIPS.filter(test).map((chip) => chip.name);

test('chips without HMAC peripheral', () => {
  expect(namesWhere((chip) => !chip.hmac)).toEqual(['esp32', 'esp32c2', 'esp32c61']);
});

test('chips with ECDSA peripheral', () => {
  expect(namesWhere((chip) => chip.ecdsa)).toEqual([
    'esp32c5',
    'esp32c61',
    'esp32h2',
    'esp32h21',
    'esp32h4',
    'esp32p4',
    'esp32s31',
  ]);
});

test('chips that may use XTS-AES-256', () => {
  const scheme = 'xts-aes-256';
  expect(namesWhere((chip) => chip.flashEncryption.includes(scheme))).toEqual([
    'esp32s2',
    'esp32s3',
    'esp32h4',
    'esp32p4',
    'esp32s31',
  ]);
});

test('chips whose BLOCK_KEY5 takes no flash encryption key', () => {
  expect(
    namesWhere((chip) => chip.keyBlocks.includes(5) && !chip.flashEncryptionKeyBlocks.includes(5)),
  ).toEqual(['esp32s3', 'esp32c3', 'esp32c6', 'esp32h2', 'esp32h4']);
});

test.each(CHIPS.map((chip) => [chip.name, chip] as const))('%s is consistent', (_name, chip) => {
  expect(findChip(chip.name)).toBe(chip);
  for (const blocks of [chip.ecdsaKeyBlocks, chip.flashEncryptionKeyBlocks]) {
    expect(chip.keyBlocks).toEqual(expect.arrayContaining([...blocks]));
  }
  expect(chip.ecdsaKeyBlocks.length > 0).toBe(chip.ecdsa);
  expect(chip.flashEncryption.length).toBeGreaterThan(0);
});

test.each(['ESP32-C6', 'esp32-c6', 'ESP32C6'])('%s is esp32c6', (name) => {
  expect(findChip(name).name).toBe('esp32c6');
});

test.each([
  ['esp32c7', 'esp32c2'],
  ['nrf52840', undefined],
  ['', undefined],
  ['__proto__', undefined],
])('rejects %j', (chip, nearest) => {
  const known = CHIPS.map(({ name }) => name);
  expect(() => findChip(chip)).toThrow(chipErrors.error('chips.unknown', { chip, nearest, known }));
  expect(() => findChip(chip)).toThrow(FactoryError);
  expect(chipErrors.codes).toEqual(['chips.unknown']);
});
