import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '../../src/bytes';
import {
  assertVerifierMatches,
  computeVerifier,
  computeVerifierAsync,
  decodeManualCode,
  decodeQrCode,
  decodeVerifier,
  encodeManualCode,
  encodeQrCode,
} from '../../src/commissioning';
import { decodeBase38, encodeBase38 } from '../../src/commissioning/base38';
import type { SetupPayload } from '../../src/commissioning/setup-payload';
import { isVerhoeffValid, verhoeffDigit } from '../../src/commissioning/verhoeff';

interface Vectors {
  verifiers: { passcode: number; salt: string; iterations: number; verifier: string }[];
  setup: (SetupPayload & { qrCode: string; manualCode: string })[];
  base38: { hex: string; text: string }[];
  verhoeff: { digits: string; check: string }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(join(__dirname, '../vectors/commissioning/codes.json'), 'utf8'),
);

test.each(vectors.verifiers)('verifier of row %#', async ({ passcode, salt, iterations, verifier }) => {
  const input = { passcode, salt: fromHex(salt), iterations };
  const { w0, L, bytes } = computeVerifier(input);
  expect(toHex(bytes)).toBe(verifier);
  expect(await computeVerifierAsync(input)).toEqual({ w0, L, bytes });
  expect([w0.length, L.length, bytes.length]).toEqual([32, 65, 97]);
  expect(decodeVerifier(bytes)).toEqual({ w0, L, bytes });
  expect(assertVerifierMatches(bytes, input)).toBe(bytes);
});

test.each(vectors.setup)('codes of row %#', ({ qrCode, manualCode, ...payload }) => {
  const { discriminator, passcode, flow, vendorId, productId } = payload;
  expect(encodeQrCode(payload)).toBe(qrCode);
  expect(decodeQrCode(qrCode)).toEqual(payload);
  expect(encodeManualCode(payload)).toBe(manualCode);
  expect(decodeManualCode(manualCode)).toEqual({
    shortDiscriminator: discriminator >> 8,
    passcode,
    ...(flow === 0 ? {} : { vendorId, productId }),
  });
});

test.each(vectors.base38)('base38 $text', ({ hex, text }) => {
  expect(encodeBase38(fromHex(hex))).toBe(text);
  expect(toHex(decodeBase38(text))).toBe(hex);
});

test.each(vectors.verhoeff)('check digit of $digits', ({ digits, check }) => {
  expect(verhoeffDigit(digits)).toBe(check);
  expect(isVerhoeffValid(digits + check)).toBe(true);
});
