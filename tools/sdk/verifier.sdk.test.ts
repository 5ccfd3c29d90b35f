/** Verifiers are those of the Matter SDK. */
import fc from 'fast-check';
import { computeVerifier, PASSCODE_MAX, PASSCODE_MIN } from 'nvs-core';
import { FORBIDDEN_PASSCODES } from '../../packages/nvs-core/src/commissioning/passcode';
import { bytesArbitrary, parametersOf, printSeed, runsOf } from '../conformance/seed';
import { withSdk } from '../testing/needs-sdk';
import { askSdk, base64 } from './driver';

jest.setTimeout(600_000);

const VERIFIERS = 500;
const input = fc.record({
  passcode: fc
    .integer({ min: PASSCODE_MIN, max: PASSCODE_MAX })
    .filter((passcode) => !FORBIDDEN_PASSCODES.includes(passcode)),
  salt: bytesArbitrary(fc.integer({ min: 16, max: 32 })),
  iterations: fc.integer({ min: 1000, max: 3000 }),
});

withSdk('verifiers', () => {
  test('are the verifiers of the SDK', async () => {
    const count = runsOf(VERIFIERS);
    printSeed('verifiers', count);
    const inputs = fc.sample(input, { ...parametersOf(VERIFIERS), numRuns: count });
    const limits = [1000, 100_000].map((iterations) => ({ ...inputs[0], iterations }) as (typeof inputs)[0]);
    const all = [...inputs, ...limits];
    const questions = all.map(({ salt, ...rest }) => ({ ...rest, salt: base64(salt) }));
    expect(all.map((one) => base64(computeVerifier(one).bytes))).toEqual(
      await askSdk('verifier.py', questions),
    );
  });
});
