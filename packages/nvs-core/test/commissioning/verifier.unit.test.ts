import { computeVerifier, decodeVerifier } from '../../src/commissioning';
import { FactoryError } from '../../src/errors';

const { bytes } = computeVerifier({ passcode: 1, salt: new Uint8Array(32), iterations: 1000 });

const codeOf = (verifier: Uint8Array): string | undefined => {
  try {
    decodeVerifier(verifier);
    return undefined;
  } catch (error) {
    if (error instanceof FactoryError) return error.code;
    throw error;
  }
};

test('a truncated verifier is rejected', () => {
  for (let length = 0; length < bytes.length; length++) {
    expect(codeOf(bytes.subarray(0, length))).toBe('commissioning.verifier-length');
  }
});

test('a flipped bit in L is off the curve; one in w0 cannot be detected without the passcode', () => {
  for (let at = 0; at < bytes.length; at++) {
    const flipped = Uint8Array.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ 0x01;
    expect(codeOf(flipped)).toBe(at < 32 ? undefined : 'commissioning.verifier-point-invalid');
  }
});

test('a verifier inside a larger buffer is decoded', () => {
  const padded = Uint8Array.from([1, 2, 3, ...bytes, 4]);
  expect(decodeVerifier(padded.subarray(3, 100)).bytes).toEqual(bytes);
});
