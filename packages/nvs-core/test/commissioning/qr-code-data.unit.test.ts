import fc from 'fast-check';
import { fromHex, toHex } from '../../src/bytes';
import {
  decodeNdefUri,
  decodeQrCode,
  encodeNdefUri,
  encodeQrCode,
  type QrCodeData,
} from '../../src/commissioning';
import { decodeQrCodeData, encodeQrCodeData } from '../../src/commissioning/qr-code-data';

const payload = {
  vendorId: 0xfff1,
  productId: 0x8000,
  flow: 0,
  discovery: 2,
  discriminator: 3840,
  passcode: 20202021,
};

/** What the Matter SDK (home-assistant-chip-core 2025.7.0) writes for these. */
test.each<[string, QrCodeData, string]>([
  ['MT:Y.K9042C00KA064IJ3P0MRD80384G1-0LJ1.A40', { serialNumber: 'SN-0001' }, '152c0007534e2d3030303118'],
  ['MT:Y.K9042C00KA064IJ3P04--50O0', { serialNumber: 5 }, '1524000518'],
  [
    'MT:Y.K9042C00KA064IJ3P0EX640BLQ43RV5F173G344IA10OWQ081.700NSKH2X0LJ1K-XS0',
    { serialNumber: 'SN-0001', vendorData: { 255: -5, 128: 'abc', 129: 300, 130: 70000 } },
    '152c800361626321812c0122827011010020fffb2c0007534e2d3030303118',
  ],
])('%s', (code, data, tlv) => {
  expect(toHex(encodeQrCodeData(data))).toBe(tlv);
  expect(encodeQrCode({ ...payload, ...data })).toBe(code);
  expect(decodeQrCode(code)).toEqual({ ...payload, ...data });
});

test('every element has its tag', () => {
  const data = {
    serialNumber: 'x',
    pbkdfIterations: 1000,
    pbkdfSalt: fromHex('00112233445566778899aabbccddeeff'),
    numberOfDevices: 2,
    commissioningTimeout: 900,
    vendorData: { 128: '' },
  };
  const tlv = '152c80002c0001782501e80330021000112233445566778899aabbccddeeff24030225048403 18'.replace(
    ' ',
    '',
  );
  expect(toHex(encodeQrCodeData(data))).toBe(tlv);
  expect(decodeQrCodeData(fromHex(tlv))).toEqual(data);
});

test('elements in another order and numbers in more bytes than needed are read', () => {
  expect(decodeQrCodeData(fromHex('152604840300002c0001782080fb18'))).toEqual({
    commissioningTimeout: 900,
    serialNumber: 'x',
    vendorData: { 128: -5 },
  });
});

test('a code without data has none', () => {
  expect(encodeQrCodeData({})).toHaveLength(0);
  expect(encodeQrCodeData({ vendorData: {}, serialNumber: undefined })).toHaveLength(0);
});

const text = (minLength: number, maxLength: number) =>
  fc
    .string({ unit: 'grapheme', minLength, maxLength })
    .filter(
      (value) =>
        !value.includes('\0') &&
        !value.includes('\u001f') &&
        Buffer.byteLength(value) <= maxLength &&
        Buffer.byteLength(value) >= minLength,
    );

const optionalData = fc.record(
  {
    serialNumber: fc.oneof(text(1, 32), fc.nat(2 ** 32 - 1)),
    numberOfDevices: fc.integer({ min: 1, max: 255 }),
    commissioningTimeout: fc.nat(0xffff),
    vendorData: fc.dictionary(
      fc.integer({ min: 128, max: 255 }).map(String),
      fc.oneof(text(0, 10), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      { minKeys: 1, maxKeys: 4 },
    ),
  },
  { requiredKeys: [] },
);

test('optional data round-trips', () => {
  fc.assert(
    fc.property(optionalData, (data) => {
      expect(decodeQrCode(encodeQrCode({ ...payload, ...data }))).toEqual({ ...payload, ...data });
    }),
  );
});

test('a code with optional data that is truncated is rejected', () => {
  const code = encodeQrCode({ ...payload, serialNumber: 'SN-0001', vendorData: { 128: 7 } });
  for (let at = 0; at < code.length; at++) {
    const cut = code.slice(0, at);
    // The fixed part alone is a code.
    if (cut === encodeQrCode(payload)) continue;
    expect(() => decodeQrCode(cut)).toThrow(/^commissioning\./);
  }
});

/** The record of the Matter SDK for NXP's tags (NFCManagerImpl.h: 0xD1, 1, length, 'U', 0). */
test('an NDEF message is one URI record that is not abbreviated', () => {
  const message = encodeNdefUri('MT:Y.K9042C00KA0648G00');
  expect(toHex(message)).toBe(`d1011755004d543a${toHex(Buffer.from('Y.K9042C00KA0648G00'))}`);
  expect(decodeNdefUri(message)).toBe('MT:Y.K9042C00KA0648G00');
});

test.each([0, 1, 253, 254, 255, 256, 4296])('an NDEF message of %i characters', (length) => {
  const message = encodeNdefUri('A'.repeat(length));
  expect(message[0]).toBe(length <= 254 ? 0xd1 : 0xc1);
  expect(decodeNdefUri(message)).toBe('A'.repeat(length));
});
