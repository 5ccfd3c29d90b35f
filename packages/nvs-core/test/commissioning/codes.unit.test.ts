import fc from 'fast-check';
import {
  assertPasscode,
  decodeManualCode,
  decodeQrCode,
  decodeQrCodes,
  encodeManualCode,
  encodeQrCode,
  encodeQrCodes,
  formatManualCode,
} from '../../src/commissioning';
import { decodeBase38, encodeBase38 } from '../../src/commissioning/base38';
import { FORBIDDEN_PASSCODES } from '../../src/commissioning/passcode';
import { assertSetupPayload } from '../../src/commissioning/setup-payload';
import { isVerhoeffValid, verhoeffDigit } from '../../src/commissioning/verhoeff';
import { FactoryError } from '../../src/errors';

const BASE38 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.';
const ids = fc.oneof(
  fc.record({
    vendorId: fc.integer({ min: 1, max: 0xfff4 }),
    productId: fc.integer({ min: 1, max: 0xffff }),
  }),
  fc.record({ vendorId: fc.constant(0), productId: fc.integer({ min: 0, max: 0xffff }) }),
);
const fields = fc.record({
  flow: fc.integer({ min: 0, max: 2 }),
  discovery: fc.integer({ min: 0, max: 63 }),
  discriminator: fc.integer({ min: 0, max: 4095 }),
  passcode: fc
    .integer({ min: 1, max: 99999998 })
    .filter((passcode) => !FORBIDDEN_PASSCODES.includes(passcode)),
});
const payloads = fc.tuple(ids, fields).map(([both, others]) => ({ ...both, ...others }));
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

/** The result, or undefined if it was rejected; any other exception fails the test. */
const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch (error) {
    if (error instanceof FactoryError) return undefined;
    throw error;
  }
};

test('base38 round-trips every byte sequence', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => expect(decodeBase38(encodeBase38(bytes))).toEqual(bytes)),
  );
});

test('base38 text that decodes is encoded the same again', () => {
  const texts = fc.string({ unit: fc.constantFrom(...BASE38), maxLength: 12 });
  fc.assert(
    fc.property(texts, (text) => {
      const bytes = attempt(() => decodeBase38(text));
      if (bytes !== undefined) expect(encodeBase38(bytes)).toBe(text);
    }),
  );
});

test('QR codes round-trip every payload', () => {
  fc.assert(
    fc.property(payloads, (payload) => {
      expect(decodeQrCode(encodeQrCode(payload))).toEqual(payload);
      expect(encodeQrCode(payload)).toHaveLength(22);
    }),
  );
});

test('a QR code of several devices has the codes of each', () => {
  fc.assert(
    fc.property(fc.array(payloads, { minLength: 1, maxLength: 5 }), (several) => {
      const code = encodeQrCodes(several);
      expect(code).toBe(`MT:${several.map((payload) => encodeQrCode(payload).slice(3)).join('*')}`);
      expect(decodeQrCodes(code)).toEqual(several);
      expect(attempt(() => decodeQrCode(code))).toEqual(several.length === 1 ? several[0] : undefined);
    }),
  );
});

test('manual codes round-trip the fields that they have, printed in groups or not', () => {
  fc.assert(
    fc.property(payloads, (payload) => {
      const code = encodeManualCode(payload);
      const { flow, passcode, vendorId, productId, discriminator } = payload;
      const fields = { shortDiscriminator: discriminator >> 8, passcode };
      expect(code).toHaveLength(flow === 0 ? 11 : 21);
      expect(decodeManualCode(code)).toEqual(flow === 0 ? fields : { ...fields, vendorId, productId });
      expect(decodeManualCode(formatManualCode(code))).toEqual(decodeManualCode(code));
    }),
  );
});

test('manual codes are printed in groups', () => {
  expect(formatManualCode('34970112332')).toBe('3497-011-2332');
  expect(formatManualCode('749701123365522327692')).toBe('7497-011-2336-5522-327-69-2');
});

test('the check digit detects every wrong digit and every swap of neighbours', () => {
  fc.assert(
    fc.property(digits(10), fc.nat(10), fc.integer({ min: 1, max: 9 }), (text, at, shift) => {
      const code = text + verhoeffDigit(text);
      const wrong = (Number(code[at]) + shift) % 10;
      expect(isVerhoeffValid(code.slice(0, at) + wrong + code.slice(at + 1))).toBe(false);
      const [one = '', other = ''] = code.slice(at, at + 2);
      if (other !== '' && one !== other) {
        expect(isVerhoeffValid(code.slice(0, at) + other + one + code.slice(at + 2))).toBe(false);
      }
    }),
  );
});

test('an empty text has no check digit', () => {
  expect(isVerhoeffValid('')).toBe(false);
});

const payload = {
  vendorId: 0xfff1,
  productId: 0x8001,
  flow: 2,
  discovery: 34,
  discriminator: 0xabc,
  passcode: 76543210,
};

test('a QR code that is truncated or changed in one character is rejected or has a valid payload', () => {
  const code = encodeQrCode(payload);
  for (let at = 0; at < code.length; at++) {
    expect(attempt(() => decodeQrCode(code.slice(0, at)))).toBeUndefined();
    for (const character of `${BASE38}a*`) {
      const read = attempt(() => decodeQrCode(code.slice(0, at) + character + code.slice(at + 1)));
      if (read !== undefined) assertSetupPayload(read);
    }
  }
});

test('a manual code that is truncated or changed in one digit is rejected', () => {
  const code = encodeManualCode(payload);
  for (let at = 0; at < code.length; at++) {
    const cut = attempt(() => decodeManualCode(code.slice(0, at)));
    if (cut !== undefined) assertPasscode(cut.passcode);
    for (const digit of '0123456789') {
      const read = attempt(() => decodeManualCode(code.slice(0, at) + digit + code.slice(at + 1)));
      expect(read === undefined).toBe(digit !== code[at]);
    }
  }
});
