/** Codes and verifiers are those of the Matter SDK. */
import fc from 'fast-check';
import { computeVerifier, encodeManualCode, encodeQrCode, PASSCODE_MAX, PASSCODE_MIN } from 'nvs-core';
import { FORBIDDEN_PASSCODES } from '../../packages/nvs-core/src/commissioning/passcode';
import { bytesArbitrary, parametersOf, printSeed, runsOf } from '../conformance/seed';
import { withSdk } from '../testing/needs-sdk';
import { type CodeFields, sdkCodes, sdkReads, sdkVerifiers } from './commissioning';

jest.setTimeout(600_000);

const CODES = 5000;
const VERIFIERS = 300;

const passcode = fc
  .integer({ min: PASSCODE_MIN, max: PASSCODE_MAX })
  .filter((one) => !FORBIDDEN_PASSCODES.includes(one));
const payload: fc.Arbitrary<CodeFields> = fc.record({
  vendorId: fc.integer({ min: 1, max: 0xfff4 }),
  productId: fc.integer({ min: 1, max: 0xffff }),
  flow: fc.integer({ min: 0, max: 2 }),
  // This SDK refuses NFC (16) and Thread (32), which newer ones have.
  discovery: fc.integer({ min: 1, max: 0xf }),
  discriminator: fc.integer({ min: 0, max: 0xfff }),
  passcode,
});

function sample<T>(what: string, arbitrary: fc.Arbitrary<T>, usual: number): T[] {
  printSeed(what, runsOf(usual));
  return fc.sample(arbitrary, { ...parametersOf(usual), numRuns: runsOf(usual) });
}

withSdk('codes', () => {
  const payloads = sample('codes', payload, CODES);

  test('are the codes of the SDK', async () => {
    expect(payloads.map((one) => encodeQrCode(one))).toEqual(await sdkCodes('qr', payloads));
    expect(payloads.map((one) => encodeManualCode(one))).toEqual(await sdkCodes('manual', payloads));
  });

  test('are read by the SDK as what they were made of', async () => {
    const read = await sdkReads(
      'qr',
      payloads.map((one) => encodeQrCode(one)),
    );
    expect(
      read.map((values) => [
        values?.VendorID,
        values?.ProductID,
        values?.CommissioningFlow,
        values?.RendezvousInformation,
        values?.['Long discriminator'],
        values?.SetUpPINCode,
      ]),
    ).toEqual(
      payloads.map(({ vendorId, productId, flow, discovery, discriminator, passcode: code }) =>
        [vendorId, productId, flow, discovery, discriminator, code].map(String),
      ),
    );
  });
});

withSdk('verifiers', () => {
  test('are the verifiers of the SDK', async () => {
    const inputs = sample(
      'verifiers',
      fc.record({
        passcode,
        salt: bytesArbitrary(fc.integer({ min: 16, max: 32 })),
        iterations: fc.integer({ min: 1000, max: 3000 }),
      }),
      VERIFIERS,
    );
    const ours = inputs.map((input) => Buffer.from(computeVerifier(input).bytes).toString('hex'));
    expect(ours).toEqual((await sdkVerifiers(inputs)).map((bytes) => Buffer.from(bytes).toString('hex')));
  });
});
