import {
  assertPasscode,
  generateDiscriminator,
  generatePasscode,
  generateSalt,
} from '../../src/commissioning';
import { assertDiscriminator, FORBIDDEN_PASSCODES } from '../../src/commissioning/passcode';

/** A generator that returns one 32-bit number. */
const fixed = (value: number) => (length: number) => {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};

test.each([1, 20202021, 11111110, 11111112, 99999998])('passcode %d is allowed', (passcode) => {
  expect(assertPasscode(passcode)).toBe(passcode);
});

test.each([0, 1, 4095])('discriminator %d is allowed', (discriminator) => {
  expect(assertDiscriminator(discriminator)).toBe(discriminator);
});

test('random numbers map to the allowed passcodes without a gap', () => {
  const last = 99999998 - FORBIDDEN_PASSCODES.length - 1;
  expect([0, last].map((index) => generatePasscode(fixed(index)))).toEqual([1, 99999998]);
  FORBIDDEN_PASSCODES.forEach((forbidden, rank) => {
    const index = forbidden - 1 - rank;
    expect(generatePasscode(fixed(index - 1))).toBe(forbidden - 1);
    expect(generatePasscode(fixed(index))).toBe(forbidden + 1);
  });
});

test('generated values are allowed and differ', () => {
  const passcodes = Array.from({ length: 50 }, () => assertPasscode(generatePasscode()));
  const discriminators = Array.from({ length: 50 }, () => assertDiscriminator(generateDiscriminator()));
  expect(new Set(passcodes).size).toBeGreaterThan(45);
  expect(new Set(discriminators).size).toBeGreaterThan(30);
});

test('a discriminator and a salt are what the generator returns', () => {
  expect(generateDiscriminator(fixed(0))).toBe(0);
  expect(generateDiscriminator(fixed(4095))).toBe(4095);
  const counting = (length: number) => Uint8Array.from({ length }, (_, index) => index);
  expect(generateSalt(counting)).toEqual(counting(32));
  expect(generateSalt(counting, 16)).toEqual(counting(16));
});
